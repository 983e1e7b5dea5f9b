import fs, { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createCluster } from './template.js';

// Each of these runs initdb, which takes 3 s and 840 MB.

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-template-'));
});

afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

test('two that find no template at the same time both get a cluster, and one template stays', async () => {
  const templates = path.join(folder, 'templates');
  const names = ['a', 'b'];
  await Promise.all(
    names.map(name => createCluster(path.join(folder, name), { durable: false, empty: true, templates })),
  );
  expect((await readdir(folder)).sort()).toEqual(['a', 'b', 'templates']);
  expect(await readdir(templates)).toEqual([expect.stringMatching(/^pglite-[\d.]+$/)]);
  for (const name of names) expect(await readdir(path.join(folder, name))).toContain('PG_VERSION');
});

test('an installation that is read-only makes the cluster without a template', async () => {
  const templates = path.join(folder, 'templates');
  const mkdir = fs.mkdir;
  jest.spyOn(fs, 'mkdir').mockImplementation((target, options) => {
    if (!String(target).startsWith(templates)) return mkdir(target, options);
    return Promise.reject(Object.assign(new Error('read-only'), { code: 'EROFS' }));
  });
  await createCluster(path.join(folder, 'database'), { durable: false, templates });
  expect(await readdir(folder)).toEqual(['database']);
  expect(await readdir(path.join(folder, 'database'))).toContain('PG_VERSION');
});
