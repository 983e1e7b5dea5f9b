import { pino } from 'pino';
import {
  type DataSource,
  type JobContext,
  type Operation,
  type SecretsOf,
  sourceKey,
} from '../../../datasources/contract.js';
import { openVendors, VENDOR_VARIABLES } from '../../../datasources/registry.js';
import { jpegHeader } from '../../../sandbox/test-clients.js';
import { ANYONE } from '../../../src/audit/acts.js';
import { readVendorVariables } from '../../../src/config.js';
import { Engine } from '../../../src/engine/engine.js';
import { downloadBy } from '../../../src/net/download.js';
import { type OutboundPolicy, PUBLIC_HTTP_TOO, PUBLIC_HTTPS } from '../../../src/net/outbound-policy.js';
import { rowOf } from '../../../src/operations/operations.js';
import type { PhotoRow } from '../../../src/store/photo-rows.js';
import type { Task, TaskState } from '../../../src/store/task.js';
import { isTerminal } from '../../../src/tasks/machine/machine.js';
import { photoNames } from '../../../src/tasks/work/operation-rules.js';
import type { Receiver } from '../../../src/tasks/work/results.js';
import type { TaskRunner } from '../../../src/tasks/work/runner.js';
import { lend } from '../../shared-house.js';
import { openTestDatabase } from '../../store-setup.js';
import { openTaskHouse, type TaskHouse, TENANT } from '../../task-house.js';
import { PHOTO_ID, type RemoteVendor } from '../flows.js';
import { VirtualTime } from '../virtual-time.js';
import type { Expected, HarshCase, Moment } from './case.js';
import { goodScript, HOUR_MS, previews } from './lines.js';
import { drawPictures, type Pictures } from './pictures.js';
import { HarshServer } from './server.js';

/** Real time, after which a case that has not come to its next moment has failed. */
const PATIENCE_MS = 8_000;
/** More waits than any work takes that comes to an end by itself. */
const ENOUGH_WAITS = 80;
/** A public name of the scripted server, which no operator configured. */
export const PLAIN_HOST = 'results.example';
/** Nobody's: born in 1900. */
const PERSON = { name: '测试', idNumber: '110101190001010006' };

interface Looked {
  state: TaskState;
  delivered: number;
  busy: boolean;
  dueInMs: number | null;
}

/** The vendors at the mercy of one scripted server, and the real house before them. */
export class HarshStand {
  private stock: { photos: PhotoRow[]; until: number } = { photos: [], until: 0 };
  private house!: TaskHouse;
  /** The same house of an operator who allows results without TLS. */
  private lenientHouse!: TaskHouse;

  private constructor(
    private readonly server: HarshServer,
    private readonly engine: Engine,
    private readonly photos: Pictures,
    private readonly paintings: Pictures,
    private readonly time: VirtualTime,
  ) {}

  static async open(): Promise<HarshStand> {
    const engine = new Engine({ workers: 1, log: pino({ level: 'silent' }) });
    const server = await HarshServer.open();
    const [photos, paintings] = await Promise.all([drawPictures(295, 413), drawPictures(1_024, 1_024)]);
    const stand = new HarshStand(server, engine, photos, paintings, new VirtualTime());
    const context: Partial<JobContext> = {
      photo: async () => jpegHeader(600, 800, 'portrait'),
      photoUrl: async () => 'https://photos.example/asset.jpg',
      open: async <O extends Operation>() => PERSON as unknown as SecretsOf<O>,
    };
    // As on the public internet, but for the one host that is this server.
    const port = new URL(server.origin).port;
    const known = (policy: OutboundPolicy): OutboundPolicy => ({
      ...policy,
      ports: new Set([...policy.ports, port]),
      resolve: async host => (host === PLAIN_HOST ? [{ address: '127.0.0.1', family: 4 }] : policy.resolve(host)),
      isPublic: address => address === '127.0.0.1' || policy.isPublic(address),
    });
    const policies = { https: known(PUBLIC_HTTPS), http: known(PUBLIC_HTTP_TOO) };
    const receiver: Partial<Receiver> = {
      download: (url, options) => downloadBy(options.plainHttp ? policies.http : policies.https, url, options),
      receive: engine.receive.bind(engine),
      label: engine.label.bind(engine),
    };
    const database = await openTestDatabase();
    stand.house = await openTaskHouse(receiver, context, { database });
    stand.lenientHouse = await openTaskHouse(receiver, context, { database: lend(database), allowHttpResults: true });
    return stand;
  }

  async close(): Promise<void> {
    this.time.restore();
    await this.lenientHouse.close();
    await this.house.close();
    await this.engine.close();
    await this.server.close();
  }

