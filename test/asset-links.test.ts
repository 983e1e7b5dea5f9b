import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { DiskFiles } from '../src/assets/disk-files.js';
import { AssetLinks } from '../src/assets/links.js';
import { type PictureOf, Pictures } from '../src/assets/pictures.js';
import { serveAsset } from '../src/assets/serve.js';
import { DarkroomError } from '../src/kernel/errors.js';
import { newId } from '../src/kernel/ids.js';
import { Secrets } from '../src/kernel/secrets.js';
import { startToyServer, type ToyServer } from './server-fixture.js';
import { keysIn } from './task-house.js';

const PHOTO = 'the bytes of a photo';
const clock = { time: Date.now(), now: () => clock.time };
const links = new AssetLinks(new Secrets([Buffer.alloc(32, 7)]), () => 'http://localhost/', clock);
const [mine, other] = [newId('asset'), newId('asset')];
const { pathname, search } = new URL(links.sign(mine).url);
let directory: string;
let server: ToyServer;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'darkroom-links-'));
  const files = new DiskFiles(directory);
  for (const id of [mine, other]) await files.write(id, Buffer.from(PHOTO));
  const pictures = new Pictures(files, keysIn(directory), false);
  const parts = {
    open: (picture: PictureOf) => pictures.open(picture),
    links,
    clock,
    find: async (id: string) =>
      [mine, other].includes(id)
        ? { id, tenantId: 'default', kind: 'INPUT' as const, mime: 'image/jpeg', sha256: 'ab'.repeat(32) }
        : undefined,
    thumbnail: async (_id: string, bytes: () => Promise<Uint8Array>) => ({ bytes: await bytes(), mime: 'image/webp' }),
    errorOfMissing: async () => new DarkroomError('PHOTO_MISSING'),
  };
  server = await startToyServer({ readAsset: (id, query) => serveAsset(parts, id, query) });
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

/** All of these on one connection, one after the other, byte by byte as they stand. */
async function ask(targets: readonly string[]): Promise<string[]> {
  const socket = connect(server.port, '127.0.0.1');
  const answers = text(socket);
  for (const [index, target] of targets.entries()) {
    const last = index === targets.length - 1;
    socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n${last ? 'Connection: close\r\n' : ''}\r\n`, 'latin1');
  }
  return (await answers).split(/(?=HTTP\/1\.1 \d)/);
}

const refused = (answers: string[], count: number) => {
  expect(answers).toHaveLength(count);
  expect(answers.filter(answer => answer.includes(PHOTO))).toEqual([]);
  expect(answers.filter(answer => !/^HTTP\/1\.1 4\d\d /.test(answer))).toEqual([]);
};

test('the link itself is served, as a file that no browser runs', async () => {
  const [answer] = await ask([pathname + search]);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer).toContain(PHOTO);
  for (const header of [
    'x-content-type-options: nosniff',
    'content-disposition: attachment',
    'referrer-policy: no-referrer',
  ])
    expect(answer!.toLowerCase()).toContain(header);
});

test('no link of which one character is another is served', async () => {
  const link = pathname + search;
  const changed: string[] = [];
  for (let index = '/assets/'.length; index < link.length; index++) {
    for (const character of 'A0z-_%./&=') {
      // `%` alone would be a malformed URL, which is another refusal; both count.
      if (link[index] !== character) changed.push(link.slice(0, index) + character + link.slice(index + 1));
    }
  }
  expect(changed.length).toBeGreaterThan(1_000);
  for (let start = 0; start < changed.length; start += 100) {
    const some = changed.slice(start, start + 100);
    refused(await ask(some), some.length);
  }
});

test('no other path is served by the query of a link, whatever it pretends to be', async () => {
  const names = [
    other,
    `${other}/../${mine}`,
    `..%2f${mine}`,
    `%2e%2e/${mine}`,
    `./${mine}`,
    `${mine}/`,
    `${mine}%00`,
    `${mine}%00.jpg`,
    `${mine}.jpg`,
    `${mine}%20`,
    `%20${mine}`,
    `${mine};${other}`,
    `${mine}%0d%0aSet-Cookie:x`,
    mine.toUpperCase(),
    encodeURIComponent('../../../../etc/passwd'),
    '..%255c..%255cetc',
    'file:%2f%2f%2fetc%2fpasswd',
    'undefined',
    'null',
    'NaN',
    'true',
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'CON',
    'NUL',
    '%7b%7b7*7%7d%7d',
    '$%7bjndi:ldap:%2f%2fx%7d',
    "'%20or%201=1--",
    '%3Cscript%3Ealert(1)%3C%2fscript%3E',
    '%ef%bb%bf',
    '%e2%80%ae',
    '%f0%9f%92%a9',
    '田中さんにあげて下さい'.split('').map(encodeURIComponent).join(''),
  ];
  refused(await ask(names.map(name => `/assets/${name}${search}`)), names.length);
});

test('no query that says it twice, in part or otherwise is served', async () => {
  const query = new URLSearchParams(search);
  const [expires, signature] = [query.get('expires')!, query.get('signature')!];
  const queries = [
    '',
    '?',
    `?expires=${expires}`,
    `?signature=${signature}`,
    `?expires=${expires}&signature=`,
    `?expires=${Number(expires) + 1}&signature=${signature}`,
    `?expires=${expires}0&signature=${signature}`,
    `?expires=0x${Number(expires).toString(16)}&signature=${signature}`,
    `?expires=${expires}.0&signature=${signature}`,
    `?expires=%20${expires}&signature=${signature}`,
    `?expires[]=${expires}&signature=${signature}`,
    `?expires=${expires}&signature=${signature}%3D`,
    `?Expires=${expires}&Signature=${signature}`,
    `?expires=${expires}&signature=${'A'.repeat(43)}&signature=${signature}`,
    `#?expires=${expires}&signature=${signature}`,
  ];
  refused(await ask(queries.map(each => pathname + each)), queries.length);
});

test('after its time it is served no more', async () => {
  clock.time += 24 * 3_600_000;
  const [answer] = await ask([pathname + search]);
  expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  expect(answer).toContain('LINK_EXPIRED');
});
