import { link, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newId } from '../kernel/ids.js';
import { Sealer } from '../kernel/seal.js';
import { Secrets } from '../kernel/secrets.js';
import { keyFile } from './data-keys.js';
import { DiskKeys } from './disk-keys.js';

const [OLD, NEW] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
let directory: string;
let id: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'darkroom-keys-'));
  id = newId('task');
});
afterEach(() => rm(directory, { recursive: true }));

const keysOf = (...secrets: Buffer[]) => new DiskKeys(directory, new Sealer(new Secrets(secrets), 'data keys'));
const file = () => path.join(directory, keyFile(id));
const listed = async () => {
  const ids: string[] = [];
  for await (const each of keysOf(OLD).list('task')) ids.push(each);
  return ids;
};

test('a key is found, listed, and for the owner alone', async () => {
  const key = await keysOf(OLD).make(id);
  expect(key).toHaveLength(32);
  expect(await keysOf(OLD).find(id)).toEqual(key);
  expect(await listed()).toEqual([id]);
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  for (const folder of ['task', path.dirname(keyFile(id))])
    expect((await stat(path.join(directory, folder))).mode & 0o777).toBe(0o700);
  expect((await readFile(file())).includes(key)).toBe(false);
});

test('what has no key has none; what is no id is refused before it becomes a path', async () => {
  expect(await keysOf(OLD).find(id)).toBeUndefined();
  await keysOf(OLD).destroy(id);
  for (const wrong of ['../../secret', 'key_00000000000000000000000000', ''])
    await expect(keysOf(OLD).find(wrong)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a key that was destroyed is gone, and its file was overwritten before it was removed', async () => {
  await keysOf(OLD).make(id);
  // A second name shows what is left in the blocks.
  const left = path.join(directory, 'left');
  await link(file(), left);
  await keysOf(OLD).destroy(id);
  expect(await keysOf(OLD).find(id)).toBeUndefined();
  expect(await listed()).toEqual([]);
  expect((await readFile(left)).toString('latin1')).not.toMatch(/v1\./);
});

test('where a crash came between the overwriting and the removal, there is no key', async () => {
  await keysOf(OLD).make(id);
  await writeFile(file(), Buffer.alloc(256, 0x9c));
  expect(await keysOf(OLD).find(id)).toBeUndefined();
  expect(await keysOf(OLD).rewrap(id)).toBe('GONE');
});

test('a file that is copied to another id does not open, and neither does one of another secret', async () => {
  const keys = keysOf(OLD);
  await keys.make(id);
  const other = newId('task');
  await keys.writeWrapped(other, (await keys.readWrapped(id))!);
  await expect(keys.find(other)).rejects.toMatchObject({ code: 'INTERNAL' });
  await expect(keysOf(NEW).find(id)).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(await keysOf(NEW).rewrap(id)).toBe('LOST');
});

describe('a rotation', () => {
  test('puts the same key under the new secret, and leaves nothing under the old one', async () => {
    const key = await keysOf(OLD).make(id);
    expect(await keysOf(NEW, OLD).rewrap(id)).toBe('MOVED');
    expect(await keysOf(NEW).find(id)).toEqual(key);
    await expect(keysOf(OLD).find(id)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await keysOf(NEW, OLD).rewrap(id)).toBe('PRESENT');
    // And back again: the other slot is free.
    expect(await keysOf(OLD, NEW).rewrap(id)).toBe('MOVED');
    expect(await keysOf(OLD).find(id)).toEqual(key);
    expect((await stat(file())).size).toBe(256);
  });

  test('goes on where a crash came after either step', async () => {
    const key = await keysOf(OLD).make(id);
    const before = await readFile(file());
    await keysOf(NEW, OLD).rewrap(id);
    const after = await readFile(file());
    const [old, fresh] = [before.subarray(0, 128), after.subarray(128)];
    // The new slot is written, the old one not blank yet.
    await writeFile(file(), Buffer.concat([old, fresh]));
    for (const secret of [OLD, NEW]) expect(await keysOf(secret).find(id)).toEqual(key);
    expect(await keysOf(NEW, OLD).rewrap(id)).toBe('MOVED');
    await expect(keysOf(OLD).find(id)).rejects.toMatchObject({ code: 'INTERNAL' });
    // The new slot is written in part.
    await writeFile(file(), Buffer.concat([old, fresh.subarray(0, 60), Buffer.alloc(68, 0x20)]));
    expect(await keysOf(NEW, OLD).find(id)).toEqual(key);
    expect(await keysOf(NEW, OLD).rewrap(id)).toBe('MOVED');
    expect(await keysOf(NEW).find(id)).toEqual(key);
  });

  test('brings no key back that is destroyed beside it', async () => {
    const both = keysOf(NEW, OLD);
    for (let round = 0; round < 200; round += 1) {
      id = newId('task');
      await keysOf(OLD).make(id);
      await Promise.all([both.rewrap(id), both.destroy(id)]);
      expect(await both.find(id)).toBeUndefined();
    }
    expect(await listed()).toEqual([]);
  });

  test('and readers beside it always find the key', async () => {
    const key = await keysOf(OLD).make(id);
    let current = [OLD, NEW];
    let rotating = true;
    const reading = (async () => {
      let reads = 0;
      for (; rotating; reads += 1) expect(await keysOf(OLD, NEW).find(id)).toEqual(key);
      return reads;
    })();
    for (let round = 0; round < 50; round += 1) {
      current = [current[1]!, current[0]!];
      expect(await keysOf(...current).rewrap(id)).toBe('MOVED');
    }
    rotating = false;
    expect(await reading).toBeGreaterThan(50);
  });
});

test('temporary files of a crash are swept', async () => {
  await keysOf(OLD).make(id);
  await writeFile(path.join(directory, 'temporary', 'half'), '');
  await keysOf(OLD).sweepTemporary(0);
  expect(await readdir(path.join(directory, 'temporary'))).toEqual([]);
  expect(await listed()).toEqual([id]);
});
