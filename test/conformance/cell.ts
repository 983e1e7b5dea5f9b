import { type Flow as AnyFlow, type RemoteVendor, type Variant } from './flows.js';
import type { Trial } from './stand.js';

export type Flow = AnyFlow & { vendor: RemoteVendor };
export type Order = readonly [path: string, body: object];

/** The rows of the printed table, in their order. */
export const CASES = [
  'success',
  'deployments',
  'guide codes',
  'gateway codes',
  'wrong key',
  'wrong clock',
  'quota used up',
  'long trouble',
  'partial',
  'latency',
  'slow body',
  'drop before',
  'drop after',
  'HTTP 500',
  'HTTP 429',
  'HTML',
  'truncated',
  'empty',
  'abort',
  'foreign host',
  'expired result',
  'queue',
  'late result',
  'never done',
  'forgotten id',
] as const;
export type Case = (typeof CASES)[number];

/** What is expected of a trial; what is not named is not looked at. */
export interface Expected {
  state: string;
  code?: string;
  vendorCode?: string;
  /** One a vendor call: `FAILED NO, SUCCEEDED YES`. */
  attempts: string;
  /** Requests by the sandbox's call; `1+`: one or more. */
  requests: Readonly<Record<string, number | '1+'>>;
  /** Units that the sandbox booked. */
  units: number;
  pictures?: number;
  missing?: number;
  outcome?: string;
  breaches?: string;
  /** The longest wait was at least this, in ms. */
  waited?: number;
  foreignRequests?: number | '1+';
}

export interface Cell {
  case: Case;
  /** What exactly: `RESTORATION status`. */
  detail: string;
  trial: Trial;
  expected: Expected;
}

export const next = (flow: Flow, call: string, code: string, times = 1): Order => [
  '',
  { next: { vendor: flow.vendor, call, code, times } },
];
export const spoil = (flow: Flow, call: string, fault: string, over: object = {}): Order => [
  '',
  { vendor: flow.vendor, call, fault, ...over },
];

export const callsOf = (flow: Flow) => [flow.submit, ...flow.asks];
/** As the ledger has it where all is well. */
export const paid = (variant: Variant) => (variant.units > 0 ? 'YES' : 'NO');
export const bills = (flow: Flow) => flow.variants[0].units > 0;

export function cell(flow: Flow, name: Case, detail: string, trial: Partial<Trial>, expected: Expected): Cell {
  const about = [flow.operation, detail].filter(Boolean).join(' ');
  return { case: name, detail: about, trial: { flow, variant: flow.variants[0], ...trial }, expected };
}

/** The task succeeds; `more` are requests beyond one of each call. */
export function well(
  flow: Flow,
  over: Partial<Expected> = {},
  more: Readonly<Record<string, number>> = {},
  variant = flow.variants[0],
): Expected {
  const usual = Object.fromEntries([[flow.submit, variant.calls], ...flow.asks.map(call => [call, 1])]) as Record<
    string,
    number
  >;
  const requests = Object.fromEntries(
    Object.keys({ ...usual, ...more }).map(call => [call, (usual[call] ?? 0) + (more[call] ?? 0)]),
  );
  return {
    state: 'SUCCEEDED',
    attempts: Array(variant.calls)
      .fill(`SUCCEEDED ${paid(variant)}`)
      .join(', '),
    requests: {
      ...requests,
      ...(variant.pictures > 0 && requests.result === undefined ? { result: variant.pictures } : {}),
    },
    units: variant.units,
    pictures: variant.pictures,
    ...over,
  };
}

/** A call that cost nothing went wrong once, was made again, and then all was well. */
export function again(flow: Flow, call: string): Expected {
  if (call === flow.submit)
    return well(flow, { attempts: `FAILED NO, SUCCEEDED ${paid(flow.variants[0])}` }, { [call]: 1 });
  // Asked again from the first question on.
  const asked = flow.asks.slice(0, flow.asks.indexOf(call) + 1);
  return well(flow, {}, Object.fromEntries(asked.map(each => [each, 1])));
}

/** One request of each call up to this one. */
export function once(flow: Flow, call: string): Record<string, number> {
  const before = callsOf(flow).slice(0, callsOf(flow).indexOf(call) + 1);
  return Object.fromEntries(before.map(each => [each, 1]));
}

export function failed(flow: Flow, call: string, code: string, billed: string, units: number): Expected {
  return {
    state: 'FAILED',
    code,
    attempts: `FAILED ${billed}`,
    requests: once(flow, call),
    units,
    pictures: 0,
  };
}

/** It may have been charged and nobody knows: one request, no more. */
export function review(flow: Flow, code: string, units: number): Expected {
  return {
    state: 'NEEDS_REVIEW',
    code,
    attempts: 'LOST UNKNOWN',
    requests: { [flow.submit]: 1 },
    units,
  };
}

/** The vendor says of work that was paid for what its guide does not know: a person decides, and the call stays open. */
export function unexplained(flow: Flow, call: string, vendorCode: string): Expected {
  return {
    state: 'NEEDS_REVIEW',
    code: 'VENDOR_ERROR',
    vendorCode,
    attempts: `open ${paid(flow.variants[0])}`,
    // It is asked slowly on.
    requests: { ...once(flow, call), [call]: '1+' },
    units: flow.variants[0].units,
  };
}
