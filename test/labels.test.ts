import { NO_READERS } from './label-readers.js';
import { runLabels } from './label-run.js';

const withReaders = NO_READERS === undefined ? test : test.skip;

withReaders(
  // Who runs the tests is to know what was not tried.
  `the label of each upload is on everything that is made of it, as exempi and exiftool read it${NO_READERS ? ` (not tried: no ${NO_READERS} here)` : ''}`,
  async () => {
    const { uploads, pictures, lost } = await runLabels(7);
    expect(lost).toEqual([]);
    expect(uploads).toBe(7);
    expect(pictures).toBeGreaterThan(20);
  },
  180_000,
);
