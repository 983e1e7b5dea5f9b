import { NO_READERS } from './label-readers.js';
import { runLabels } from './label-run.js';

test('1,000 labelled pictures through every operation: none is lost, as exempi and exiftool read them', async () => {
  expect(NO_READERS).toBeUndefined();
  const { pictures, lost } = await runLabels(1_000);
  expect(lost).toEqual([]);
  expect(pictures).toBeGreaterThan(3_000);
}, 3_600_000);
