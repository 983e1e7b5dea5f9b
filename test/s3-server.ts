import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { BucketConfig } from '../src/config.js';
import { ROOT } from '../src/kernel/paths.js';
import { S3Bucket, type S3Options } from '../src/objects/s3-bucket.js';
import { Transport } from '../src/objects/transport.js';
import { freePort } from './service-process.js';

const PYTHON = '/usr/bin/python3';

/** Whether this machine has OpenStack Swift, e.g. by `apt-get install python3-swift`. */
export const hasS3 = spawnSync(PYTHON, ['-c', 'import swift.common.wsgi']).status === 0;
/** In the title of what is skipped without it. */
export const S3_LACKS = hasS3 ? '' : ' (skipped: no python3-swift)';
export interface S3Server {
  readonly port: number;
  /** Of this account, with a new bucket of its own. */
  newBucket(prefix?: string): Promise<BucketConfig>;
  /** SIGSTOP and SIGCONT: it listens, and does not answer. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** A real S3 server on loopback: Swift's own S3 door, which checks signatures, hashes and times. Names of virtual hosts end with `.localhost`. */
export async function startS3(port?: number): Promise<S3Server> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-s3-'));
  const at = port ?? (await freePort());
  const [accessKeyId, secretAccessKey] = ['shop:darkroom', 'a-secret-of-the-tests'];
  const server = spawn(
    PYTHON,
    [path.join(ROOT, 'test', 's3-server.py'), folder, `${at}`, accessKeyId, secretAccessKey],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, S3D_PROXY_LINES: 'storage_domain = localhost' },
    },
  );
  const lines = createInterface(server.stdout!);
  const [line] = (await Promise.race([once(lines, 'line'), once(server, 'exit').then(() => ['it ended'])])) as [string];
  if (!line.startsWith('ready')) throw new Error(`The S3 server does not start: ${line}`);
  let buckets = 0;
  return {
    port: at,
    newBucket: async (prefix = '') => {
      buckets += 1;
      const config: BucketConfig = {
        bucket: `photos-${process.pid}-${buckets}`,
        prefix,
        endpoint: `http://127.0.0.1:${at}`,
        addressing: 'path',
        region: 'us-east-1',
        accessKeyId,
        secretAccessKey,
      };
      await makeBucket(config);
      return config;
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    close: async () => {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeBucket({ endpoint, bucket, ...keys }: BucketConfig): Promise<void> {
  const { S3mini } = await import('s3mini');
  const transport = new Transport({});
  await new S3mini({ ...keys, endpoint: `${endpoint}/${bucket}`, fetch: transport.fetch }).createBucket();
  await transport.close();
}

/** Tries nothing a second time, unless it is told to. */
export function bucketOf(config: S3Options, retryMs: readonly number[] = []): S3Bucket {
  return new S3Bucket({ ...config, retryMs });
}
