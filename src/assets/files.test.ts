import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { eachPlace, type PicturePlace } from '../../test/picture-places.js';
import { newId } from '../kernel/ids.js';
import type { AssetFiles } from './files.js';

const HOUR = 3_600_000;

async function all(ids: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const id of ids) found.push(id);
  return found.sort();
}

async function setAside(files: AssetFiles): Promise<string[]> {
  const found: string[] = [];
  for await (const { id } of files.listQuarantined()) found.push(id);
  return found.sort();
}

eachPlace('the files of photos', kind => {
  let opening: { open(): Promise<PicturePlace>; close(): Promise<void> };
  let place: PicturePlace;
  let files: AssetFiles;
  beforeAll(async () => {
    opening = await kind.start();
  });
  afterAll(() => opening.close());
  beforeEach(async () => {
    place = await opening.open();
    files = place.files;
  });
  afterEach(() => place.close());

  test('what was written is read, streamed, listed and removed', async () => {
    const id = newId('asset');
    await files.write(id, Buffer.from('photo'));
    expect(await files.read(id)).toEqual(Buffer.from('photo'));
    const opened = await files.open(id);
    expect(opened!.bytes).toBe(5);
    expect(await buffer(opened!.stream)).toEqual(Buffer.from('photo'));
    expect([await all(files.list()), await files.has(id)]).toEqual([[id], true]);
    await files.remove(id);
    await files.remove(id);
    expect([await files.read(id), await files.open(id), await files.has(id)]).toEqual([undefined, undefined, false]);
    expect(await all(files.list())).toEqual([]);
  });

  test('before the first write there is nothing to list, sweep or read', async () => {
    expect([await all(files.list()), await setAside(files)]).toEqual([[], []]);
    await files.sweepTemporary();
    expect(await files.read(newId('asset'))).toBeUndefined();
  });

  test('what comes in pieces is written as one', async () => {
    const id = newId('asset');
    const parts = [randomBytes(70_000), randomBytes(1), randomBytes(200_000)];
    const whole = Buffer.concat(parts);
    await files.write(id, { byteLength: whole.byteLength, read: () => parts });
    expect((await files.read(id))!.equals(whole)).toBe(true);
  });

  test('a photo of 20 MB comes back as it was', async () => {
    const id = newId('asset');
    const photo = randomBytes(20_000_000);
    await files.write(id, photo);
    expect((await files.read(id))!.equals(photo)).toBe(true);
  });

  test('a file in quarantine is neither read nor listed, and comes back whole', async () => {
    const id = newId('asset');
    await files.write(id, Buffer.from('photo'));
    expect(await files.quarantine(id)).toBe(true);
    expect([await files.read(id), await all(files.list())]).toEqual([undefined, []]);
    expect([await setAside(files), await files.has(id)]).toEqual([[id], true]);
    // Another replica that shares the place may be faster.
    expect(await files.quarantine(id)).toBe(false);
    expect(await files.bringBack(id)).toBe(true);
    expect(await files.bringBack(id)).toBe(false);
    expect(await files.read(id)).toEqual(Buffer.from('photo'));
  });

  test('what is removed is removed from quarantine, too', async () => {
    const id = newId('asset');
    await files.write(id, Buffer.from('photo'));
    await files.quarantine(id);
    await files.remove(id);
    expect([await files.has(id), await setAside(files)]).toEqual([false, []]);
  });

  test('a file has an age, in its place and in quarantine', async () => {
    const [id, other] = [newId('asset'), newId('asset')];
    await files.write(id, Buffer.from('photo'));
    expect([await files.isOlder(id, 0), await files.isOlder(id, HOUR)]).toEqual([true, false]);
    expect(await files.isOlder(other, HOUR)).toBe(false);
    await files.quarantine(id);
    const ages: number[] = [];
    for await (const { since } of files.listQuarantined()) ages.push(Date.now() - since.getTime());
    expect(ages).toHaveLength(1);
    expect(Math.abs(ages[0]!)).toBeLessThan(HOUR);
  });

  test('a file that is removed while it is being sent is sent to its end', async () => {
    const id = newId('asset');
    const bytes = Buffer.alloc(1_000_000, 3);
    await files.write(id, bytes);
    const opened = await files.open(id);
    await files.remove(id);
    expect((await buffer(opened!.stream)).equals(bytes)).toBe(true);
  });

  test('a stream that nobody reads can be destroyed', async () => {
    const id = newId('asset');
    await files.write(id, randomBytes(1_000_000));
    for (let times = 0; times < 30; times += 1) (await files.open(id))!.stream.destroy();
    expect((await files.read(id))!.byteLength).toBe(1_000_000);
  });

  test('files of many folders are listed, in no order', async () => {
    const ids = Array.from({ length: 20 }, () => newId('asset'));
    await Promise.all(ids.map(id => files.write(id, Buffer.from('x'))));
    expect(await all(files.list())).toEqual(ids.sort());
  });

  test('a probe leaves nothing that is listed', async () => {
    await files.probe();
    expect([await all(files.list()), await setAside(files)]).toEqual([[], []]);
  });

  test.each(['../../etc/passwd', 'asset_../../../../etc/passwd', `${newId('asset')}/..`, '', newId('task')])(
    'the id %j never becomes a path',
    async wrong => {
      for (const act of [
        () => files.write(wrong, Buffer.from('x')),
        () => files.read(wrong),
        () => files.open(wrong),
        () => files.has(wrong),
        () => files.remove(wrong),
      ])
        await expect((async () => act())()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    },
  );
});
