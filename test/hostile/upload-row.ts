import { fuzzUploads } from '../upload-fuzz.js';
import type { Row } from './row.js';

/** Multipart bodies with random mutations, the same ones for the same count. */
export async function uploadRow(count: number): Promise<Row> {
  const { answers, alive, intrinsicsUnchanged } = await fuzzUploads({ seed: 20261127, count });
  const failures = answers
    .filter(({ status }) => status !== 200 && status !== 201 && (status < 400 || status > 499))
    .map(({ seed, status }) => `the body of seed ${seed}: status ${status}`);
  if (!alive) failures.push('the server does not answer any more');
  if (!intrinsicsUnchanged) failures.push('a built-in was changed');
  const taken = answers.filter(({ status }) => status === 200 || status === 201).length;
  return { what: 'multipart bodies', count, failures, measured: `${count - taken} refused, ${taken} still whole` };
}
