import { checkChineseName, checkIdNumber } from './identity.js';

// Every number here is made up, with a birth date of 1900 or none that exists.
const TODAY = new Date('2026-11-21T04:00:00Z');

test.each([
  ['a good number', '110101190001011009', '110101190001011009', undefined],
  ['one whose check character is X', '11010119000101009X', '11010119000101009X', undefined],
  ['a lower-case x', '11010119000101009x', '11010119000101009X', undefined],
  ['full-width digits and X', '１１０１０１１９０００１０１００９Ｘ', '11010119000101009X', undefined],
  ['blanks around it', ' 110101190001011009\n', '110101190001011009', undefined],
  ['a Hong Kong resident', '810000190001010018', '810000190001010018', 'HK_MACAU_TAIWAN_RESIDENT'],
  ['a Macau resident', '82000019000101001X', '82000019000101001X', 'HK_MACAU_TAIWAN_RESIDENT'],
  ['a Taiwan resident', '830000190001010011', '830000190001010011', 'HK_MACAU_TAIWAN_RESIDENT'],
  ['the old code of Taiwan province', '710000190001010014', '710000190001010014', undefined],
  ['a foreign resident, prefix 91', '91115619000101001X', '91115619000101001X', 'FOREIGN_RESIDENT'],
  ['a foreign resident, another prefix', '931156190001010013', '931156190001010013', 'FOREIGN_RESIDENT'],
  ['the last day of 1900', '650101190012310018', '650101190012310018', undefined],
])('%s is taken', (_, text, value, hint) => {
  expect(checkIdNumber(text, TODAY)).toEqual(hint === undefined ? { ok: true, value } : { ok: true, value, hint });
});

test.each([
  ['a wrong check character', '110101190001011008', 'CHECKSUM'],
  ['two digits that changed places', '110101190001010109', 'CHECKSUM'],
  ['30 February', '110101190002300013', 'BIRTH_DATE'],
  ['29 February 1900, which was no leap year', '511321190002290013', 'BIRTH_DATE'],
  ['month 13', '110101190013010018', 'BIRTH_DATE'],
  ['month 0', '110101190000010018', 'BIRTH_DATE'],
  ['born 1800', '110101180001010015', 'BIRTH_DATE'],
  ['born on the last day of 1899', '110101189912310018', 'BIRTH_DATE'],
  ['year 0000, which Date.UTC reads as 1900', '110101000001010018', 'BIRTH_DATE'],
  ['a year to come', '110101209912310015', 'BIRTH_DATE'],
  ['a province that does not exist', '160101190001010013', 'REGION'],
  ['15 digits', '110101000101100', 'FORMAT'],
  ['17 digits', '11010119000101100', 'FORMAT'],
  ['19 digits', '1101011900010110099', 'FORMAT'],
  ['an X in the middle', '1101011900010110X9', 'FORMAT'],
  ['another letter at the end', '11010119000101100A', 'FORMAT'],
  ['blanks inside', '110101 19000101 1009', 'FORMAT'],
  ['nothing', '', 'FORMAT'],
])('%s is refused', (_, text, code) => {
  const refused = checkIdNumber(text, TODAY);
  expect(refused).toEqual({ ok: false, code, allowed: expect.any(String) });
  if (text !== '') expect(JSON.stringify(refused)).not.toContain(text);
});

test('today is the day in Shanghai: its first minute makes a date of that day good', () => {
  const bornOnNewYear = '110101190001011009';
  expect(checkIdNumber(bornOnNewYear, new Date('1899-12-31T15:59:59Z'))).toMatchObject({ code: 'BIRTH_DATE' });
  expect(checkIdNumber(bornOnNewYear, new Date('1899-12-31T16:00:00Z'))).toMatchObject({ ok: true });
});

test('of the eleven check characters exactly one fits', () => {
  const fits = [...'0123456789X'].filter(last => checkIdNumber(`11010119000101100${last}`, TODAY).ok);
  expect(fits).toEqual(['9']);
});

test.each([
  ['two characters', '张三', '张三'],
  ['blanks around it', ' 欧阳小明 ', '欧阳小明'],
  ['a character of extension B', '𠮷田', '𠮷田'],
  ['the zero that some names have', '李〇', '李〇'],
  ['the right separator', '阿不都·热合曼', '阿不都·热合曼'],
  ['several parts', '买买提·艾力·吐尔逊', '买买提·艾力·吐尔逊'],
  ['U+30FB', '阿不都・热合曼', '阿不都·热合曼'],
  ['U+2022', '阿不都•热合曼', '阿不都·热合曼'],
  ['U+2027', '阿不都‧热合曼', '阿不都·热合曼'],
  ['U+2219', '阿不都∙热合曼', '阿不都·热合曼'],
  ['a full-width stop', '阿不都．热合曼', '阿不都·热合曼'],
  ['a stop', '阿不都.热合曼', '阿不都·热合曼'],
  ['25 characters', '张'.repeat(25), '张'.repeat(25)],
])('a name with %s is taken', (_, text, value) => {
  expect(checkChineseName(text)).toEqual({ ok: true, value });
});

test.each([
  ['one character', '张', 'LENGTH'],
  ['26 characters', '张'.repeat(26), 'LENGTH'],
  ['Latin letters', 'Zhang San', 'FORMAT'],
  ['Latin letters among Han', '张san', 'FORMAT'],
  ['a separator at the end', '阿不都·', 'FORMAT'],
  ['a separator at the start', '·热合曼', 'FORMAT'],
  ['two separators in a row', '阿不都··热合曼', 'FORMAT'],
  ['a blank inside', '张 三', 'FORMAT'],
  ['digits', '张3', 'FORMAT'],
  ['an emoji', '张三🙂', 'FORMAT'],
  ['nothing', '', 'FORMAT'],
])('a name with %s is refused', (_, text, code) => {
  expect(checkChineseName(text)).toEqual({ ok: false, code, allowed: expect.any(String) });
});
