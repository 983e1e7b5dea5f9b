import { fuzzUploads } from './upload-fuzz.js';

describe('fuzzed uploads', () => {
  it('answers 300 mutated bodies with 4xx, or 200 where nothing broke, and lives', async () => {
    const { answers, intrinsicsUnchanged, alive } = await fuzzUploads({ seed: 20261121, count: 300 });
    expect(answers.filter(({ status }) => status !== 200 && status !== 201 && (status < 400 || status > 499))).toEqual(
      [],
    );
    // A fuzzer that breaks nothing, or everything at the first byte, tests nothing.
    expect(answers.filter(({ status }) => status === 200 || status === 201).length).toBeGreaterThan(10);
    expect(new Set(answers.map(({ reason }) => reason)).size).toBeGreaterThan(8);
    expect(intrinsicsUnchanged).toBe(true);
    expect(alive).toBe(true);
  });
});
