import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EraseDocument, TaskUpdatedDocument, VerifyFaceDocument } from '../client/generated.js';
import { ROOT } from '../src/kernel/paths.js';
import { ask } from './kill-clients.js';
import { nodeClient } from './node-client.js';
import { findIn } from './personal-traces.js';
import { spawnServer, temporaryFolder } from './running-server.js';
import { lootOf, openAll } from './sealed-hunt.js';

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
const SECRET = 'a secret of this test, and of nothing else';
/** Nobody's: born in 1900. */
const PERSON = { name: '钟离匿名', idNumber: '110101190001010006' };

/** Fegine's service, which answers when it is told to. */
async function startSlowVendor() {
  let asked = () => {};
  const wasAsked = new Promise<void>(resolve => {
    asked = resolve;
  });
  let answer = () => {};
  const mayAnswer = new Promise<void>(resolve => {
    answer = resolve;
  });
  const server = http.createServer(async (request, response) => {
    request.resume();
    asked();
    await mayAnswer;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ status: '1', msg: '' }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    wasAsked,
    answer,
    close: () => server.close(),
  };
}

/** Pieces of a picture as they would stand in a file. */
const piecesOf = (picture: Buffer) =>
  Array.from({ length: 20 }, (_, index) => {
    const from = Math.floor((index * (picture.byteLength - 40)) / 20);
    return picture.subarray(from, from + 40);
  });

function holds(directory: string, pieces: readonly Buffer[]): boolean {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => readFileSync(path.join(entry.parentPath, entry.name)))
    .some(bytes => pieces.some(piece => bytes.includes(piece)));
}

test('with DARKROOM_ENCRYPT_ASSETS no name, number or picture stands in the directory; after an erasure nothing of a copy opens, with the secret neither', async () => {
  const folder = await temporaryFolder();
  const copies = mkdtempSync(path.join(tmpdir(), 'darkroom-copies-'));
  const vendor = await startSlowVendor();
  const server = await spawnServer(folder.path, {
    DARKROOM_ENCRYPT_ASSETS: 'yes',
    DARKROOM_LOG_LEVEL: 'trace',
    DARKROOM_SANDBOX: 'off',
    DARKROOM_SECRET: SECRET,
    FEGINE_APP_CODE: '0123456789abcdef0123456789abcdef',
    FEGINE_BASE_URL: vendor.url,
  });
  const copy = (name: string) => {
    cpSync(folder.path, path.join(copies, name), { recursive: true });
    return path.join(copies, name);
  };
  try {
    const client = nodeClient(server.url);
    const { task } = await client.mutate(VerifyFaceDocument, {
      input: {
        ...PERSON,
        photo: { base64: PORTRAIT.toString('base64') },
        reference: 'person 1',
        consent: { reference: 'R-1', purpose: '入职', noticeVersion: '1' },
        vendor: 'FEGINE',
      },
    });
    const file = new Blob([PORTRAIT]);
    const { uploadPhoto } = await ask(
      server.url,
      'mutation ($file: Upload!) { uploadPhoto(file: $file) { id url bytes } }',
      {
        file,
      },
    );
    const kept = Buffer.from(await (await fetch(uploadPhoto.url)).arrayBuffer());
    expect(kept.byteLength).toBe(uploadPhoto.bytes);
    await vendor.wasAsked;

    // The task is open: its text and the photos are there, sealed.
    const texts = Object.values(PERSON);
    expect(findIn(folder.path, server.log(), texts)).toEqual([]);
    const open = copy('open');
    expect(holds(open, piecesOf(kept))).toBe(false);
    const loot = lootOf(open);
    expect(loot.texts.length).toBeGreaterThan(0);
    // Two photos, each upright and as it was sent.
    expect(loot.files).toHaveLength(4);
    // The search can open what is not erased.
    const now = await openAll(loot, open, SECRET);
    expect(now.some(text => text.includes(PERSON.name))).toBe(true);
    expect(now.filter(text => text.length > 10_000)).toHaveLength(4);

    vendor.answer();
    for await (const _ of client.subscribe(TaskUpdatedDocument, { id: task.id, afterSequence: null }));
    const { erase } = await client.request(EraseDocument, { reference: 'person 1' });
    expect(erase).toMatchObject({ taskIds: [task.id], complete: true });
    await server.kill('SIGKILL');

    const after = copy('after');
    const left = lootOf(after);
    // Its write-ahead log has the sealed text still, and the copy of before the photo: none of it opens.
    expect(left.texts.some(text => loot.texts.includes(text) && text.startsWith('v2.'))).toBe(true);
    const all = {
      // Without the key files of the copy: whoever copied those in time can open what was copied with them.
      texts: [...new Set([...loot.texts.filter(text => text.startsWith('v2.')), ...left.texts])],
      files: loot.files,
      taskIds: [...new Set([...loot.taskIds, ...left.taskIds])],
      assetIds: [...new Set([...loot.assetIds, ...left.assetIds])],
    };
    const opened = await openAll(all, after, SECRET);
    // The photo that was uploaded beside it, and not erased, is the only thing, with its original.
    expect(opened.map(text => text.length).sort()).toEqual([kept.byteLength, PORTRAIT.byteLength].sort());
    expect(findIn(after, server.log(), texts)).toEqual([]);
  } finally {
    await server.kill('SIGKILL');
    vendor.close();
    await folder.remove();
    rmSync(copies, { recursive: true });
  }
}, 90_000);
