import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
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
import type { Marks } from './marks.js';

const { beatMs, aliveMs, forgetMs } = LIMITS.store.replica;

export interface BeatParts {
  database: Database;
  /** Beside the pictures. */
  marks: Marks;
  /** The fingerprints of the secrets that this replica knows: a rotation asks for them. */
  secrets: readonly string[];
  log: StoreLog & { error(fields: object, message: string): void };
  /** For tests, which do not wait for minutes. */
  beatMs?: number;
}

/**
 * Notices that a replica does not share the pictures of the others: a copy of their directory, which holds the same id, a
 * network disk that shows an old state, or a disk where the others have a bucket. Each replica counts, in a mark of its own
 * beside the pictures and then in its row of the database. Whoever reads the row first and then finds no mark, or one that
 * is behind, has its pictures elsewhere.
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

  private constructor(private readonly parts: BeatParts) {}

  /** Errors: DIRECTORY_NOT_SHARED. */
  static async start(parts: BeatParts): Promise<DirectoryBeat> {
    const beat = new DirectoryBeat(parts);
    const stranger = await beat.#findStranger();
    if (stranger !== undefined) {
      throw new OperatorError(
        'DIRECTORY_NOT_SHARED',
        `The replica on host ${stranger.host} uses the same database with pictures elsewhere than in ` +
          `${parts.marks.place}: what it writes there does not arrive here. ${advice(parts.marks)}; or stop that replica first ` +
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
    await this.parts.marks.remove(markOf(this.#id));
  }

  async #beat(): Promise<void> {
    const { database, log } = this.parts;
    try {
      this.#count += 1;
      // First the file: what a row says has to be in the directory already.
      await this.#write();
      await beatReplica(database, this.#row());
      this.#tell(await this.#findStranger());
      for (const id of await deleteSilentReplicas(database, forgetMs)) await this.parts.marks.remove(markOf(id));
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

  /** Always of the same length. */
  #write(): Promise<void> {
    return this.parts.marks.overwrite(markOf(this.#id), String(this.#count).padStart(12, '0'));
  }

  async #read(id: string): Promise<number | undefined> {
    const text = await this.parts.marks.read(markOf(id));
    return text === undefined ? undefined : Number(text);
  }
}

function markOf(id: string): string {
  return `replicas/${id}`;
}

function advice({ isBucket }: Marks): string {
  return isBucket
    ? 'Set DARKROOM_ASSETS to the one of that replica'
    : 'Is this a copy, or a network disk that shows an old state? Mount the directory of that replica at ' +
        'DARKROOM_DATA_DIR, or set its DARKROOM_ASSETS';
}
