import path from 'node:path';
import { BucketFiles } from './assets/bucket-files.js';
import { DiskFiles } from './assets/disk-files.js';
import { ERASURES, ErasureFile } from './assets/erasure-file.js';
import { ErasureObjects } from './assets/erasure-objects.js';
import type { ErasureList } from './assets/erasures.js';
import type { AssetFiles } from './assets/files.js';
import { BucketMarks, DiskMarks, type Marks } from './assets/marks.js';
import type { BucketConfig } from './config.js';
import { Sealer } from './kernel/seal.js';
import type { Secrets } from './kernel/secrets.js';
import type { Bucket } from './objects/bucket.js';
import { S3Bucket } from './objects/s3-bucket.js';
import { BucketKeys } from './sealing/bucket-keys.js';
import type { DataKeys } from './sealing/data-keys.js';
import { DiskKeys } from './sealing/disk-keys.js';

/** Where pictures lie, and with them all that replicas share besides the database. */
export interface Places {
  files: AssetFiles;
  marks: Marks;
  erasures: ErasureList;
  /** Undefined where they lie in the data directory. */
  bucket: Bucket | undefined;
  /** The keys of what is sealed. */
  keys(secrets: Secrets): DataKeys;
  close(): Promise<void>;
}

export interface PlacesOptions {
  dataDirectory: string;
  /** Undefined: the data directory. */
  bucket?: BucketConfig | undefined;
}

/**
 * With a bucket, keys, the list of erasures and the marks lie in it too: replicas share nothing but it and the database,
 * and a machine that is lost takes nothing with it.
 */
export function openPlaces({ dataDirectory, bucket }: PlacesOptions): Places {
  return bucket === undefined ? onDisk(dataDirectory) : inBucket(new S3Bucket(bucket));
}

function onDisk(dataDirectory: string): Places {
  const directory = path.join(dataDirectory, 'assets');
  return {
    files: new DiskFiles(directory),
    marks: new DiskMarks(directory),
    erasures: new ErasureFile(path.join(dataDirectory, ERASURES)),
    bucket: undefined,
    keys: secrets => new DiskKeys(path.join(dataDirectory, 'keys'), new Sealer(secrets, 'data keys')),
    close: async () => {},
  };
}

function inBucket(bucket: Bucket): Places {
  return {
    files: new BucketFiles(bucket),
    marks: new BucketMarks(bucket),
    erasures: new ErasureObjects(bucket),
    bucket,
    keys: secrets => new BucketKeys(bucket, new Sealer(secrets, 'data keys')),
    close: () => bucket.close(),
  };
}
