import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { bucketOf, hasS3, S3_LACKS, type S3Server, startS3 } from '../../test/s3-server.js';
import type { BucketConfig } from '../config.js';
import { type BucketError, isBucketError } from './bucket.js';
import { S3Bucket, type S3Options } from './s3-bucket.js';

const open: S3Bucket[] = [];
const servers: Server[] = [];
afterEach(async () => {
  for (const bucket of open.splice(0)) await bucket.close();
  for (const server of servers.splice(0)) server.close();
});

function opened(config: S3Options, retryMs?: number[]): S3Bucket {
  const bucket = bucketOf(config, retryMs);
  open.push(bucket);
  return bucket;
}

async function faultOf(asked: Promise<unknown>): Promise<BucketError> {
  const error = await asked.then(
    () => new Error('it was answered'),
    (thrown: unknown) => thrown,
  );
  if (!isBucketError(error)) throw error;
  return error;
}

(hasS3 ? describe : describe.skip)(`a bucket of a real S3 server${S3_LACKS}`, () => {
  let s3: S3Server;
  let config: BucketConfig;
  beforeAll(async () => {
    s3 = await startS3();
    config = await s3.newBucket('shop/');
  });
  afterAll(() => s3.close());

  test('objects are put, found, listed below their prefix, and removed', async () => {
    const bucket = opened(config);
    await bucket.put('a/one', Buffer.from('1'));
    await bucket.put('a/two', Buffer.from('22'));
    await bucket.put('b/three', Buffer.from('333'));
    expect(await bucket.find('a/two')).toMatchObject({ key: 'a/two', bytes: 2 });
    expect(Math.abs(Date.now() - (await bucket.find('a/two'))!.writtenAt.getTime())).toBeLessThan(60_000);
    // What begins like it is another object.
    expect(await bucket.find('a/tw')).toBeUndefined();
    const keys: string[] = [];
    for await (const { key, bytes } of bucket.list('a/')) keys.push(`${key} ${bytes}`);
    expect(keys).toEqual(['a/one 1', 'a/two 2']);
    await bucket.remove('a/one');
    await bucket.remove('a/one');
    expect([await bucket.get('a/one'), await bucket.find('a/one')]).toEqual([undefined, undefined]);
  });

  test('a list of several pages is one', async () => {
    const few = new S3Bucket({ ...config, listed: 2 });
    open.push(few);
    const names = ['l/1', 'l/2', 'l/3', 'l/4', 'l/5'];
    for (const name of names) await few.put(name, Buffer.from('x'));
    const keys: string[] = [];
    for await (const { key } of few.list('l/')) keys.push(key);
    expect(keys).toEqual(names);
  });

  test('a virtual host and an address of its own reach the same objects as the path', async () => {
    await opened(config).put('seen', Buffer.from('from everywhere'));
    const onLoopback: typeof lookup = ((_name: string, options: object, done: never) =>
      lookup('127.0.0.1', options, done)) as never;
    const virtual = { ...config, endpoint: `http://localhost:${s3.port}`, lookup: onLoopback };
    const own = `http://${config.bucket}.localhost:${s3.port}`;
    for (const way of [
      { ...virtual, addressing: 'virtual' as const },
      { ...virtual, addressing: 'own' as const, endpoint: own },
    ]) {
      const bucket = new S3Bucket({ ...way, retryMs: [] });
      open.push(bucket);
      expect(await text((await bucket.get('seen'))!.stream)).toBe('from everywhere');
      await bucket.put('written', Buffer.from(way.addressing));
      expect(await text((await opened(config).get('written'))!.stream)).toBe(way.addressing);
    }
  });

  test('a presigned address gives one object, as a file of this name, and nothing once it is changed', async () => {
    const bucket = opened(config);
    await bucket.put('photo', Buffer.from('a photo'));
    const url = await bucket.presign('photo', { seconds: 60, mime: 'image/jpeg', fileName: 'a.jpg' });
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([200, 'a photo']);
    expect(answer.headers.get('content-type')).toMatch('image/jpeg');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="a.jpg"');
    expect(url).not.toContain(config.secretAccessKey);
    expect((await fetch(url.replace('photo?', 'seen?'))).status).toBe(403);
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403);
  });

  test.each<[string, Partial<BucketConfig>, string]>([
    ['a wrong secret', { secretAccessKey: 'another' }, 'REFUSED'],
    ['a key that there is not', { accessKeyId: 'shop:nobody' }, 'REFUSED'],
    ['a wrong region', { region: 'eu-central-1' }, 'REFUSED'],
    ['a bucket that there is not', { bucket: 'no-such-bucket' }, 'MISSING'],
  ])(
    '%s is told as such, whatever is asked, and neither key nor address is in the words',
    async (_what, over, fault) => {
      const bucket = opened({ ...config, ...over });
      const asked: (() => Promise<unknown>)[] = [
        () => bucket.put('x', Buffer.from('x')),
        () => bucket.get('x'),
        () => bucket.find('x'),
        () => bucket.remove('x'),
        async () => {
          for await (const _ of bucket.list('')) break;
        },
      ];
      for (const ask of asked) {
        const error = await faultOf(ask());
        expect([error.fault, error.code]).toEqual([fault, 'STORAGE_UNAVAILABLE']);
        for (const secret of [config.secretAccessKey, 'another', config.accessKeyId, 'nobody', '127.0.0.1', 'photos-'])
          expect(`${error.message} ${error.stack}`).not.toContain(secret);
      }
    },
  );

  test('a key that expires is followed by the one that stands in its files by then', async () => {
    let now: S3Options = { ...config, secretAccessKey: 'expired' };
    const bucket = opened({ ...now, keysNow: () => now });
    expect(await faultOf(bucket.put('renewed', Buffer.from('x')))).toMatchObject({ fault: 'REFUSED' });
    now = config;
    // Those that are under way are refused together.
    await Promise.all(['r/1', 'r/2', 'r/3'].map(name => bucket.put(name, Buffer.from(name))));
    expect(await text((await bucket.get('r/3'))!.stream)).toBe('r/3');
    const url = await bucket.presign('r/1', { seconds: 60, mime: 'image/jpeg', fileName: 'a.jpg' });
    expect((await fetch(url)).status).toBe(200);
    const unreadable = () => {
      throw new Error('there is no such file');
    };
    const lost = opened({ ...config, secretAccessKey: 'expired', keysNow: unreadable });
    expect(await faultOf(lost.get('r/1'))).toMatchObject({ fault: 'REFUSED' });
  });

  test('what comes otherwise than it was sent is refused by the other side', async () => {
    const bucket = opened(config);
    let reads = 0;
    const changing = { byteLength: 5, read: () => [Buffer.from(reads++ === 0 ? 'photo' : 'phot0')] };
    expect(await faultOf(bucket.put('changed', changing))).toMatchObject({ fault: 'FAILED', detail: 'BadDigest' });
    expect(await bucket.find('changed')).toBeUndefined();
    // The second try sends what was hashed.
    reads = 0;
    const once = { byteLength: 5, read: () => [Buffer.from(reads++ === 1 ? 'phot0' : 'photo')] };
    await opened(config, [1]).put('changed', once);
    expect(await text((await bucket.get('changed'))!.stream)).toBe('photo');
  });

  test('a server that hangs is given up, and one that is away is told as such', async () => {
    const away = opened({ ...config, endpoint: 'http://127.0.0.1:1' });
    expect(await faultOf(away.get('x'))).toMatchObject({ fault: 'UNREACHABLE', detail: 'ECONNREFUSED' });
    const silent = createServer(() => {});
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    servers.push(silent);
    const endpoint = `http://127.0.0.1:${(silent.address() as { port: number }).port}`;
    const hangs = opened({ ...config, endpoint, answerMs: 200 });
    expect(await faultOf(hangs.get('x'))).toMatchObject({ fault: 'UNREACHABLE' });
    silent.closeAllConnections();
  });

  test('this server keeps no versions', async () => {
    expect(await opened(config).keepsVersions()).toBe(false);
  });

  test('a transfer of 8 MB holds less than 1 MB of them, sealed or not', async () => {
    const words = ['--expose-gc', path.join(__dirname, '..', '..', 'test', 's3-memory.js'), JSON.stringify(config)];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    for (const most of Object.values(JSON.parse(stdout) as Record<string, number>)) {
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThan(1_000_000);
    }
  });
});

