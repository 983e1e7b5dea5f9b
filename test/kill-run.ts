import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../sandbox/kit/random.js';
import { LIMITS } from '../src/kernel/limits.js';
import { ROOT } from '../src/kernel/paths.js';
import { type CountingVendor, startCountingVendor } from './counting-vendor.js';
import { ask, colorOf, KillClients, type Listed, listTasks } from './kill-clients.js';
import { type Victim, WINDOWS, type Window } from './kill-points.js';
import { type Gap, KillRestores } from './kill-restores.js';
import { KillResume } from './kill-resume.js';
import { KilledServer } from './killed-server.js';
import { nodeClient } from './node-client.js';
import { temporaryFolder } from './running-server.js';

const CLIENTS = 20;
/** A window through which nobody goes is a mistake of this suite. */
const REACH_MS = 30_000;

export interface KillPlan {
  kills: number;
  seed: number;
  replicas: number;
  /** After so many kills the house is lost with disk and database, and restored from a backup of half as many kills ago. */
  restoreEvery?: number;
  /** The house is lost no sooner than so long after its start: before that, no lease of a killed server would have ended. */
  lostAfterMs?: number;
  /** Of every replica, e.g. DATABASE_URL. */
  environment: Record<string, string>;
}

export interface KillReport {
  kills: number;
  restores: number;
  acknowledged: number;
  /** Accepted after a backup that was then restored, so gone with their keys. */
  forgotten: number;
  /** Acknowledged, and not there any more; or there as two tasks. */
  lost: string[];
  /** Neither ended nor in review after two leases. */
  stuck: string[];
  billedTwice: string[];
  /** What the books say of the money is not what the vendor charged. */
  wrongBooks: string[];
  /** Ended well, and its picture is not there whole. */
  withoutPicture: string[];
  /** Of the tasks that a kill was aimed at: they ended in another way than their window allows. */
  unexpected: string[];
  refusals: string[];
  inReview: number;
  succeeded: number;
  /** Tasks that killed servers had in hand, and others took up: once a kill. */
  takenUp: number;
  /** From the kill until a living server claimed it, of all of those. */
  longestResumeMs: number;
}

interface Kill {
  window: Window;
  at: number;
  victim: Victim;
}

/**
 * Customers order, the server is killed (kill -9) at seeded points spread over the five windows and started again, and in
 * the end the vendor's count, the house's books and what was acknowledged are laid side by side.
 */
export async function runKills(plan: KillPlan): Promise<KillReport> {
  const random = new Random(plan.seed);
  const vendor = await startCountingVendor();
  const folder = await temporaryFolder();
  const resume = new KillResume();
  const house = {
    DARKROOM_DATA_DIR: path.join(folder.path, 'data'),
    DARKROOM_SANDBOX: 'off',
    DARKROOM_ENGINE_WORKERS: '1',
    ...plan.environment,
  };
  const servers = Array.from(
    { length: plan.replicas },
    (_, index) => new KilledServer(`r${index}`, { ...house, ...vendor.environment(`r${index}`) }, resume),
  );
  const urls = () => servers.flatMap(({ url }) => url ?? []);
  try {
    await Promise.all(servers.map(server => server.start()));
    // Numbers of their own: how many they draw hangs on time, and the kills are to be those of the seed.
    const clients = new KillClients(urls, await uploadPhoto(urls()[0]!), new Random(plan.seed + 1), resume.begun);
    clients.start(CLIENTS);
    const kills: Kill[] = [];
    const windows = shuffled(
      Array.from({ length: plan.kills }, (_, index) => WINDOWS[index % WINDOWS.length]!),
      random,
    );
    const restores = new KillRestores(folder.path, house, servers, clients, resume);
    const every = plan.restoreEvery ?? Number.POSITIVE_INFINITY;
    let startedAt = Date.now();
    for (const [index, window] of windows.entries()) {
      kills.push(await killOnce(servers, vendor, window, random));
      if (index % every === Math.floor(every / 2)) await restores.backUp();
      if (index % every !== every - 1) continue;
      await sleep(Math.max(0, startedAt + (plan.lostAfterMs ?? 0) - Date.now()));
      await restores.restore();
      startedAt = Date.now();
    }
    await clients.stop();
    while (urls().length < servers.length) await sleep(50);
    const tasks = await untilSettled(urls()[0]!);
    const withoutPicture = await missingPictures(urls()[0]!, tasks);
    const report = { ...judge(tasks, clients, vendor.charged, kills, resume, restores), withoutPicture };
    await Promise.all(servers.map(server => server.end('SIGTERM')));
    return report;
  } finally {
    await Promise.all(servers.map(server => server.end('SIGKILL')));
    await vendor.close();
    await folder.remove();
  }
}

