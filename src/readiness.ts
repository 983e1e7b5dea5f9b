import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { directoryId } from './assets/directory-identity.js';
import type { AssetFiles } from './assets/files.js';
import type { Marks } from './assets/marks.js';
import { DarkroomError } from './kernel/errors.js';
import { LIMITS } from './kernel/limits.js';
import { type BucketFault, isBucketError } from './objects/bucket.js';
import { type Database, SqlError } from './store/database.js';
import { workableVersion } from './store/migrate.js';
import { probeWrite } from './store/setting-rows.js';

export interface ReadinessParts {
  database: Database;
  /** The schema version that this build knows. */
  schemaVersion: number;
  files: AssetFiles;
  /** Beside the pictures. */
  marks: Marks;
  /** Folders whose disks have to have room: of the pictures, and of an embedded database. */
  folders: readonly string[];
  /** With replicas: whether this one has another directory. */
  beat?: { readonly apart: boolean } | undefined;
  log: Pick<Logger, 'info' | 'error'>;
  /** Of the file system on which a folder lies. */
  freeBytes?: (folder: string) => Promise<number>;
}

/** Why no task could be taken: the code that stands in the answer and the log, and what the caller is told. */
type ObstacleCode =
  | 'DATABASE_UNAVAILABLE'
  | 'DATABASE_READ_ONLY'
  | 'DATABASE_FAILS'
  | 'SCHEMA_DIFFERS'
  | 'DIRECTORY_CHANGED'
  | 'DIRECTORY_NOT_SHARED'
  | 'DIRECTORY_NOT_WRITABLE'
  | 'BUCKET_REFUSES'
  | 'BUCKET_MISSING'
  | 'BUCKET_UNAVAILABLE'
  | 'STORAGE_FULL';

interface Obstacle {
  code: ObstacleCode;
  /** For an answer: no path, no name of a host. */
  message: string;
  /** For the log. */
  cause?: unknown;
}

/** The state of a read-only transaction: a standby, or a server or database that was set so. */
const READ_ONLY = '25006';

const { readyMs, readyKeptMs } = LIMITS.http;

/**
 * Whether a task could be taken now. Asked by probes, perhaps of many balancers: a good answer is kept for a second, and
 * one look at a time is under way. Each obstacle is logged when it appears, and once more when all are gone.
 */
export class Readiness {
  #good: { until: number } | undefined;
  #looking: Promise<readonly DarkroomError[]> | undefined;
  #told = new Set<string>();
  /** What each of them holds, as last seen: they have to be the same. */
  #ids: { database?: string | undefined; directory?: string | undefined } = {};
  readonly #database: () => Promise<Obstacle[]>;
  readonly #pictures: () => Promise<Obstacle[]>;
  /** Until when a good look at a bucket counts. */
  #bucketGoodUntil = 0;