  /** What is not as it should be, a line each. */
  async judge(harsh: HarshCase): Promise<string[]> {
    const source = this.openSource(harsh.line.vendor);
    // A release is asked of a house that has the vendor.
    const house = harsh.allowHttp ? this.lenientHouse : this.house;
    const { runner, operations } = house.withSources(source);
    runner.start();
    let id: string | undefined;
    try {
      const photos = await this.previews(harsh.line.previews ?? 0, source, runner);
      const { origin } = this.server;
      const pictures = this.picturesFor(harsh);
      this.server.play({ ...goodScript(harsh.line, origin, pictures), ...harsh.script(origin, pictures) });
      ({ id } = await this.create(source, operations, harsh, photos));
      const wrong: string[] = [];
      for (const [nth, moment] of harsh.moments.entries()) {
        const before = this.server.seen.length;
        await this.advance(id, runner, moment);
        const found = await this.compare(id, moment.expected);
        if (moment.quiet && this.server.seen.length > before) found.push('it was still asked');
        moment.atEnd?.();
        wrong.push(...(harsh.moments.length === 1 ? found : found.map(line => `moment ${nth + 1}: ${line}`)));
      }
      return [...wrong, ...(await this.linger(id, runner)), ...this.unsent(harsh)];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    } finally {
      await runner.stop(0);
      await source.close?.();
      // What is still asked about would be asked of the next case's script.
      if (id !== undefined) await this.house.database.query('delete from task_queue where task_id = $1', [id]);
    }
  }

  /** Paintings are large, and take their time: only where something is expected of their size. */
  private picturesFor({ line, moments }: HarshCase): Pictures {
    const compared = moments.some(({ expected }) => expected.warnings !== undefined);
    return line.operation === 'PAINTING' && compared ? this.paintings : this.photos;
  }

