import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fuzzUploads } from './upload-fuzz.js';

describe('fuzzed uploads, at length', () => {
  it('answers 5,000 mutated bodies with 4xx or 200, and leaves no handle and no file behind', async () => {
    await fuzzUploads({ seed: 1, count: 50 });
    const handles = process.getActiveResourcesInfo().length;
    const files = readdirSync(tmpdir()).length;
    const { answers, intrinsicsUnchanged, alive } = await fuzzUploads({ seed: 100_000, count: 5_000 });
    expect(answers.filter(({ status }) => status !== 200 && status !== 201 && (status < 400 || status > 499))).toEqual(
      [],
    );
    expect(intrinsicsUnchanged).toBe(true);
    expect(alive).toBe(true);
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(handles + 2);
    expect(readdirSync(tmpdir()).length).toBeLessThanOrEqual(files);
  });
});
