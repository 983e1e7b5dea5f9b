import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assetKey, BucketFiles, quarantineKey } from '../src/assets/bucket-files.js';
import { DiskFiles } from '../src/assets/disk-files.js';
import { ErasureFile } from '../src/assets/erasure-file.js';
import { ErasureObjects } from '../src/assets/erasure-objects.js';
import type { ErasureList } from '../src/assets/erasures.js';
import type { AssetFiles } from '../src/assets/files.js';
import { Sealer } from '../src/kernel/seal.js';
import { Secrets } from '../src/kernel/secrets.js';
import type { Bucket, StoredObject } from '../src/objects/bucket.js';
import { BucketKeys } from '../src/sealing/bucket-keys.js';
import type { DataKeys } from '../src/sealing/data-keys.js';
import { bucketOf, hasS3, S3_LACKS, type S3Server, startS3 } from './s3-server.js';
import { keysIn } from './task-house.js';

/** Where pictures lie, with their keys and the list of erasures; empty. */
export interface PicturePlace {
  files: AssetFiles;
  keys: DataKeys;
  erasures: ErasureList;
  /** As if the file, in its place or in quarantine, had been written so long ago. */
  age(id: string, where: 'PLACE' | 'QUARANTINE', ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface PlaceKind {
  readonly name: string;
  readonly isThere: boolean;
  /** Each request takes some milliseconds: many files are for the disk. */
  readonly isSlow: boolean;
  start(): Promise<{ open(): Promise<PicturePlace>; close(): Promise<void> }>;
}

/**
 * One suite for both: what holds of a disk holds of a bucket. Skipped and named where there is no S3 server.
 * @param slow whether the bucket too; a suite that runs on each driver takes it with one
 */
export function eachPlace(what: string, suite: (kind: PlaceKind) => void, slow = true): void {
  for (const kind of KINDS.filter(({ isSlow }) => slow || !isSlow))
    (kind.isThere ? describe : describe.skip)(`${what} ${kind.name}`, () => suite(kind));
}

const KINDS: readonly PlaceKind[] = [
  {
    name: 'on a disk',
    isThere: true,
    isSlow: false,
    start: async () => ({ open: onDisk, close: async () => {} }),
  },
  {
    name: `in a bucket${S3_LACKS}`,
    isThere: hasS3,
    isSlow: true,
    start: async () => {
      const s3 = await startS3();
      return { open: () => inBucket(s3), close: () => s3.close() };
    },
  },
];

async function onDisk(): Promise<PicturePlace> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-pictures-'));
  const directory = path.join(folder, 'assets');
  return {
    files: new DiskFiles(directory),
    keys: keysIn(folder),
    erasures: new ErasureFile(path.join(folder, 'erasures.jsonl')),
    age: async (id, where, ms) => {
      const then = new Date(Date.now() - ms);
      await utimes(path.join(directory, where === 'PLACE' ? id.slice(6, 8) : 'quarantine', id), then, then);
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function inBucket(s3: S3Server): Promise<PicturePlace> {
  const real = bucketOf(await s3.newBucket('house/'));
  const ages = new Map<string, number>();
  const bucket = aging(real, ages);
  return {
    files: new BucketFiles(bucket),
    keys: new BucketKeys(bucket, new Sealer(new Secrets([Buffer.alloc(32, 7)]), 'data keys')),
    erasures: new ErasureObjects(bucket),
    age: async (id, where, ms) => void ages.set(where === 'PLACE' ? assetKey(id) : quarantineKey(id), ms),
    close: () => real.close(),
  };
}

/** A bucket dates its objects itself: those of these keys are told as older by so much. */
function aging(bucket: Bucket, ages: ReadonlyMap<string, number>): Bucket {
  const older = (object: StoredObject): StoredObject => {
    const writtenAt = new Date(object.writtenAt.getTime() - (ages.get(object.key) ?? 0));
    return { ...object, writtenAt };
  };
  return {
    name: bucket.name,
    put: (key, bytes) => bucket.put(key, bytes),
    get: (key, first) => bucket.get(key, first),
    find: async key => {
      const found = await bucket.find(key);
      return found && older(found);
    },
    remove: key => bucket.remove(key),
    list: async function* (prefix) {
      for await (const object of bucket.list(prefix)) yield older(object);
    },
    presign: (key, options) => bucket.presign(key, options),
    keepsVersions: () => bucket.keepsVersions(),
    close: () => bucket.close(),
  };
}
