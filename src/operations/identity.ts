/** What is wrong with a name or an ID number: a code and what would be allowed, never the value. */
export interface Refusal {
  ok: false;
  code: 'FORMAT' | 'REGION' | 'BIRTH_DATE' | 'CHECKSUM' | 'LENGTH';
  allowed: string;
}

export interface GoodIdNumber {
  ok: true;
  /** 18 half-width characters, an X upper-case. */
  value: string;
  /** Not a citizen's identity card, though of its shape: a register of citizens may not hold the number. */
  hint?: 'HK_MACAU_TAIWAN_RESIDENT' | 'FOREIGN_RESIDENT';
}

export interface GoodName {
  ok: true;
  /** With the separator of minority names as U+00B7. */
  value: string;
}

/**
 * Provinces of GB/T 2260, then 81, 82 and 83 of the residence permits for Hong Kong, Macau and Taiwan. There is no
 * table of counties: they are retired and added, and an old one stays valid on the cards that bear it.
 */
const PROVINCES = new Set(
  (
    '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 ' + '50 51 52 53 54 61 62 63 64 65 71 81 82 83'
  ).split(' '),
);
const RESIDENCE_PERMITS = new Set(['81', '82', '83']);
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = '10X98765432';
const SHANGHAI_MS = 8 * 3_600_000; // China has kept no summer time since 1991

/**
 * Checks an ID number (GB 11643-1999) before anybody is paid to look it up: 17 digits and a check character, a
 * province, a real birth date from 1900 to `today` in Shanghai, ISO 7064 MOD 11-2. Blanks around it, full-width digits
 * and a lower-case x are put right. Numbers that begin with 9 are those of foreign permanent residents since December
 * 2023. First-generation numbers of 15 digits went out of use in 2013 and are refused.
 */
export function checkIdNumber(text: string, today: Date): GoodIdNumber | Refusal {
  const value = text.normalize('NFKC').trim().toUpperCase();
  if (!/^\d{17}[\dX]$/.test(value)) {
    return { ok: false, code: 'FORMAT', allowed: '18 characters: 17 digits, then a digit or X' };
  }
  const foreign = value.startsWith('9');
  const province = value.slice(0, 2);
  if (!foreign && !PROVINCES.has(province)) {
    return {
      ok: false,
      code: 'REGION',
      allowed: 'a number that begins with the code of a Chinese province, or with 9',
    };
  }
  if (!isDate(value.slice(6, 14), new Date(today.getTime() + SHANGHAI_MS))) {
    return { ok: false, code: 'BIRTH_DATE', allowed: 'a date from 1900-01-01 to today as digits 7 to 14' };
  }
  if (checkCharacter(value) !== value[17]) {
    return { ok: false, code: 'CHECKSUM', allowed: 'a number whose last character fits the others (GB 11643)' };
  }
  if (foreign) return { ok: true, value, hint: 'FOREIGN_RESIDENT' };
  if (RESIDENCE_PERMITS.has(province)) return { ok: true, value, hint: 'HK_MACAU_TAIWAN_RESIDENT' };
  return { ok: true, value };
}

/** Whole years, on the day of Shanghai. Of a number that `checkIdNumber` found good. */
export function ageOf(idNumber: string, today: Date): number {
  const now = new Date(today.getTime() + SHANGHAI_MS);
  const [year, monthAndDay] = [Number(idNumber.slice(6, 10)), Number(idNumber.slice(10, 14))];
  const hadBirthday = (now.getUTCMonth() + 1) * 100 + now.getUTCDate() >= monthAndDay;
  return now.getUTCFullYear() - year - (hadBirthday ? 0 : 1);
}

function checkCharacter(value: string): string | undefined {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(value[index]), 0);
  return CHECK_CHARACTERS[sum % 11];
}

/** `YYYYMMDD`, a day of the calendar between 1900 and `today`. Date.UTC rolls 30 February over to March, which shows. */
function isDate(text: string, today: Date): boolean {
  const [year, month, day] = [text.slice(0, 4), text.slice(4, 6), text.slice(6, 8)].map(Number) as [
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal && year >= 1900 && date <= today;
}

const MAX_HAN = 25;
/** What keyboards and old systems write for the separator U+00B7, which is the only right one (民委发〔2016〕33号). */
const SEPARATORS = /(?<=\p{Script=Han})[・•‧∙．.](?=\p{Script=Han})/gu;
/** By script, not by [一-龥]: names have characters of extensions A to H, and U+3007 (〇) is of the script too. */
const NAME = /^\p{Script=Han}+(?:·\p{Script=Han}+)*$/u;

/** Checks a Chinese name: 2 to 25 Han characters, with U+00B7 between the parts of a minority name. */
export function checkChineseName(text: string): GoodName | Refusal {
  const value = text.trim().replace(SEPARATORS, '·');
  if (!NAME.test(value)) {
    return { ok: false, code: 'FORMAT', allowed: 'Chinese characters, with · between the parts of a name' };
  }
  const han = [...value.replaceAll('·', '')].length;
  if (han < 2 || han > MAX_HAN) return { ok: false, code: 'LENGTH', allowed: `2 to ${MAX_HAN} Chinese characters` };
  return { ok: true, value };
}