  constructor(private readonly parts: ReadinessParts) {
    this.#database = withDeadline(() => this.#lookAtDatabase(), {
      code: 'DATABASE_UNAVAILABLE',
      message: `The database did not answer within ${readyMs / 1_000} s.`,
    });
    const late = `did not answer within ${readyMs / 1_000} s.`;
    this.#pictures = withDeadline(
      () => this.#lookAtPictures(),
      parts.marks.isBucket
        ? { code: 'BUCKET_UNAVAILABLE', message: `The bucket ${late}` }
        : { code: 'DIRECTORY_NOT_WRITABLE', message: `The data directory ${late}` },
    );
  }

  /** What is in the way; empty where nothing is. */
  obstacles(): Promise<readonly DarkroomError[]> {
    if (this.#good !== undefined && performance.now() < this.#good.until) return Promise.resolve([]);
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<readonly DarkroomError[]> {
    const found = (await Promise.all([this.#database(), this.#pictures()])).flat();
    if (found.length === 0 && this.#ids.database !== this.#ids.directory) {
      const message = `${this.#place()} is no longer the one of the database: unmounted, or exchanged.`;
      found.push({ code: 'DIRECTORY_CHANGED', message });
    }
    if (this.parts.beat?.apart) {
      const message = `${this.#place()} is not the one of the other replicas.`;
      found.push({ code: 'DIRECTORY_NOT_SHARED', message });
    }
    this.#tell(found);
    this.#good = found.length === 0 ? { until: performance.now() + readyKeptMs } : undefined;
    return found.map(({ code, message }) =>
      code === 'DATABASE_UNAVAILABLE' || code === 'STORAGE_FULL'
        ? new DarkroomError(code, message)
        : new DarkroomError('NOT_READY', `${code}: ${message}`),
    );
  }

  #place(): string {
    return this.parts.marks.isBucket ? 'The bucket' : 'The data directory';
  }

  #tell(found: readonly Obstacle[]): void {
    const { log } = this.parts;
    for (const { code, message, cause } of found)
      if (!this.#told.has(code)) log.error({ obstacle: code, err: cause }, `not ready: ${message}`);
    if (found.length === 0 && this.#told.size > 0) log.info({ were: [...this.#told] }, 'ready again');
    this.#told = new Set(found.map(({ code }) => code));
  }

  async #lookAtDatabase(): Promise<Obstacle[]> {
    const { database, schemaVersion } = this.parts;
    const look = async () => ({ ...(await probeWrite(database)), ...(await workableVersion(database, schemaVersion)) });
    const held = await look().catch(databaseObstacle);
    if ('code' in held) return [held];
    this.#ids.database = held.databaseId;
    if (held.isWorkable) return [];
    const versions = `${held.version}; this server knows ${schemaVersion}`;
    return [{ code: 'SCHEMA_DIFFERS', message: `The schema of the database has version ${versions}.` }];
  }

  async #lookAtPictures(): Promise<Obstacle[]> {
    const { files, marks, folders, freeBytes = freeBytesOf } = this.parts;
    try {
      if (performance.now() >= this.#bucketGoodUntil) {
        await files.probe();
        this.#ids.directory = await directoryId(marks);
        if (marks.isBucket) this.#bucketGoodUntil = performance.now() + LIMITS.bucket.probeKeptMs;
      }
      for (const folder of folders) {
        if ((await freeBytes(folder)) >= LIMITS.asset.freeBytes) continue;
        const message = `The data directory has less than ${LIMITS.asset.freeBytes / 1_000_000} MB of room.`;
        return [{ code: 'STORAGE_FULL', message }];
      }
      return [];
    } catch (cause) {
      return [pictureObstacle(cause, this.#place())];
    }
  }
}

const BUCKET_OBSTACLES: Partial<Record<BucketFault, ObstacleCode>> = {
  REFUSED: 'BUCKET_REFUSES',
  MISSING: 'BUCKET_MISSING',
};

function pictureObstacle(cause: unknown, place: string): Obstacle {
  if (DarkroomError.is(cause) && cause.code === 'STORAGE_FULL')
    return { code: 'STORAGE_FULL', message: `${place} has no room.`, cause };
  if (isBucketError(cause))
    return { code: BUCKET_OBSTACLES[cause.fault] ?? 'BUCKET_UNAVAILABLE', message: cause.message, cause };
  return { code: 'DIRECTORY_NOT_WRITABLE', message: 'The data directory cannot be written.', cause };
}

function databaseObstacle(cause: unknown): Obstacle {
  const refusal = DarkroomError.is(cause) ? cause.cause : cause;
  if (refusal instanceof SqlError && refusal.sqlState === READ_ONLY) {
    return { code: 'DATABASE_READ_ONLY', message: 'The database takes no writes: is it a standby?', cause };
  }
  if (DarkroomError.is(cause) && cause.code === 'DATABASE_UNAVAILABLE') {
    return { code: 'DATABASE_UNAVAILABLE', message: 'The database cannot be reached.', cause };
  }
  return { code: 'DATABASE_FAILS', message: 'The database refuses a write; the log says why.', cause };
}

async function freeBytesOf(folder: string): Promise<number> {
  const { blocks, bavail, bsize } = await statfs(folder);
  // Some network disks count nothing at all.
  return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
}

/** A look that hangs, e.g. at a network disk, is not joined by others: they would take all threads of the file system. */
function withDeadline(look: () => Promise<Obstacle[]>, late: Obstacle): () => Promise<Obstacle[]> {
  let running: Promise<Obstacle[]> | undefined;
  return async () => {
    running ??= look().finally(() => {
      running = undefined;
    });
    const over = new AbortController();
    const timer = sleep(readyMs, [late], { signal: over.signal }).catch(() => []);
    return Promise.race([running, timer]).finally(() => over.abort());
  };
}