async function uploadPhoto(url: string): Promise<string> {
  const portrait = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
  const { uploadPhoto: asset } = await ask(url, 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id } }', {
    file: new Blob([portrait]),
  });
  return asset.id;
}

async function killOnce(
  servers: readonly KilledServer[],
  vendor: CountingVendor,
  window: Window,
  random: Random,
): Promise<Kill> {
  await sleep(random.next() * 400);
  while (servers.every(({ url }) => url === undefined)) await sleep(10);
  const alive = servers.filter(({ url }) => url !== undefined);
  const server = alive[Math.floor(random.next() * alive.length)]!;
  const nth = 1 + Math.floor(random.next() * 4);
  const reached = window === 'AFTER_SEND' ? vendor.hold(server.name, nth) : server.reach({ window, nth });
  const victim = await Promise.race([reached, sleep(REACH_MS, undefined, { ref: false })]);
  if (victim === undefined) throw new Error(`nothing went through ${window} of ${server.name}: ${server.log}`);
  const at = await server.kill();
  const started = server.start();
  // One server alone is waited for, as its customers have to; of several the others go on.
  if (servers.length === 1) await started;
  else started.catch(() => undefined);
  return { window, at, victim };
}

/** Asks until no task can change by itself any more, for two leases at the most. */
async function untilSettled(url: string): Promise<Listed[]> {
  const until = Date.now() + 2 * LIMITS.task.leaseMs;
  for (;;) {
    const tasks = await listTasks(url);
    if (!tasks.some(isOpen) || Date.now() > until) return tasks;
    await sleep(500);
  }
}

async function missingPictures(url: string, tasks: readonly Listed[]): Promise<string[]> {
  const client = nodeClient(url);
  const missing: string[] = [];
  for (const { reference, state, image } of tasks) {
    if (state !== 'SUCCEEDED') continue;
    const whole = image !== null && (await client.download(image.url).catch(() => undefined))?.length === image.bytes;
    if (!whole) missing.push(reference);
  }
  return missing;
}

const isOpen = ({ state }: Listed) => state === 'QUEUED' || state === 'RUNNING';

