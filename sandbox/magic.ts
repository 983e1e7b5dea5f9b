import type { VendorName } from './kit/exchange.js';

/** A value that makes a vendor answer with a code it would otherwise need luck for. */
export interface MagicRow {
  readonly vendor: VendorName;
  readonly call: string;
  readonly parameter: string;
  readonly value: string;
  /** The vendor's code, or what happens. */
  readonly code: string;
  readonly meaning: string;
}

type Meanings = Readonly<Record<string, string>>;

export const JUMEI_ID_PHOTO_CODES = {
  201: '照片处理失败',
  202: '人脸检测失败',
  203: '照片找不到',
  204: '图片尺寸过大，最大边长为2500像素',
  205: '图片中找不到人脸',
  206: '图片中找不到人的头部信息',
  207: '证件照规格不存在',
  208: '内容涉嫌违规',
  209: '图片编码失败',
  210: '图片不适合制作证件照',
  400: '参数错误',
  500: '服务商维护，请稍候再试',
  501: '官方数据源维护，请稍候再试',
  999: '其他，以实际返回为准',
} as const satisfies Meanings;

export const JUMEI_PAINTING_CODES = {
  201: 'taskId不存在',
  202: '文本拦截',
  400: '参数错误',
  500: '服务商维护，请稍候再试',
  501: '官方数据源维护，请稍候再试',
  999: '其他，以实际返回为准',
} as const satisfies Meanings;

/** 401 to 417 come from the vendor's other products. */
export const LEQI_CODES = {
  400: '非法请求',
  401: 'app_key不存在',
  403: '身份验证失败',
  412: '应用类型错误',
  417: '调用次数已达上限',
  422: '缺少对应的参数、参数不存在或者参数错误',
  423: 'fair_level参数类型不正确',
  506: '上传的base64数据不是图片',
  507: '证件照制作失败',
} as const satisfies Meanings;

export const FANGTANG_CODES = {
  upload: {
    9999: '請求參數token不合法',
    9101: '剩余下載次數為0',
    9001: '傳入參數錯誤',
    9005: '文件上傳類型不支持',
    9006: '上傳失敗',
    9009: '圖片異常，處理失敗',
  },
  /** 2 is no errno but a state, failed, which the guide does not list: the vendor's own web pages know it. */
  status: {
    9999: '請求參數token不合法',
    9002: '圖片不存在，請確認圖片是否上傳成功',
    500: '其他錯誤',
    2: '圖片處理失敗',
  },
  download: { 9999: '請求參數token不合法', 9002: '數據已失效，請重新上傳', 500: '其他錯誤' },
  nums: { 9999: '請求參數token不合法', 9002: '數據未找到', 500: '其他錯誤' },
} as const satisfies Readonly<Record<string, Meanings>>;

export const FEGINE_STATUSES = {
  '1': '系统分析为同一人',
  '2': '系统分析可能为同一人',
  '3': '系统分析为不是同一人',
  '-1': '身份证和姓名不匹配',
  '-2': '公安库中无此身份证记录',
  '-3': '公安身份证库中没有此号码的照片',
  '-4': '相片质量校验不合格',
  '-5': '照片相片体积过大',
  '203': '异常情况!',
  '204': '姓名格式不正确!',
  '205': '身份证格式不正确!',
  '999': '未知状态',
} as const satisfies Meanings;

type Status = keyof typeof FEGINE_STATUSES;

/** Names that nobody has, by the status they give. */
const NAMES: Readonly<Record<Status, string>> = {
  '1': '试匹配',
  '2': '试存疑',
  '3': '试不符',
  '-1': '试异名',
  '-2': '试无号',
  '-3': '试无照',
  '-4': '试模糊',
  '-5': '试过大',
  '203': '试维护',
  '204': '试姓名',
  '205': '试号码',
  '999': '试未知',
};

/** Birth dates in 1900: 1 January gives status 1, 2 January the next of this list. */
const DAYS = ['1', '2', '3', '-1', '-2', '-3', '-4', '-5', '203', '204', '205', '999'] as const satisfies Status[];
const ID_NUMBERS = DAYS.map((status, index) => ({
  status,
  value: withCheckDigit(`110101190001${String(index + 1).padStart(2, '0')}001`),
}));

/** Colour #000205 gives code 205. Near-black is no usual background of a portrait. */
const colorOf = (code: string) => `#${code.padStart(6, '0')}`;

/** `0,144,1` for #009001, which gives errno 9001. */
function rgbOf(hex: string): string {
  return [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16)).join(',');
}

/** Every magic input. The vendors look them up here, so the table shows what they do. */
export const MAGIC: readonly MagicRow[] = [
  ...Object.entries(JUMEI_ID_PHOTO_CODES).map(([code, meaning]) => ({
    vendor: 'JUMEI_ID_PHOTO' as const,
    call: 'create',
    parameter: 'bgColor',
    value: colorOf(code),
    code,
    meaning,
  })),
  ...Object.entries(JUMEI_PAINTING_CODES).flatMap(([code, meaning]) =>
    (['submit', 'query'] as const).map(call => ({
      vendor: 'JUMEI_PAINTING' as const,
      call,
      parameter: 'text',
      value: call === 'submit' ? `[${code}]` : `[query ${code}]`,
      code,
      meaning: call === 'submit' ? meaning : `${meaning} (once)`,
    })),
  ),
  ...[
    { value: '[stuck]', code: 'stuck', meaning: 'status stays 0' },
    { value: '[slow]', code: 'slow', meaning: 'ten minutes in the queue' },
    { value: '[fewer]', code: 'fewer', meaning: 'one image fewer than num' },
  ].map(row => ({ vendor: 'JUMEI_PAINTING' as const, call: 'submit', parameter: 'text', ...row })),
  ...Object.entries(LEQI_CODES).map(([code, meaning]) => ({
    vendor: 'LEQI' as const,
    call: 'make',
    parameter: 'background_color',
    value: colorOf(code),
    code,
    meaning,
  })),
  ...(['upload', 'status', 'download'] as const).flatMap((call, index) =>
    Object.entries(FANGTANG_CODES[call]).map(([code, meaning]) => {
      // The first byte tells the call.
      const hex = `#0${index}${code.padStart(4, '0')}`;
      return {
        vendor: 'FANGTANG' as const,
        call,
        parameter: 'rgb',
        value: rgbOf(hex),
        code,
        meaning: `${meaning} (${hex})`,
      };
    }),
  ),
  ...Object.entries(FEGINE_STATUSES).map(([code, meaning]) => ({
    vendor: 'FEGINE' as const,
    call: 'face',
    parameter: 'name',
    value: NAMES[code as keyof typeof NAMES],
    code,
    meaning,
  })),
  ...ID_NUMBERS.map(({ status, value }) => ({
    vendor: 'FEGINE' as const,
    call: 'face',
    parameter: 'idCard',
    value,
    code: status,
    meaning: FEGINE_STATUSES[status],
  })),
];

/** The code that a value asks for. */
export function magicCode(vendor: VendorName, call: string, parameter: string, value: string): string | undefined {
  return MAGIC.find(
    row => row.vendor === vendor && row.call === call && row.parameter === parameter && row.value === value,
  )?.code;
}

/** The code that a magic word anywhere in a text asks for. */
export function magicWord(vendor: VendorName, call: string, text: string): string | undefined {
  return MAGIC.find(row => row.vendor === vendor && row.call === call && text.includes(row.value))?.code;
}

/** GB 11643: the 18th character of an ID number. */
export function withCheckDigit(seventeen: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(seventeen[index]), 0);
  return seventeen + '10X98765432'[sum % 11];
}
