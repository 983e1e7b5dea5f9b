import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LIMITS } from '../kernel/limits.js';
import { PersistedDocuments } from './persisted-documents.js';

const { documents, callers } = LIMITS.graphql.persisted;
const MEGABYTE = 1_000_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

test('short documents of long URLs hold no more than themselves', () => {
  const persisted = new PersistedDocuments();
  const before = heap();
  for (let caller = 0; caller < callers; caller++)
    for (let n = 0; n < documents; n++) {
      // As a request has it: the text is a piece of the URL, for V8 as well.
      const url = Buffer.from(`/graphql?query={a${caller}of${n}:hello}&pad=${'x'.repeat(15_000)}`).toString('latin1');
      persisted.keep(`${caller}`, `${n}`, new URL(url, 'http://localhost').searchParams.get('query')!);
    }
  expect(heap() - before).toBeLessThan(20 * MEGABYTE);
  expect(persisted.textOf('7', '8', undefined)).toBe('{a7of8:hello}');
});
