import { PAINTING_STYLES, type PaintingJob } from '../contract.js';
import { fitPainting } from './fit.js';

const JOB: PaintingJob = { text: '睡莲', style: '油画', resolution: '1024*1024', count: 1 };
const refused = (change: Partial<PaintingJob>) =>
  fitPainting({ ...JOB, ...change }).refused.map(({ path, code }) => `${path} ${code}`);

test('there are the 17 styles of the guide, and each is taken', () => {
  expect(PAINTING_STYLES).toHaveLength(17);
  for (const style of PAINTING_STYLES) expect(refused({ style })).toEqual([]);
  expect(refused({ style: 'low poly ' })).toEqual([]);
});

test('a character is a code point', () => {
  expect(refused({ text: '😀'.repeat(100) })).toEqual([]);
  expect(refused({ text: '😀'.repeat(101) })).toEqual(['input.text LENGTH']);
});

test.each([
  ['input.text LENGTH', { text: '' }],
  ['input.text LENGTH', { text: ' \n\u3000' }],
  ['input.text LENGTH', { text: 'a\uD83D' }],
  ['input.style UNKNOWN', { style: '素描' }],
  ['input.resolution UNKNOWN', { resolution: '1536*1536' as PaintingJob['resolution'] }],
  ['input.count RANGE', { count: 0 }],
  ['input.count RANGE', { count: 7 }],
  ['input.count RANGE', { count: 1.5 }],
])('%s: %j is refused', (expected, change) => expect(refused(change)).toEqual([expected]));
