import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { RequestError } from '../client/index.js';
import { Random } from '../sandbox/kit/random.js';
import { LIMITS } from '../src/kernel/limits.js';
import { ROOT } from '../src/kernel/paths.js';
import { type CountingVendor, startCountingVendor } from './counting-vendor.js';
import { ask, colorOf, type Listed, listTasks, orderOf } from './kill-clients.js';
import { WINDOWS } from './kill-points.js';
import { KillResume } from './kill-resume.js';
import { KilledServer } from './killed-server.js';
import { temporaryFolder } from './running-server.js';

const ORDER = 'mutation ($input: ChangeBackgroundInput!) { changeBackground(input: $input) { id } }';
const UPLOAD = 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id } }';
const SET = 'mutation ($input: SetBudgetInput!) { setBudget(input: $input) { id } }';
const RESOLVE = 'mutation ($id: ID!, $outcome: TaskResolution!) { resolveTask(id: $id, outcome: $outcome) { id } }';
const BOOKS = `query ($from: DateTime!, $to: DateTime!) {
  viewer { budgets { units takenUnits leftUnits takenCost } } usage(from: $from, to: $to) { units unitsInDoubt cost } }`;

/** How long a server may not come to the point that a kill is aimed at; then it is killed where it is. */
const AIM_MS = 8_000;

const SETTLED_MS = 1_000;

export interface BudgetKillPlan {
  callers: number;
  units: number;
  replicas: number;
  kills: number;
  seed: number;
  /** Of every replica. With DATABASE_URL, what killed servers held is taken up at once after the last kill, not a lease later. */
  environment: Record<string, string>;
  hurry?: boolean;
}

export interface BudgetKillReport {
  kills: number;
  /** Of these, how many met their server between accepting a task and knowing what its call came to. */
  aimed: number;
  /** What the vendor got, and charged. */
  sent: number;
  sentTwice: number;
  acknowledged: number;
  refused: number;
  /** Doubts that a person settled, by what the vendor says. */
  resolved: number;
  books: { units: number; takenUnits: number; leftUnits: number; takenCost: string };
  usage: { units: number; unitsInDoubt: number; cost: string };
  /** Answers that no caller should get. */
  wrong: string[];
}

/**
 * All callers order at once, and whoever is refused asks again, while servers are killed; a person settles what the kills
 * leave in doubt, so that units come back and are spent again. In the end the vendor has got as many as the budget has.
 */
export async function runBudgetKills(plan: BudgetKillPlan): Promise<BudgetKillReport> {
  const random = new Random(plan.seed);
  const vendor = await startCountingVendor(250);
  const folder = await temporaryFolder();
  const house = {
    DARKROOM_DATA_DIR: path.join(folder.path, 'data'),
    DARKROOM_SANDBOX: 'off',
    DARKROOM_ENGINE_WORKERS: '1',
    FANGTANG_UNIT_PRICE: '0.35',
    // So that there is work for all of the kills.
    KILL_CONCURRENCY: '1',
    ...plan.environment,
  };
  const resume = new KillResume();
  const servers = Array.from(
    { length: plan.replicas },
    (_, index) => new KilledServer(`r${index}`, { ...house, ...vendor.environment(`r${index}`) }, resume),
  );
  let stop = () => {};
  const anyone = () => servers.flatMap(({ url }) => url ?? []);
  try {
    await Promise.all(servers.map(server => server.start()));
    await ask(anyone()[0]!, SET, { input: { per: 'TOTAL', vendor: 'FANGTANG', units: plan.units } });
    const callers = new Callers(anyone, await uploadPhoto(anyone()[0]!), new Random(plan.seed + 1));
    stop = () => callers.close();
    const working = callers.order(plan.callers);
    const person = new Person(anyone, vendor.charged);
    const settled = person.untilSettled(plan.units).finally(() => callers.close());
    let aimed = 0;
    for (let kill = 0; kill < plan.kills; kill += 1) {
      if (await killOne(servers, vendor, kill, random)) aimed += 1;
    }
    while (anyone().length < servers.length) await sleep(50);
    person.calm();
    if (plan.hurry) await endLeases(plan.environment.DATABASE_URL, resume.orphans);
    await settled;
    await working;
    const report = await readBooks(anyone()[0]!);
    await Promise.all(servers.map(server => server.end('SIGTERM')));
    const counts = [...vendor.charged.values()];
    const sent = counts.reduce((sum, count) => sum + count, 0);
    const { acknowledged, refused, wrong } = callers;
    return {
      ...report,
      kills: plan.kills,
      aimed,
      sent,
      sentTwice: counts.filter(count => count > 1).length,
      acknowledged,
      refused,
      resolved: person.resolved,
      wrong,
    };
  } finally {
    stop();
    await Promise.all(servers.map(server => server.end('SIGKILL')));
    await vendor.close();
    await folder.remove();
  }
}

async function uploadPhoto(url: string): Promise<string> {
  const portrait = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
  return (await ask(url, UPLOAD, { file: new Blob([portrait]) })).uploadPhoto.id;
}