/** A server that answers one after the other with these, and then with 200. */
async function answering(
  ...answers: [status: number, code?: string | undefined][]
): Promise<{ config: BucketConfig; asked(): number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      const [status, code] = answers[asked++] ?? [200];
      const body =
        code === undefined
          ? ''
          : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>secret words</Message></Error>`;
      response.writeHead(status, { 'content-type': 'application/xml; charset=utf-8' }).end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const endpoint = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const keys = { accessKeyId: 'key', secretAccessKey: 'secret', region: 'us-east-1' };
  return { config: { ...keys, endpoint, bucket: 'photos', prefix: '', addressing: 'path' }, asked: () => asked };
}

test.each<[number, string | undefined, string, string]>([
  [507, undefined, 'FULL', 'STORAGE_FULL'],
  [403, 'QuotaExceeded', 'FULL', 'STORAGE_FULL'],
  [507, 'XMinioStorageFull', 'FULL', 'STORAGE_FULL'],
  [403, 'AccessDenied', 'REFUSED', 'STORAGE_UNAVAILABLE'],
  [403, 'RequestTimeTooSkewed', 'REFUSED', 'STORAGE_UNAVAILABLE'],
  [400, 'ExpiredToken', 'REFUSED', 'STORAGE_UNAVAILABLE'],
  [404, 'NoSuchBucket', 'MISSING', 'STORAGE_UNAVAILABLE'],
  [301, 'PermanentRedirect', 'FAILED', 'STORAGE_UNAVAILABLE'],
  [503, 'SlowDown', 'BUSY', 'STORAGE_UNAVAILABLE'],
  [500, 'InternalError', 'FAILED', 'STORAGE_UNAVAILABLE'],
])('the answer %s %s is %s, as %s, without what else it said', async (status, code, fault, own) => {
  const { config } = await answering([status, code]);
  const error = await faultOf(opened(config).put('x', Buffer.from('x')));
  expect([error.fault, error.code]).toEqual([fault, own]);
  expect(error.message).not.toContain('secret words');
});

test('what may pass is tried again, and what does not pass is told at once', async () => {
  const passing = await answering([503, 'SlowDown'], [500, 'InternalError']);
  await opened(passing.config, [1, 1, 1]).put('x', randomBytes(10));
  expect(passing.asked()).toBe(3);
  const refusing = await answering([403, 'AccessDenied']);
  await faultOf(opened(refusing.config, [1, 1, 1]).put('x', randomBytes(10)));
  expect(refusing.asked()).toBe(1);
  const busy = await answering(...Array.from({ length: 9 }, (): [number, string] => [503, 'SlowDown']));
  expect(await faultOf(opened(busy.config, [1, 1]).get('x'))).toMatchObject({ fault: 'BUSY' });
  expect(busy.asked()).toBe(3);
});

test('a connection that breaks off is no whole photo', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const { config } = await answering();
  const bucket = opened({ ...config, endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}` });
  const found = await bucket.get('x');
  expect(await faultOf(buffer(found!.stream))).toMatchObject({ fault: 'UNREACHABLE', detail: 'Interrupted' });
});

test('whoever reads a photo slowly gets all of it, and a bucket that sends it slowly is given up', async () => {
  const photo = randomBytes(8_000_000);
  let trickles = true;
  const server = createServer(async (_request, response) => {
    response.writeHead(200, { 'content-length': photo.byteLength });
    for (let sent = 0; trickles && !response.destroyed; sent += 1) {
      response.write(photo.subarray(sent, sent + 1));
      await sleep(20);
    }
    response.end(photo);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const { config } = await answering();
  const endpoint = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const bucket = opened({ ...config, endpoint, requestMs: 500 });
  const slow = buffer((await bucket.get('x'))!.stream);
  expect(await faultOf(slow)).toMatchObject({ fault: 'UNREACHABLE' });
  trickles = false;
  const came: Buffer[] = [];
  for await (const piece of (await bucket.get('x'))!.stream) {
    // Longer than the whole request may take, once.
    if (came.length === 0) await sleep(1_000);
    came.push(piece as Buffer);
  }
  expect(Buffer.concat(came).equals(photo)).toBe(true);
});
