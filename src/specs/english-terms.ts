/**
 * English words that people search for; the titles are all Chinese. A query is translated word by word, and only if
 * every word of it is in this list.
 */
const TERMS = new Map(
  Object.entries({
    inch: '寸',
    one: '一',
    two: '二',
    three: '三',
    four: '四',
    five: '五',
    small: '小',
    large: '大',
    visa: '签证',
    passport: '护照',
    id: '身份',
    identity: '身份',
    card: '证',
    driving: '驾驶',
    driver: '驾驶',
    drivers: '驾驶',
    licence: '证',
    license: '证',
    certificate: '证',
    teacher: '教师',
    nurse: '护士',
    bank: '银行',
    exam: '考试',
    english: '英语',
    civil: '公务',
    servant: '员',
    veteran: '退役军人',
    american: '美国',
    us: '美国',
    usa: '美国',
    argentina: '阿根廷',
    brazil: '巴西',
    iceland: '冰岛',
    india: '印度',
    israel: '以色列',
    italy: '意大利',
    japan: '日本',
    kenya: '肯尼亚',
    korea: '韩国',
    malaysia: '马来西亚',
    thailand: '泰国',
    vietnam: '越南',
    zealand: '西兰',
    new: '新',
  }),
);

/** The words of the query in Chinese, separated by blanks. Undefined if one of them is unknown. Numbers stay. */
export function fromEnglish(query: string): string | undefined {
  const words =
    query
      .toLowerCase()
      .replaceAll("'", '')
      .match(/[a-z]+|[^a-z\s]+/gu) ?? [];
  const translated = words.map(word => (/^\d+$/.test(word) ? word : TERMS.get(word)));
  return words.length > 0 && translated.every(word => word !== undefined) ? translated.join(' ') : undefined;
}
