import { refused } from '../../test/refused.js';
import { LIMITS } from '../kernel/limits.js';
import { checkTaskOptions } from './task-options.js';

const { idempotencyKeyChars, referenceChars, labelChars, labels: most } = LIMITS.task;

test('what is left out is nothing: no key, no reference, no labels', () => {
  expect(checkTaskOptions({}, 'input')).toEqual({ reference: null, labels: [], webhookId: null, consent: null });
});

test('characters are counted as people count them, and a label that stands twice counts once', () => {
  const reference = `${'照'.repeat(referenceChars - 1)}𠮷`;
  const options = { idempotencyKey: 'k'.repeat(idempotencyKeyChars), reference, labels: ['三年级', '三年级', 'b'] };
  expect(checkTaskOptions(options, 'input')).toEqual({
    ...options,
    labels: ['三年级', 'b'],
    webhookId: null,
    consent: null,
  });
});

test.each([
  ['an empty key', { idempotencyKey: '' }, 'input.idempotencyKey LENGTH'],
  ['a key of blanks', { idempotencyKey: '  ' }, 'input.idempotencyKey LENGTH'],
  ['a key that is too long', { idempotencyKey: 'k'.repeat(idempotencyKeyChars + 1) }, 'input.idempotencyKey LENGTH'],
  ['a key with a line break', { idempotencyKey: 'a\nb' }, 'input.idempotencyKey LENGTH'],
  ['a reference that is too long', { reference: '照'.repeat(referenceChars + 1) }, 'input.reference LENGTH'],
  ['an empty reference', { reference: '' }, 'input.reference LENGTH'],
  ['a reference with a NUL', { reference: 'a\0' }, 'input.reference LENGTH'],
  ['too many labels', { labels: Array.from({ length: most + 1 }, (_, index) => `${index}`) }, 'input.labels COUNT'],
  ['a label that is too long', { labels: ['a', 'x'.repeat(labelChars + 1)] }, 'input.labels.1 LENGTH'],
  ['an empty label', { labels: [''] }, 'input.labels.0 LENGTH'],
])('%s is refused', async (_, options, why) => {
  expect(await refused(() => checkTaskOptions(options, 'input'))).toBe(`BAD_USER_INPUT ${why}`);
});

test('the path is where the options stand in the input', async () => {
  expect(await refused(() => checkTaskOptions({ reference: '' }, 'input.items.3'))).toContain(
    'input.items.3.reference',
  );
});
