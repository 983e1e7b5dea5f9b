import { refused } from '../../test/refused.js';
import { LIMITS } from '../kernel/limits.js';
import { checkConsent, requireConsent } from './consent.js';
import { faceVerification } from './face-verification.js';

const GIVEN = { purpose: '入职', noticeVersion: '2026-03', reference: 'form 17' };
const long = 'x'.repeat(LIMITS.task.consentChars + 1);
const check = (over: object) => refused(() => checkConsent({ ...GIVEN, ...over }, 'input.consent'));

test('a consent is the words of the caller, trimmed, and the person gave it unless it says who did', () => {
  expect(checkConsent({ ...GIVEN, purpose: ' 入职 ' }, 'input.consent')).toEqual({
    ...GIVEN,
    givenBy: 'PERSON',
    guardian: null,
    givenAt: null,
  });
  expect(checkConsent(undefined, 'input.consent')).toBeNull();
});

test.each([
  ['no purpose', { purpose: ' ' }, 'input.consent.purpose LENGTH'],
  ['no version of the notice', { noticeVersion: '' }, 'input.consent.noticeVersion LENGTH'],
  ['a reference that is too long', { reference: long }, 'input.consent.reference LENGTH'],
  ['a purpose of lines', { purpose: 'a\nb' }, 'input.consent.purpose LENGTH'],
  ['a guardian who is nobody', { givenBy: 'GUARDIAN' }, 'input.consent.guardian REQUIRED'],
  ['a guardian of somebody who consents', { guardian: 'MOTHER' }, 'input.consent.guardian NOT_ALLOWED'],
  ['a time to come', { givenAt: new Date(Date.now() + 3_600_000) }, 'input.consent.givenAt FUTURE'],
  ['no time', { givenAt: new Date(Number.NaN) }, 'input.consent.givenAt FUTURE'],
])('%s is refused', async (_, over, why) => {
  expect(await check(over)).toContain(`BAD_USER_INPUT ${why}`);
});

test('a text of 20 MB is refused by its length, before anything is done with it', async () => {
  const text = '照'.repeat(10_000_000);
  const started = performance.now();
  expect(await check({ purpose: text })).toContain('LENGTH');
  expect(performance.now() - started).toBeLessThan(50);
});

test.each([
  ['ALWAYS', false, true, true],
  ['IF_CONFIGURED', false, true, false],
  ['IF_CONFIGURED', true, true, true],
  ['FOR_UPLOADS', true, true, true],
  ['FOR_UPLOADS', true, false, false],
  ['NEVER', true, true, false],
] as const)('%s, configured %s, with uploads %s: required %s', (rule, configured, uploads, required) => {
  const ask = () => requireConsent(rule, { given: null, configured, uploads });
  if (required) expect(ask).toThrow(/input.consent: REQUIRED/);
  else expect(ask).not.toThrow();
});

test('under 14 a guardian has to consent; the number says how old the person is, and the refusal does not say it', async () => {
  const year = new Date().getFullYear();
  const order = (birth: string, consent: object) =>
    refused(async () =>
      faceVerification.order(
        {
          name: '试无名',
          idNumber: numbered(`110101${birth}001`),
          photo: { assetId: 'asset_1' },
          consent: { ...GIVEN, ...consent },
        },
        undefined as never,
      ),
    );
  const child = `${year - 10}0101`;
  const why = await order(child, {});
  expect(why).toContain('input.consent.givenBy GUARDIAN_REQUIRED');
  expect(why).not.toContain(child);
  await expect(order(child, { givenBy: 'GUARDIAN', guardian: 'FATHER' })).rejects.toThrow();
  await expect(order(`${year - 15}0101`, {})).rejects.toThrow();
});

/** With its check character (GB 11643). */
function numbered(digits: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return `${digits}${'10X98765432'[sum % 11]}`;
}