  private openSource(vendor: RemoteVendor): DataSource {
    const { origin } = this.server;
    const environment: Record<string, string> = {
      JUMEI_ID_PHOTO_URL: `${origin}/id-photo/create`,
      JUMEI_ID_PHOTO_APP_KEY: 'key',
      JUMEI_ID_PHOTO_APP_SECRET: 'secret',
      LEQI_APP_CODE: 'app-code',
      LEQI_BASE_URL: origin,
      JUMEI_PAINTING_SUBMIT_URL: `${origin}/painting/submit`,
      JUMEI_PAINTING_QUERY_URL: `${origin}/painting/query`,
      JUMEI_PAINTING_APP_KEY: 'key',
      JUMEI_PAINTING_APP_SECRET: 'secret',
      FANGTANG_THIRD_CODE: 'hiliad',
      FANGTANG_SECRET_KEY: 'hiliad-key',
      FANGTANG_BASE_URL: origin,
      FEGINE_APP_CODE: 'app-code',
      FEGINE_BASE_URL: origin,
    };
    const values = Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith(`${vendor}_`)));
    return openVendors(readVendorVariables(values, VENDOR_VARIABLES), false)[0]!;
  }

  /** Photos that nobody has bought; made three at a time, since each trial uses some up. */
  private async previews(needed: number, source: DataSource, runner: TaskRunner): Promise<PhotoRow[]> {
    if (needed === 0) return [];
    if (this.stock.photos.length < needed || Date.now() > this.stock.until) {
      const line = previews(3);
      this.server.play(goodScript(line, this.server.origin, this.photos));
      const task = await this.house.create({ route: [sourceKey(source)], job: line.job([]) as never });
      await this.advance(task.id, runner, {});
      this.stock = { photos: await this.house.tasks.photosOf(TENANT, [task.id]), until: Date.now() + HOUR_MS };
    }
    return this.stock.photos.splice(0, needed);
  }

  private create(
    source: DataSource,
    operations: TaskHouse['operations'],
    { line }: HarshCase,
    photos: readonly PhotoRow[],
  ): Promise<Task> {
    const job = line.job(photos);
    if ('photos' in job) return operations.create(TENANT, 'RELEASE', { photoIds: photos.map(({ id }) => id) }, ANYONE);
    return this.house.tasks.create(TENANT, {
      operation: line.operation,
      job,
      inputAssets: photoNames(rowOf(line.operation)).map(() => PHOTO_ID),
      route: [sourceKey(source)],
      ignoredOptions: [],
      fingerprint: '',
      reference: null,
      labels: [],
      by: ANYONE,
    });
  }

  /** Through the waits of the task, which are jumped over, to the end of the moment. Time never goes back here. */
  private async advance(
    id: string,
    runner: TaskRunner,
    { travelMs, whileBusy, waits = ENOUGH_WAITS, expected }: Partial<Moment>,
  ): Promise<void> {
    const pastReview = (await this.find(id)).state === 'NEEDS_REVIEW';
    if (travelMs !== undefined) {
      this.time.travel(travelMs);
      await this.makeDue(id, runner);
    }
    const until = performance.now() + PATIENCE_MS;
    for (let passed = 0; ; ) {
      const { state, delivered, busy, dueInMs } = await this.look(id);
      if (whileBusy && passed === waits && delivered === expected?.delivered) return;
      if (isTerminal(state) || (state === 'NEEDS_REVIEW' && !pastReview)) return;
      if (performance.now() > until) throw new Error(`still ${state} after ${passed} waits and ${PATIENCE_MS} ms`);
      // Nothing more is planned for it.
      if (dueInMs === null) return;
      if (busy || dueInMs < 5) {
        await pause(4);
        continue;
      }
      if (passed === waits) return;
      passed += 1;
      this.time.travel(dueInMs);
      await this.makeDue(id, runner);
    }
  }

  /** An hour later no paid call may have been made again, whatever came of the task. */
  private async linger(id: string, runner: TaskRunner): Promise<string[]> {
    const { state } = await this.find(id);
    if (state === 'SUCCEEDED') return [];
    const before = this.server.calls();
    this.time.travel(HOUR_MS);
    await this.makeDue(id, runner);
    await pause(10);
    const after = this.server.calls();
    return ['create', 'fetch', 'submit', 'upload', 'face']
      .filter(call => after[call] !== before[call])
      .map(call => `${call} was called again later`);
  }

  private async compare(id: string, expected: Expected): Promise<string[]> {
    const [task, attempts] = [await this.find(id), await this.house.tasks.attempts([id])];
    const wrong: string[] = [];
    const expect = (what: string, wanted: unknown, seen: unknown) => {
      if (wanted !== undefined && wanted !== seen && !(wanted === '1+' && Number(seen) >= 1))
        wrong.push(`${what}: expected ${wanted}, got ${seen}`);
    };
    expect('state', expected.state, task.state);
    // Without a code there is no failure.
    if (expected.code !== undefined || expected.state === 'SUCCEEDED') {
      const code = task.failure?.code;
      if (code !== expected.code) wrong.push(`code: expected ${expected.code}, got ${code}`);
    }
    expect('vendor code', expected.vendorCode, task.failure?.vendorCode);
    const seen = attempts.map(({ outcome, billed }) => `${outcome ?? 'open'} ${billed}`).join(', ');
    expect('billed', expected.billed, seen);
    expect('delivered', expected.delivered, task.result?.pictures.length ?? 0);
    expect('failed parts', expected.failed, task.result?.missing.length ?? 0);
    expect('outcome', expected.outcome, task.result?.facts.faceOutcome);
    if (expected.warnings !== undefined)
      expect('warnings', expected.warnings.join(' '), [...(task.result?.facts.warnings ?? [])].sort().join(' '));
    const calls = this.server.calls();
    // The house asks for what is left of a package whenever it likes; it costs nothing.
    for (const call of new Set([...Object.keys(expected.calls), ...Object.keys(calls)]))
      if (call !== 'nums') expect(`calls of ${call}`, expected.calls[call] ?? 0, calls[call] ?? 0);
    const kept = JSON.stringify([task, ...attempts.filter(({ endedAt }) => endedAt !== null)]);
    if (kept.includes(this.server.origin)) wrong.push('an address of the vendor is left in the task');
    return wrong;
  }

  private unsent({ sends = {} }: HarshCase): string[] {
    return Object.entries(sends).flatMap(([call, pattern]) => {
      // Parameters go into the query or the body.
      const sent = this.server.seen.filter(({ endpoint }) => endpoint === call).map(each => each.target + each.body);
      return sent.length > 0 && sent.every(text => pattern.test(text)) ? [] : [`${call} was not sent with ${pattern}`];
    });
  }

  private async find(id: string): Promise<Task> {
    const task = await this.house.tasks.find(TENANT, id);
    if (task === undefined) throw new Error('the task is gone');
    return task;
  }

  /** In one statement: it is looked at often. `dueInMs`: null where it is not queued. */
  private async look(id: string): Promise<Looked> {
    const [row] = await this.house.database.query<Looked>(
      `select state, coalesce(jsonb_array_length(result -> 'pictures'), 0) as delivered, leased_until is not null as busy,
         (extract(epoch from due_at - now()) * 1000)::float8 as "dueInMs"
       from tasks left join task_queue on task_id = id where id = $1`,
      [id],
    );
    return row!;
  }

  private async makeDue(id: string, runner: TaskRunner): Promise<void> {
    await this.house.database.query(
      'update task_queue set due_at = now() where task_id = $1 and leased_until is null',
      [id],
    );
    runner.wake();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