function judge(
  tasks: readonly Listed[],
  clients: KillClients,
  charged: ReadonlyMap<string, number>,
  kills: readonly Kill[],
  resume: KillResume,
  { gaps, forgotten }: Pick<KillRestores, 'gaps' | 'forgotten'>,
): Omit<KillReport, 'withoutPicture'> {
  const byColor = new Map<string, Listed>();
  const lost: string[] = [];
  for (const task of tasks) {
    const color = colorOf(Number(task.reference.slice('order '.length)));
    if (byColor.has(color)) lost.push(`${task.reference} is two tasks`);
    byColor.set(color, task);
  }
  for (const [order, ids] of clients.acknowledged) {
    const held = byColor.get(colorOf(order))?.id;
    if (ids.size !== 1 || held === undefined || !ids.has(held)) lost.push(`order ${order}`);
  }

  const paidByNobodyKnown = new Set([...forgotten].map(colorOf));
  const billedTwice: string[] = [];
  const wrongBooks: string[] = [];
  for (const [color, count] of charged) {
    if (count > 1 && !paidByNobodyKnown.has(color))
      billedTwice.push(`${byColor.get(color)?.reference ?? color}: ${count} times`);
  }
  for (const [color, task] of byColor) {
    if (paidByNobodyKnown.has(color)) continue;
    const count = charged.get(color) ?? 0;
    const certain = task.attempts.filter(({ billed }) => billed === 'YES').length;
    const possible = task.attempts.filter(({ billed }) => billed !== 'NO').length;
    if (count < certain || count > possible || (task.state === 'SUCCEEDED' && count === 0))
      wrongBooks.push(`${task.reference}: ${task.state}, charged ${count}, booked ${certain} to ${possible}`);
  }

  const unexpected: string[] = [];
  for (const { window, victim, at } of kills) {
    // What happened in a gap is not in the house that was restored.
    if (gaps.some(({ from, to }) => from <= at && at <= to)) continue;
    const task = 'color' in victim ? byColor.get(victim.color) : tasks.find(({ id }) => id === victim.taskId);
    if (task === undefined) {
      unexpected.push(`${window}: its task is gone`);
      continue;
    }
    const unknown = window === 'AFTER_INTENT' || window === 'AFTER_SEND' || window === 'AFTER_ANSWER';
    // A task that runs again after one kill may be in a worse window at the next.
    const allowed = unknown ? ['NEEDS_REVIEW'] : ['SUCCEEDED', 'NEEDS_REVIEW'];
    if (!allowed.includes(task.state)) unexpected.push(`${window}: ${task.reference} is ${task.state}`);
    if (resume.of(task.id, at)?.resumeMs === undefined && !isSoonLost(gaps, at))
      unexpected.push(`${window}: nobody took up ${task.reference} again`);
  }
  return {
    kills: kills.length,
    restores: gaps.length,
    forgotten: forgotten.size,
    acknowledged: clients.acknowledged.size,
    lost,
    stuck: tasks.filter(isOpen).map(({ reference, state }) => `${reference} is ${state}`),
    billedTwice,
    wrongBooks,
    unexpected,
    refusals: clients.refusals,
    inReview: tasks.filter(({ state }) => state === 'NEEDS_REVIEW').length,
    succeeded: tasks.filter(({ state }) => state === 'SUCCEEDED').length,
    takenUp: resume.taken.length,
    longestResumeMs: Math.max(0, ...resume.taken),
  };
}

/** A house that was lost before the lease of the killed server ended took nothing up any more. */
function isSoonLost(gaps: readonly Gap[], at: number): boolean {
  return gaps.some(({ to }) => at <= to && to - at < 2 * LIMITS.task.leaseMs);
}

function shuffled<T>(items: T[], random: Random): T[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random.next() * (last + 1));
    [items[last], items[other]] = [items[other]!, items[last]!];
  }
  return items;
}

/** One line a run, under one heading. */
export function tableOf(runs: readonly { driver: string; report: KillReport }[]): string {
  const rows = runs.map(({ driver, report }) => ({
    driver,
    kills: report.kills,
    restores: report.restores,
    acknowledged: report.acknowledged,
    forgotten: report.forgotten,
    lost: report.lost.length,
    stuck: report.stuck.length,
    'billed twice': report.billedTwice.length,
    'in review': report.inReview,
    succeeded: report.succeeded,
    'taken up': report.takenUp,
    'longest resume': `${(report.longestResumeMs / 1_000).toFixed(1)} s`,
  }));
  const names = Object.keys(rows[0] ?? {}) as (keyof (typeof rows)[number])[];
  const lines = [names, ...rows.map(row => names.map(name => String(row[name])))];
  const widths = names.map((_, column) => Math.max(...lines.map(line => line[column]!.length)));
  return lines.map(line => line.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')).join('\n');
}
