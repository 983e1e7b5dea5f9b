import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { OperatorError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { Database, StoreLog } from '../store/database.js';
import {
  type BeatingReplica,
  beatReplica,
  deleteReplica,
  deleteSilentReplicas,
  findElderReplicas,
  insertReplica,
  type ReplicaRow,
} from '../store/replica-rows.js';

const { beatMs, aliveMs, forgetMs } = LIMITS.store.replica;

export interface BeatParts {
  database: Database;
  /** Where the pictures lie. */
  directory: string;
  /** The fingerprints of the secrets that this replica knows: a rotation asks for them. */
  secrets: readonly string[];
  log: StoreLog & { error(fields: object, message: string): void };
  /** For tests, which do not wait for minutes. */
  beatMs?: number;
}

/**
 * Notices that a replica does not share the data directory of the others: a copy of it, which holds the same id, or a
 * network disk that shows an old state. Each replica counts, in a file of its own beside the pictures and then in its row
 * of the database. Whoever reads the row first and then finds no file, or one that is behind, has another directory.
 *
 * Of two that do not share, the one that started later is told; the one that was there first goes on.
 */
export class DirectoryBeat {
  #count = 0;
  #apart = false;
  #failing = false;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  readonly #id = randomBytes(8).toString('hex');
  readonly #folder: string;

  private constructor(private readonly parts: BeatParts) {
    this.#folder = path.join(parts.directory, 'replicas');
  }

  /** Errors: DIRECTORY_NOT_SHARED. */
  static async start(parts: BeatParts): Promise<DirectoryBeat> {
    const beat = new DirectoryBeat(parts);
    await mkdir(beat.#folder, { recursive: true, mode: 0o700 });
    const stranger = await beat.#findStranger();
    if (stranger !== undefined) {
      throw new OperatorError(
        'DIRECTORY_NOT_SHARED',
        `The replica on host ${stranger.host} uses the same database with another data directory than ` +
          `${parts.directory}: what it writes there does not arrive here. Is this a copy, or a network disk that shows ` +
          'an old state? Mount the directory of that replica at DARKROOM_DATA_DIR; or stop that replica first ' +
          `(one that was killed is forgotten after ${aliveMs / 1_000} s).`,
      );
    }
    await beat.#write();
    await insertReplica(parts.database, beat.#row());
    beat.#timer = setInterval(() => {
      beat.#running = beat.#running.then(() => beat.#beat());
    }, parts.beatMs ?? beatMs);
    return beat;
  }

  /** Whether a replica that started before this one uses another directory. */
  get apart(): boolean {
    return this.#apart;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
    try {
      await deleteReplica(this.parts.database, this.#id);
    } catch {
      // The database is away. The row counts for a minute more, and so long its file has to be found.
      return;
    }
    await rm(this.#file(this.#id), { force: true });
  }

  async #beat(): Promise<void> {
    const { database, log } = this.parts;
    try {
      this.#count += 1;
      // First the file: what a row says has to be in the directory already.
      await this.#write();
      await beatReplica(database, this.#row());
      this.#tell(await this.#findStranger());
      for (const id of await deleteSilentReplicas(database, forgetMs)) await rm(this.#file(id), { force: true });
      this.#failing = false;
    } catch (error) {
      // Whether the server is ready is looked at elsewhere; this only has to go on.
      if (!this.#failing) log.warn({ err: error }, 'whether all replicas share one directory could not be looked at');
      this.#failing = true;
    }
  }

  #tell(stranger: ReplicaRow | undefined): void {
    const { log } = this.parts;
    if (stranger !== undefined && !this.#apart)
      log.error(
        { host: stranger.host },
        'this replica does not share the data directory of another one: pictures that one of them keeps are missing ' +
          'at the other. Stop it and mount the directory of the others',
      );
    if (stranger === undefined && this.#apart) log.info({}, 'all replicas share one data directory again');
    this.#apart = stranger !== undefined;
  }

  /** One of those who were there before and whose count does not arrive in this directory. */
  async #findStranger(): Promise<ReplicaRow | undefined> {
    for (const elder of await findElderReplicas(this.parts.database, this.#id, aliveMs)) {
      const seen = await this.#read(elder.id);
      // One beat late is not behind: a network disk may show a change a moment later.
      if (seen === undefined || seen < elder.beat - 1) return elder;
    }
    return undefined;
  }

  #row(): BeatingReplica {
    return { id: this.#id, host: hostname(), beat: this.#count, secrets: this.parts.secrets };
  }

  #file(id: string): string {
    return path.join(this.#folder, id);
  }

  /**
   * In place and always of the same length: a network disk shows the new content of a file at its next opening, but a new
   * name, as a rename would give, perhaps a minute later.
   */
  async #write(): Promise<void> {
    const handle = await open(this.#file(this.#id), constants.O_WRONLY | constants.O_CREAT, 0o600);
    try {
      await handle.write(String(this.#count).padStart(12, '0'), 0);
    } finally {
      await handle.close();
    }
  }

  async #read(id: string): Promise<number | undefined> {
    const text = await readFile(this.#file(id), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return text === undefined ? undefined : Number(text);
  }
}