/** Whether it died at the point that was aimed at. */
async function killOne(
  servers: readonly KilledServer[],
  vendor: CountingVendor,
  kill: number,
  random: Random,
): Promise<boolean> {
  while (servers.every(({ url }) => url === undefined)) await sleep(10);
  const alive = servers.filter(({ url }) => url !== undefined);
  const server = alive[Math.floor(random.next() * alive.length)]!;
  const window = WINDOWS[kill % WINDOWS.length]!;
  const reached = window === 'AFTER_SEND' ? vendor.hold(server.name, 1) : server.reach({ window, nth: 1 });
  const victim = await Promise.race([reached, sleep(AIM_MS, undefined, { ref: false })]);
  vendor.letGo(server.name);
  await server.kill();
  const started = server.start();
  if (servers.length === 1) await started;
  else started.catch(() => undefined);
  return victim !== undefined;
}

class Callers {
  acknowledged = 0;
  refused = 0;
  readonly wrong: string[] = [];
  private closed = false;

  constructor(
    private readonly urls: () => string[],
    private readonly assetId: string,
    private readonly random: Random,
  ) {}

  async order(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, (_, index) => this.one(index + 1)));
  }

  /** Whoever was refused so far gives up. */
  close(): void {
    this.closed = true;
  }

  private async one(order: number): Promise<void> {
    const input = orderOf(order, this.assetId);
    for (;;) {
      const urls = this.urls();
      const url = urls[Math.floor(this.random.next() * urls.length)];
      try {
        if (url === undefined) throw new TypeError('no server');
        await ask(url, ORDER, { input });
        this.acknowledged += 1;
        return;
      } catch (error) {
        const refusal = error instanceof RequestError ? error.errors[0]?.extensions : undefined;
        if (error instanceof RequestError && !refusal?.retryable) {
          this.wrong.push(error.message);
          return;
        }
        if (this.closed) {
          if (refusal?.code === 'BUDGET_EXHAUSTED') this.refused += 1;
          return;
        }
        await sleep(500 + 1_000 * this.random.next());
      }
    }
  }
}

/** Settles reviews by what the vendor has charged. */
class Person {
  resolved = 0;
  private until = Number.POSITIVE_INFINITY;

  constructor(
    private readonly urls: () => string[],
    private readonly charged: ReadonlyMap<string, number>,
  ) {}

  /** Nobody is killed any more. */
  calm(): void {
    this.until = Date.now() + 10 * LIMITS.task.leaseMs;
  }

  /** Until as many as the budget has were charged, and nothing is open or in doubt; for ten leases after the last kill at most. */
  async untilSettled(units: number): Promise<void> {
    for (; Date.now() < this.until; await sleep(500)) {
      const tasks = await this.asked(listTasks);
      const reviews = tasks?.filter(({ state }) => state === 'NEEDS_REVIEW') ?? [];
      // What its server sent before it was killed has reached the vendor by then.
      if (reviews.length > 0) await sleep(SETTLED_MS);
      await Promise.all(reviews.map(task => this.resolve(task)));
      const isOpen = ({ state }: Listed) => ['QUEUED', 'RUNNING', 'NEEDS_REVIEW'].includes(state);
      const spent = tasks?.flatMap(({ attempts }) => attempts).filter(({ billed }) => billed === 'YES').length ?? 0;
      if (spent >= units && !tasks!.some(isOpen)) return;
    }
  }

  private async resolve({ id, reference }: Listed): Promise<void> {
    const isCharged = this.charged.has(colorOf(Number(reference.slice('order '.length))));
    const outcome = isCharged ? 'CHARGED' : 'NOT_CHARGED';
    if ((await this.asked(url => ask(url, RESOLVE, { id, outcome }))) !== undefined) this.resolved += 1;
  }

  /** Of a server that was killed meanwhile nothing comes back. */
  private async asked<T>(question: (url: string) => Promise<T>): Promise<T | undefined> {
    const [url] = this.urls();
    if (url === undefined) return undefined;
    return question(url).catch(error => {
      // One that another answer has settled, or that was settled although its answer was lost.
      const refusal = error instanceof RequestError ? error.errors[0]?.extensions : undefined;
      const isOver = refusal?.retryable || refusal?.code === 'NOT_IN_REVIEW';
      if (error instanceof RequestError && !isOver) throw error;
      return undefined;
    });
  }
}

async function endLeases(url: string | undefined, taskIds: readonly string[]): Promise<void> {
  const client = new Client(url);
  await client.connect();
  await client.query('update task_queue set leased_until = now() where task_id = any($1::text[])', [taskIds]);
  await client.end();
}

async function readBooks(url: string): Promise<Pick<BudgetKillReport, 'books' | 'usage'>> {
  const hour = 3_600_000;
  const { viewer, usage } = await ask(url, BOOKS, {
    from: new Date(Date.now() - hour).toISOString(),
    to: new Date(Date.now() + hour).toISOString(),
  });
  return { books: viewer.budgets[0], usage: usage[0] };
}
