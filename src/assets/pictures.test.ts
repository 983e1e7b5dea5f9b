import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { keysIn } from '../../test/task-house.js';
import { newId } from '../kernel/ids.js';
import { DiskFiles } from './disk-files.js';
import type { AssetFiles } from './files.js';
import { Pictures } from './pictures.js';

const BYTES = randomBytes(200_000);
let directory: string;
let files: AssetFiles;
let plain: Pictures;
let sealed: Pictures;
let picture: { tenantId: string; id: string };

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'darkroom-pictures-'));
  files = new DiskFiles(directory);
  [plain, sealed] = [false, true].map(seal => new Pictures(files, keysIn(directory), seal)) as [Pictures, Pictures];
  picture = { tenantId: 'default', id: newId('asset') };
});
afterEach(() => rm(directory, { recursive: true }));

const fileOf = (id: string) => path.join(directory, id.slice(6, 8), id);
/** Compared by the library they would take seconds. */
const isWhole = (bytes: Buffer | undefined) => bytes?.equals(BYTES) === true;
const served = async (pictures: Pictures, of = picture) => {
  const opened = await pictures.open(of);
  return opened && { bytes: opened.bytes, whole: isWhole(await buffer(opened.stream)) };
};

test('a sealed picture is read and served as it was, with its own length; nothing of it stands in the file', async () => {
  await sealed.write(picture, BYTES);
  expect(isWhole(await sealed.read(picture))).toBe(true);
  expect(await served(sealed)).toEqual({ bytes: BYTES.byteLength, whole: true });
  const raw = await readFile(fileOf(picture.id));
  for (let at = 0; at + 32 < BYTES.byteLength; at += 10_000)
    expect(raw.includes(BYTES.subarray(at, at + 32))).toBe(false);
});

test('plain and sealed pictures lie beside each other, whatever is configured now', async () => {
  const other = { ...picture, id: newId('asset') };
  await plain.write(other, BYTES);
  await sealed.write(picture, BYTES);
  for (const pictures of [plain, sealed])
    for (const each of [picture, other]) {
      expect(isWhole(await pictures.read(each))).toBe(true);
      expect(await served(pictures, each)).toEqual({ bytes: BYTES.byteLength, whole: true });
    }
});

test('as the picture of another tenant, or under another id, it does not open', async () => {
  await sealed.write(picture, BYTES);
  const foreign = { ...picture, tenantId: 'another' };
  await expect(sealed.read(foreign)).rejects.toMatchObject({ code: 'INTERNAL' });
  await expect(sealed.open(foreign)).rejects.toMatchObject({ code: 'INTERNAL' });
  const other = { ...picture, id: newId('asset') };
  await sealed.write(other, Buffer.from('another picture'));
  await copyFile(fileOf(picture.id), fileOf(other.id));
  await expect(sealed.read(other)).rejects.toMatchObject({ code: 'INTERNAL' });
  await expect(sealed.open(other)).rejects.toMatchObject({ code: 'INTERNAL' });
});

test('one whose key is gone is as one without a file', async () => {
  await sealed.write(picture, BYTES);
  await keysIn(directory).destroy(picture.id);
  expect(await sealed.read(picture)).toBeUndefined();
  expect(await sealed.open(picture)).toBeUndefined();
});

test('a copy that somebody made of the file opens no more, once the picture is removed', async () => {
  await sealed.write(picture, BYTES);
  await copyFile(fileOf(picture.id), path.join(directory, 'copy'));
  await sealed.remove(picture.id);
  expect(await sealed.read(picture)).toBeUndefined();
  await files.write(picture.id, await readFile(path.join(directory, 'copy')));
  expect(await sealed.read(picture)).toBeUndefined();
});

test('a picture that is removed while it is served is served to its end', async () => {
  await sealed.write(picture, BYTES);
  const opened = await sealed.open(picture);
  await sealed.remove(picture.id);
  expect(isWhole(await buffer(opened!.stream))).toBe(true);
});

test('a damaged part ends the answer and is not sent', async () => {
  await sealed.write(picture, BYTES);
  const raw = await readFile(fileOf(picture.id));
  raw[150_000]! ^= 1;
  await writeFile(fileOf(picture.id), raw);
  const opened = await sealed.open(picture);
  await expect(buffer(opened!.stream)).rejects.toMatchObject({ code: 'INTERNAL' });
  await expect(sealed.read(picture)).rejects.toMatchObject({ code: 'INTERNAL' });
});

test('a stream that nobody reads leaves no open file', async () => {
  await sealed.write(picture, BYTES);
  const opened = await sealed.open(picture);
  opened!.stream.destroy();
  await new Promise(resolve => opened!.stream.once('close', resolve));
  expect(opened!.stream.destroyed).toBe(true);
});
