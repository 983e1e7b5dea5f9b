import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../kernel/paths.js';
import { specs } from './catalogue.js';

const searches = readFileSync(path.join(ROOT, 'test', 'fixtures', 'spec-searches.txt'), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .map(line => line.split(' = ') as [string, string]);

test('the table has many searches, each once, and its ids are in the catalogue', () => {
  expect(searches.length).toBeGreaterThan(250);
  expect(new Set(searches.map(([search]) => search)).size).toBe(searches.length);
  const unknown = searches.filter(([, id]) => id !== 'none' && specs.byId(id) === undefined);
  expect(unknown).toEqual([]);
});

test.each(searches)('%s finds first %s', (search, id) => {
  expect(specs.search({ search })[0]?.id ?? 'none').toBe(id);
});
