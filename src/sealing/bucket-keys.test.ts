import { hasS3, S3_LACKS, type S3Server, startS3 } from '../../test/s3-server.js';
import { newId } from '../kernel/ids.js';
import { Sealer } from '../kernel/seal.js';
import { Secrets } from '../kernel/secrets.js';
import type { Bucket } from '../objects/bucket.js';
import { S3Bucket } from '../objects/s3-bucket.js';
import { BucketKeys } from './bucket-keys.js';
import { SLOT } from './data-keys.js';

const [OLD, NEW] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

(hasS3 ? describe : describe.skip)(`keys in a bucket${S3_LACKS}`, () => {
  let s3: S3Server;
  let bucket: S3Bucket;
  let id: string;
  beforeAll(async () => {
    s3 = await startS3();
    bucket = new S3Bucket(await s3.newBucket('house/'));
  });
  afterAll(async () => {
    await bucket.close();
    await s3.close();
  });
  beforeEach(() => {
    id = newId('asset');
  });

  const keysOf = (secrets: Buffer[], on: Bucket = bucket) =>
    new BucketKeys(on, new Sealer(new Secrets(secrets), 'data keys'));
  const objects = async () => {
    const found: string[] = [];
    for await (const { key } of bucket.list('keys/')) if (key.includes(id)) found.push(key.slice(-1));
    return found;
  };

  test('a key is found, listed by its holder, and gone once it is destroyed', async () => {
    const keys = keysOf([OLD]);
    const key = await keys.make(id);
    expect(await keys.find(id)).toEqual(key);
    const listed = async (holder: 'asset' | 'task') => {
      const ids: string[] = [];
      for await (const each of keys.list(holder)) ids.push(each);
      return ids.includes(id);
    };
    expect([await listed('asset'), await listed('task')]).toEqual([true, false]);
    expect([await keys.isOlder(id, 0), await keys.isOlder(id, 3_600_000)]).toEqual([true, false]);
    await keys.destroy(id);
    await keys.destroy(id);
    expect([await keys.find(id), await listed('asset'), await keys.isOlder(id, 0)]).toEqual([undefined, false, false]);
    await expect(keys.find('../../secret')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('one under another secret is told from one that is gone', async () => {
    await keysOf([OLD]).make(id);
    await expect(keysOf([NEW]).find(id)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await keysOf([NEW]).rewrap(id)).toBe('LOST');
  });

  test('to read a key costs one request, and two where a rotation has moved it to its second slot', async () => {
    const key = await keysOf([OLD]).make(id);
    let requests = 0;
    const counted: Bucket = Object.create(bucket, {
      get: {
        value: (name: string) => {
          requests += 1;
          return bucket.get(name);
        },
      },
    });
    expect(await keysOf([OLD], counted).find(id)).toEqual(key);
    expect(requests).toBe(1);
    await keysOf([NEW, OLD]).rewrap(id);
    expect(await keysOf([NEW], counted).find(id)).toEqual(key);
    expect(requests).toBe(3);
  });

  test('a rotation moves it from slot to slot, and leaves one', async () => {
    const key = await keysOf([OLD]).make(id);
    expect(await keysOf([NEW, OLD]).rewrap(id)).toBe('MOVED');
    expect([await objects(), await keysOf([NEW]).find(id)]).toEqual([['b'], key]);
    expect(await keysOf([NEW, OLD]).rewrap(id)).toBe('PRESENT');
    expect(await keysOf([OLD, NEW]).rewrap(id)).toBe('MOVED');
    expect([await objects(), await keysOf([OLD]).find(id)]).toEqual([['a'], key]);
    expect(await keysOf([OLD]).rewrap(newId('asset'))).toBe('GONE');
  });

  test('in the form of a backup it comes back as it was', async () => {
    const key = await keysOf([OLD]).make(id);
    await keysOf([NEW, OLD]).rewrap(id);
    const wrapped = (await keysOf([NEW]).readWrapped(id))!;
    expect(wrapped).toHaveLength(2 * SLOT);
    await keysOf([NEW]).destroy(id);
    expect(await keysOf([NEW]).readWrapped(id)).toBeUndefined();
    await keysOf([NEW]).writeWrapped(id, wrapped);
    expect(await keysOf([NEW]).find(id)).toEqual(key);
  });

  /** Does something else before its n-th request. */
  function interrupted(at: number, act: () => Promise<void>): Bucket {
    let requests = 0;
    return new Proxy<Bucket>(bucket, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        if (typeof value !== 'function' || !['get', 'put', 'find', 'remove'].includes(String(name))) return value;
        return async (...words: unknown[]) => {
          if (requests++ === at) await act();
          return value.apply(target, words);
        };
      },
    });
  }

  test('whatever a rotation is about to do, a key that is destroyed does not come back', async () => {
    // It reads both slots, puts one, looks for the other one, and removes it.
    for (const slot of ['a', 'b'])
      for (let at = 0; at < 5; at += 1) {
        id = newId('asset');
        await keysOf([OLD]).make(id);
        if (slot === 'b') await keysOf([NEW, OLD]).rewrap(id);
        const secrets = slot === 'b' ? [OLD, NEW] : [NEW, OLD];
        await keysOf(
          secrets,
          interrupted(at, () => keysOf([OLD]).destroy(id)),
        ).rewrap(id);
        expect(await objects()).toEqual([]);
      }
  });

  test('whatever a reader is about to do, a rotation beside it hides no key', async () => {
    for (const slot of ['a', 'b'])
      for (let at = 0; at < 3; at += 1) {
        id = newId('asset');
        const key = await keysOf([OLD]).make(id);
        if (slot === 'b') await keysOf([NEW, OLD]).rewrap(id);
        const secrets = slot === 'b' ? [OLD, NEW] : [NEW, OLD];
        const rotates = interrupted(at, async () => void (await keysOf(secrets).rewrap(id)));
        expect(await keysOf(secrets, rotates).find(id)).toEqual(key);
      }
  });

  test('whatever the destruction is about to do, a rotation beside it brings nothing back', async () => {
    for (const slot of ['a', 'b'])
      for (let at = 0; at < 3; at += 1) {
        id = newId('asset');
        await keysOf([OLD]).make(id);
        if (slot === 'b') await keysOf([NEW, OLD]).rewrap(id);
        const secrets = slot === 'b' ? [OLD, NEW] : [NEW, OLD];
        const rotates = interrupted(at, async () => void (await keysOf(secrets).rewrap(id)));
        await keysOf([OLD], rotates).destroy(id);
        expect(await objects()).toEqual([]);
      }
  });
});
