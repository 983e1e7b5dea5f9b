import type { PaintingJob } from '../../datasources/contract.js';
import { refused } from '../../test/refused.js';
import { LIMITS } from '../kernel/limits.js';
import { type PaintingRequest, painting } from './painting.js';

const nothing = undefined as never;

const ASKED: PaintingRequest = { text: '一只猫', style: '油画', resolution: '1024*1024' };
const { textChars, images } = LIMITS.painting;

test('a request becomes a job of one picture, without photos', () => {
  const job = { ...ASKED, count: 1 };
  expect(painting.order({ ...ASKED, vendor: 'JUMEI_PAINTING' }, undefined as never)).toEqual({
    job,
    photos: {},
    vendor: 'JUMEI_PAINTING',
  });
  expect(painting.quote(ASKED, nothing)).toEqual({ job, vendor: undefined });
});

test.each([
  ['the text and the style are trimmed', { text: ' 猫\n', style: '油画 ' }, { text: '猫', style: '油画' }],
  ['code points are counted, not UTF-16 units', { text: '𠮷'.repeat(textChars) }, { text: '𠮷'.repeat(textChars) }],
  ['several pictures', { count: images }, { count: images }],
])('%s', (_, over, job) => {
  expect(painting.quote({ ...ASKED, ...over }, nothing)).toMatchObject({ job });
});

test.each([
  ['no text', { text: ' ' }, 'input.text LENGTH'],
  ['a text that is too long', { text: '猫'.repeat(textChars + 1) }, 'input.text LENGTH'],
  ['a style that the guide does not have', { style: 'oil' }, 'input.style UNKNOWN'],
  ['a size that the guide does not have', { resolution: '1024x1024' }, 'input.resolution UNKNOWN'],
  ['no picture', { count: 0 }, 'input.count RANGE'],
  ['too many pictures', { count: images + 1 }, 'input.count RANGE'],
  ['no mark without an agreement', { label: 'METADATA_ONLY' }, 'input.labelAgreement REQUIRED'],
  ['an agreement that is blank', { label: 'METADATA_ONLY', labelAgreement: ' ' }, 'input.labelAgreement LENGTH'],
  ['a long one', { label: 'METADATA_ONLY', labelAgreement: 'x'.repeat(129) }, 'input.labelAgreement LENGTH'],
  ['one with a line break', { label: 'METADATA_ONLY', labelAgreement: 'a\nb' }, 'input.labelAgreement LENGTH'],
  ['one without need', { labelAgreement: 'A-1' }, 'input.labelAgreement NOT_ALLOWED'],
] as [string, Partial<PaintingRequest>, string][])('%s is refused, of a quote as well', async (_, over, why) => {
  const asked = { ...ASKED, ...over };
  expect(await refused(() => painting.order(asked, undefined as never))).toBe(`BAD_USER_INPUT ${why}`);
  expect(await refused(() => painting.quote(asked, nothing))).toBe(`BAD_USER_INPUT ${why}`);
});

test('by an agreement the visible mark is left out, and both are known of the job', () => {
  const { job } = painting.quote({ ...ASKED, label: 'METADATA_ONLY', labelAgreement: ' A-1 ' }, nothing) as {
    job: PaintingJob;
  };
  expect(job).toEqual({ ...ASKED, count: 1, labelAgreement: 'A-1' });
  expect([painting.withoutMark!(job), painting.agreementOf!(job)]).toEqual([true, 'A-1']);
  const { labelAgreement: _, ...marked } = job;
  expect([painting.withoutMark!(marked), painting.agreementOf!(marked)]).toEqual([false, undefined]);
});
