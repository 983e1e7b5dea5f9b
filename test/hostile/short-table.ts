import type { Row } from './row.js';

/** For a test: what is wrong in these rows, and how many there were. */
export async function failuresOf(rows: AsyncGenerator<Row>): Promise<{ failures: string[]; rows: number }> {
  const failures: string[] = [];
  let count = 0;
  for await (const row of rows) {
    count++;
    failures.push(...row.failures.map(failure => `${row.what}: ${failure}`));
  }
  return { failures, rows: count };
}
