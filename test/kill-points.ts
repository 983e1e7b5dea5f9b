import type { Answer, Call, Capabilities, Capability, DataSource, JobContext } from '../datasources/contract.js';
import type { Taps } from '../src/compose.js';
import type { Database, Parameter, Sql } from '../src/store/database.js';
import type { Claimed } from './kill-resume.js';

/** Where between accepting a task and knowing what its vendor call came to a process can die. */
export const WINDOWS = ['BEFORE_INTENT', 'AFTER_INTENT', 'AFTER_SEND', 'AFTER_ANSWER', 'AFTER_COMMIT'] as const;
export type Window = (typeof WINDOWS)[number];

/** Of a task that a window was reached with: its id, or the background that it alone has. */
export type Victim = { taskId: string } | { color: string };

/** What the server says to the suite. */
export type FromServer =
  | { kind: 'ready'; url: string }
  | { kind: 'claimed'; claims: Claimed[]; at: number }
  /** Ended, or given back to the queue: it works on them no more. */
  | { kind: 'released'; taskIds: string[] }
  | { kind: 'reached'; victim: Victim };

/** What the suite says: stop for good at the `nth` passage through this window from now on. */
export interface ToServer {
  window: Window;
  nth: number;
}

/** Calls of one server to the vendor at a time. */
const CONCURRENCY = Number(process.env.KILL_CONCURRENCY ?? 8);

const DUE = `select task_id as "taskId", (extract(epoch from due_at) * 1000)::float8 as "dueAt" from task_queue
  where task_id = any($1::text[])`;

/** What is told once it is committed. */
interface Commit {
  released: string[];
}

/**
 * Holds a server at one point until it is killed. AFTER_SEND is the vendor's to hold; here are the other four. Claims and
 * what is let go are reported, and a vendor is asked at once instead of after the seconds that the poll schedule learns.
 */
export class KillPoints {
  private armed: ToServer | undefined;

  constructor(private readonly say: (message: FromServer) => void) {}

  arm(order: ToServer): void {
    this.armed = { ...order };
  }

  get taps(): Taps {
    return { database: database => this.tapDatabase(database), source: source => this.tapSource(source) };
  }

  /** Never goes on if this is the passage that was asked for. */
  private async pass(window: Window, victim: Victim): Promise<void> {
    if (this.armed?.window !== window) return;
    this.armed.nth -= 1;
    if (this.armed.nth > 0) return;
    this.armed = undefined;
    this.say({ kind: 'reached', victim });
    await new Promise<never>(() => {});
  }

  private async query<R>(
    sql: Sql,
    text: string,
    params: readonly Parameter[] | undefined,
    commit: Commit,
  ): Promise<R[]> {
    const taskId = String(params?.[0]);
    if (text.includes('insert into task_attempts')) await this.pass('BEFORE_INTENT', { taskId });
    const rows = await sql.query<R>(text, params);
    if (text.includes('set vendor_task_id')) await this.pass('AFTER_COMMIT', { taskId });
    if (isClaim(text) && rows.length > 0) {
      const taskIds = (rows as { taskId: string }[]).map(row => row.taskId);
      this.say({ kind: 'claimed', claims: await sql.query<Claimed>(DUE, [taskIds]), at: Date.now() });
    }
    // The release of all at the start of an embedded server names none.
    if (/leased_until = null|delete from task_queue/.test(text))
      commit.released.push(...[params?.[0] ?? []].flat().map(String));
    return rows;
  }

  private async committed<T>(work: (commit: Commit) => Promise<T>): Promise<T> {
    const commit: Commit = { released: [] };
    const result = await work(commit);
    if (commit.released.length > 0) this.say({ kind: 'released', taskIds: commit.released });
    return result;
  }

  private tapDatabase(database: Database): Database {
    const transaction: Database['transaction'] = work =>
      this.committed(commit =>
        database.transaction(sql =>
          work({ script: text => sql.script(text), query: (text, params) => this.query(sql, text, params, commit) }),
        ),
      );
    const tapped: Pick<Database, 'query' | 'transaction'> = {
      transaction,
      // A claim is told before its commit: one of which nobody heard would look like work that nobody took up.
      query: (text, params) =>
        isClaim(text)
          ? transaction(sql => sql.query(text, params))
          : this.committed(commit => this.query(database, text, params, commit)),
    };
    return new Proxy(database, {
      get: (real, name) => {
        if (name in tapped) return tapped[name as keyof typeof tapped];
        const value: unknown = Reflect.get(real, name, real);
        return typeof value === 'function' ? value.bind(real) : value;
      },
    });
  }

  private tapSource(source: DataSource): DataSource {
    const background = source.capabilities.BACKGROUND;
    if (source.vendor !== 'FANGTANG' || background === undefined) return source;
    const tapped: Capability<'BACKGROUND'> = {
      ...background,
      submit: async (call, context) => {
        await this.pass('AFTER_INTENT', { color: colorOf(call) });
        const answer = await background.submit(call, context);
        await this.pass('AFTER_ANSWER', { color: colorOf(call) });
        return soon(answer);
      },
      poll: async (call, id, context: JobContext) => soon(await background.poll!(call, id, context)),
    };
    const capabilities: Capabilities = { ...source.capabilities, BACKGROUND: tapped };
    return Object.create(source, {
      capabilities: { value: capabilities },
      limits: { value: { concurrency: CONCURRENCY, requestsPerSecond: 200 } },
    });
  }
}

function isClaim(text: string): boolean {
  return text.includes('task_queue') && text.includes('skip locked');
}

function soon(answer: Answer): Answer {
  return answer.state === 'PENDING' ? { ...answer, pollAfterMs: 100 } : answer;
}

function colorOf({ job }: Call<'BACKGROUND'>): string {
  return job.background.kind === 'solid' ? job.background.hex : '';
}
