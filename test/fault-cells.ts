import { FETCH_PATHS, MAKE_PATH } from '../datasources/leqi/wire.js';
import { JUMEI_PAINTING_PATHS } from '../sandbox/jumei-painting.js';
import { LIMITS } from '../src/kernel/limits.js';
import { VendorError } from '../src/kernel/vendor-error.js';
import { CONFORMANCE, type Flow, type RemoteVendor } from './conformance/flows.js';
import { type Outcome, Stand } from './conformance/stand.js';
import { type FaultProxy, startFaultProxy, type Toxic } from './fault-proxy.js';

/** One of each, as hard as it can be without only costing time. */
export const TOXICS: readonly Toxic[] = [
  { kind: 'latency', ms: 100 },
  { kind: 'down' },
  { kind: 'bandwidth', bytesPerSecond: 4_000 },
  { kind: 'slow_close', ms: 300 },
  { kind: 'timeout' },
  { kind: 'reset_peer', ms: 20 },
  { kind: 'slicer', bytes: 64, ms: 5 },
  { kind: 'limit_data', bytes: 90 },
];
/** Under these everything still comes through, only later. */
export const HARMLESS: readonly Toxic['kind'][] = ['latency', 'bandwidth', 'slow_close', 'slicer'];
/** In vain so often, before a fault that is to pass passes. */
const WAITS_BEFORE_HEALING = 3;
/** How much time is skipped at once while a vendor stays broken: past its deadline, past the life of its pictures. */
const SKIP_MS = { ask: 600_000, result: 100 * 86_400_000 } as const;

const RESULT = /^\/(results|static|leqi-imgcall)\//;
const exactly = (...paths: string[]) => new RegExp(`^(${paths.join('|')})(\\?|$)`);
/** What the request line of each call looks like, by the sandbox's name for it. */
const AIMS: Readonly<Record<string, RegExp>> = {
  create: /^(?!\/(results|static|leqi-imgcall)\/)/,
  make: exactly(MAKE_PATH),
  fetch: exactly(...FETCH_PATHS),
  submit: exactly(JUMEI_PAINTING_PATHS.submit),
  query: exactly(JUMEI_PAINTING_PATHS.query),
  upload: /\/photo\/upload$/,
  status: /\/photo\/status$/,
  download: /\/photo\/download$/,
  face: /^\//,
  result: RESULT,
};

export interface FaultCell {
  flow: Flow;
  /** The sandbox's name of the call; `result` is the download of a picture. */
  call: string;
  toxic: Toxic;
  /** The fault ends after some time: what was paid has to arrive then. */
  passes: boolean;
}

/** Each call of the vendor under each toxic; and each that can be repeated under one that ends. */
export function faultCellsOf(vendor: RemoteVendor): FaultCell[] {
  return CONFORMANCE[vendor].flows
    .filter(flow => Object.keys(flow.codes).length > 0)
    .flatMap(flow => {
      const calls = [flow.submit, ...flow.asks, ...(flow.variants[0].pictures > 0 ? ['result'] : [])];
      return calls.flatMap(call =>
        TOXICS.flatMap(toxic => {
          const cell = { flow, call, toxic, passes: false };
          const repeatable = call !== flow.submit && !HARMLESS.includes(toxic.kind);
          return repeatable ? [cell, { ...cell, passes: true }] : [cell];
        }),
      );
    });
}

export function nameOf({ flow, call, toxic, passes }: FaultCell): string {
  return `${flow.operation}, ${call}: ${toxic.kind}${passes ? ', which passes' : ''}`;
}

/** One vendor of the sandbox behind a proxy. A rejection that nobody handles fails the test by itself: jest sees to it. */
export class FaultStand {
  private constructor(
    private readonly stand: Stand,
    private readonly proxy: FaultProxy,
  ) {}

  static async open(vendor: RemoteVendor): Promise<FaultStand> {
    // Each phase of a call has its own limit; these are as real as the usual ones, and shorter.
    Object.assign(LIMITS.vendor, { connectMs: 500, answerMs: 700, slowAnswerMs: 700, bodyMs: 700 });
    Object.assign(LIMITS.outbound, { connectMs: 500, downloadMs: 1_500 });
    let proxy: FaultProxy | undefined;
    const stand = await Stand.open(vendor, {
      through: async (name, origin) => {
        if (name !== vendor) return origin;
        proxy = await startFaultProxy(origin);
        return proxy.origin;
      },
    });
    return new FaultStand(stand, proxy!);
  }

  async close(): Promise<void> {
    await this.stand.close();
    await this.proxy.close();
  }

  /** The units left as the vendor tells, which it may be asked at any time; else the code of the error. */
  async quota(toxic: Toxic): Promise<number | string> {
    const source = this.stand.openSource()!;
    await this.proxy.heal();
    this.proxy.poison(toxic, /./);
    try {
      return await source.quota!(new AbortController().signal);
    } catch (error) {
      if (VendorError.is(error) && error.facts.billed === 'NO') return error.code;
      throw error;
    } finally {
      await source.close?.();
    }
  }

  /** Everything that is wrong with what came of it. */
  async judge({ flow, call, toxic, passes }: FaultCell): Promise<string[]> {
    const { proxy } = this;
    await proxy.heal();
    let waits = 0;
    let met = 0;
    const outcome = await this.stand.run({
      flow,
      variant: flow.variants[0],
      begin: () => {
        proxy.poison(toxic, AIMS[call]!);
        if (toxic.kind === 'down' && call === flow.submit) proxy.takeDown();
      },
      travel: () => {
        met = Math.max(met, proxy.met);
        waits += 1;
        if (!passes) return waits > WAITS_BEFORE_HEALING ? SKIP_MS[call === 'result' ? 'result' : 'ask'] : undefined;
        if (waits === WAITS_BEFORE_HEALING) void proxy.heal();
        return undefined;
      },
    });
    const untouched = Math.max(met, proxy.met) === 0 && !(toxic.kind === 'down' && call === flow.submit);
    return [
      ...(untouched ? [`no request met ${toxic.kind}`] : []),
      ...wrongEnd(outcome, passes || HARMLESS.includes(toxic.kind)),
      ...wrongMoney(outcome, flow),
    ];
  }
}

function wrongEnd({ task }: Outcome, hasToSucceed: boolean): string[] {
  if (task.state === 'SUCCEEDED') return [];
  const code = task.failure?.code;
  if (hasToSucceed) return [`it has to succeed and is ${task.state} (${code})`];
  const typed = code !== undefined && code !== 'INTERNAL' && code !== 'ENGINE_CRASHED';
  return typed && ['FAILED', 'NEEDS_REVIEW'].includes(task.state) ? [] : [`${task.state} for the reason ${code}`];
}

function wrongMoney({ attempts, calls, breaches }: Outcome, flow: Flow): string[] {
  const [{ units }] = flow.variants;
  const charged = Object.values(calls).reduce((sum, { billed }) => sum + billed, 0);
  const booked = (...billed: string[]) =>
    attempts.filter(attempt => billed.includes(attempt.billed)).reduce((sum, attempt) => sum + attempt.units, 0);
  return [
    ...(charged > units ? [`${charged} units charged for ${units}`] : []),
    ...(charged < booked('YES') || charged > booked('YES', 'UNKNOWN')
      ? [`charged ${charged}, booked ${booked('YES')} to ${booked('YES', 'UNKNOWN')}`]
      : []),
    ...breaches.map(kind => `the vendor complains: ${kind}`),
  ];
}
