import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import type { DarkroomClient } from '../client/index.js';
import { ROOT } from '../src/kernel/paths.js';
import { nodeClient } from './node-client.js';
import { spawnServer, temporaryFolder } from './running-server.js';

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
const TASKS = 8;

interface Listed {
  id: string;
  state: string;
  attempts: { outcome: string | null }[];
  photos: { clean: { url: string; bytes: number } }[];
}

test('kill -9 in the middle of eight tasks: after the next start all of them end, and none twice', async () => {
  const folder = await temporaryFolder();
  // biome-ignore lint/suspicious/noExplicitAny: an untyped answer
  const ask = (client: DarkroomClient, query: string, variables: object = {}): Promise<any> =>
    client.request(parse(query) as TypedDocumentNode<unknown, object>, variables);
  const list = async (client: DarkroomClient): Promise<Listed[]> =>
    (
      await ask(
        client,
        '{ tasks(first: 100) { nodes { id state attempts { outcome } ... on IdPhotoTask { photos { clean { url bytes } } } } } }',
      )
    ).tasks.nodes;

  const first = await spawnServer(folder.path);
  let client = nodeClient(first.url);
  const accepted: string[] = [];
  for (let index = 0; index < TASKS; index += 1) {
    // Each its own upload, so that no analysis is shared and the tasks last.
    const { createIdPhoto } = await ask(
      client,
      'mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input) { id } }',
      {
        input: { photo: { upload: new Blob([PORTRAIT]) }, specId: 'yi-cun-295x413', reference: `order ${index}` },
      },
    );
    accepted.push(createIdPhoto.id);
  }
  while (!(await list(client)).some(task => task.state === 'SUCCEEDED'))
    await new Promise(resolve => setTimeout(resolve, 50));
  await first.kill('SIGKILL');

  const second = await spawnServer(folder.path);
  client = nodeClient(second.url);
  const interrupted = (await list(client)).filter(task => task.state !== 'SUCCEEDED').length;
  expect(interrupted).toBeGreaterThan(0);
  let tasks: Listed[] = [];
  for (let tries = 0; tries < 600; tries += 1) {
    tasks = await list(client);
    if (tasks.every(task => task.state === 'SUCCEEDED')) break;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  expect(tasks.map(task => task.state)).toEqual(Array(TASKS).fill('SUCCEEDED'));
  expect(tasks.map(task => task.id).sort()).toEqual([...accepted].sort());
  for (const task of tasks) {
    expect(task.attempts.filter(({ outcome }) => outcome === 'SUCCEEDED')).toHaveLength(1);
    expect(task.photos).toHaveLength(1);
    expect(await client.download(task.photos[0]!.clean.url)).toHaveLength(task.photos[0]!.clean.bytes);
  }
  // What was interrupted can be told from what was not.
  expect(tasks.flatMap(task => task.attempts).some(({ outcome }) => outcome === 'LOST')).toBe(true);
  await second.kill('SIGTERM');
  await folder.remove();
}, 240_000);
