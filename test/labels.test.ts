import { NO_READERS } from './label-readers.js';
import { runLabels } from './label-run.js';

const withReaders = NO_READERS === undefined ? test : test.skip;

withReaders(
  'the label of each upload is on everything that is made of it, as exempi and exiftool read it',
  async () => {
    const { uploads, pictures, lost } = await runLabels(7);
    expect(lost).toEqual([]);
    expect(uploads).toBe(7);
    expect(pictures).toBeGreaterThan(20);
  },
  180_000,
);
