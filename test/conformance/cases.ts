import type { Fate, Fates } from './fates.js';
import { type Flow as AnyFlow, CONFORMANCE, type Deployment, type RemoteVendor, type Variant } from './flows.js';
import type { Calls, Trial } from './stand.js';

type Flow = AnyFlow & { vendor: RemoteVendor };
type Order = readonly [path: string, body: object];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Beyond what we trust any result to last. Under 2^31 ms: the embedded database has a timer that cannot be set back by more. */
const LONG_MS = 20 * DAY_MS;

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

/** Everything that a vendor is put through, over all its operations. */
export function cellsOf(vendor: RemoteVendor): Cell[] {
  const flows: Flow[] = CONFORMANCE[vendor].flows.map(flow => ({ ...flow, vendor }));
  return flows.flatMap(flow => [
    ...successes(flow),
    ...codes(flow),
    ...logins(flow),
    ...trouble(flow),
    ...callsOf(flow).flatMap(call => faults(flow, call)),
    ...results(flow),
    ...queues(flow),
  ]);
}

const next = (flow: Flow, call: string, code: string, times = 1): Order => [
  '',
  { next: { vendor: flow.vendor, call, code, times } },
];
const spoil = (flow: Flow, call: string, fault: string, over: object = {}): Order => [
  '',
  { vendor: flow.vendor, call, fault, ...over },
];

const callsOf = (flow: Flow) => [flow.submit, ...flow.asks];
/** As the ledger has it where all is well. */
const paid = (variant: Variant) => (variant.units > 0 ? 'YES' : 'NO');
const bills = (flow: Flow) => flow.variants[0].units > 0;

function cell(flow: Flow, name: Case, detail: string, trial: Partial<Trial>, expected: Expected): Cell {
  const about = [flow.operation, detail].filter(Boolean).join(' ');
  return { case: name, detail: about, trial: { flow, variant: flow.variants[0], ...trial }, expected };
}

/** The task succeeds; `more` are requests beyond one of each call. */
function well(
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
function again(flow: Flow, call: string): Expected {
  if (call === flow.submit)
    return well(flow, { attempts: `FAILED NO, SUCCEEDED ${paid(flow.variants[0])}` }, { [call]: 1 });
  // Asked again from the first question on.
  const asked = flow.asks.slice(0, flow.asks.indexOf(call) + 1);
  return well(flow, {}, Object.fromEntries(asked.map(each => [each, 1])));
}

/** One request of each call up to this one. */
function once(flow: Flow, call: string): Record<string, number> {
  const before = callsOf(flow).slice(0, callsOf(flow).indexOf(call) + 1);
  return Object.fromEntries(before.map(each => [each, 1]));
}

function failed(flow: Flow, call: string, code: string, billed: string, units: number): Expected {
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
function review(flow: Flow, code: string, units: number): Expected {
  return {
    state: 'NEEDS_REVIEW',
    code,
    attempts: 'LOST UNKNOWN',
    requests: { [flow.submit]: 1 },
    units,
  };
}

function successes(flow: Flow): Cell[] {
  return [
    ...flow.variants.map(variant => cell(flow, 'success', variant.name, { variant }, well(flow, {}, {}, variant))),
    ...(flow.deployments ?? []).map(deployment =>
      cell(flow, 'deployments', deployment.name, { deployment }, well(flow, {}, deployment.more)),
    ),
  ];
}

function codes(flow: Flow): Cell[] {
  const each = (name: Case, tables: Readonly<Record<string, Fates>>) =>
    Object.entries(tables).flatMap(([call, fates]) =>
      Object.entries(fates).map(([code, fate]) =>
        cell(flow, name, `${call} ${code}`, { orders: [next(flow, call, code)] }, fateOf(flow, call, code, fate, name)),
      ),
    );
  return [...each('guide codes', flow.codes), ...each('gateway codes', flow.gateway)];
}

function fateOf(flow: Flow, call: string, code: string, fate: Fate, name: Case): Expected {
  if (fate === 'AGAIN') return again(flow, call);
  if (fate === 'REVIEW') return bills(flow) ? review(flow, 'VENDOR_UNAVAILABLE', 0) : again(flow, call);
  const [ours = '', billed] = fate.split(' ');
  // Fegine answers with HTTP 200, which takes a unit, whatever it says.
  const units =
    call !== flow.submit || (flow.operation === 'FACE_VERIFICATION' && name === 'guide codes')
      ? flow.variants[0].units
      : 0;
  if (billed === undefined) return well(flow, { outcome: ours, units });
  const spelled = code.replace(/\/\d+$/, '');
  // The classic gateway sends words and no code.
  const coded = /\d/.test(spelled);
  const unknownPath = ours === 'VENDOR_NOT_FOUND' && call === 'fetch';
  const expected = failed(flow, call, ours, billed, units);
  return {
    ...expected,
    ...(coded ? { vendorCode: spelled } : {}),
    // The other path that the guide leaves open is tried, once.
    ...(unknownPath ? { vendorCode: 'I404NF', requests: { ...expected.requests, unknown: 1 } } : {}),
  };
}

function logins(flow: Flow): Cell[] {
  const { key, timedLogin } = CONFORMANCE[flow.vendor];
  const wrong: Deployment = { name: 'wrong key', environment: { [key]: 'not-the-right-one' } };
  return [
    ...(flow.after === undefined
      ? [
          cell(
            flow,
            'wrong key',
            '',
            { deployment: wrong },
            { ...failed(flow, flow.submit, 'VENDOR_AUTH', 'NO', 0), breaches: 'LOGIN' },
          ),
        ]
      : []),
    cell(
      flow,
      'wrong clock',
      '',
      { orders: [['/clock', { loginSkewMs: HOUR_MS }]] },
      timedLogin ? well(flow, { breaches: 'LOGIN' }, { [flow.submit]: 1 }) : well(flow),
    ),
  ];
}

function trouble(flow: Flow): Cell[] {
  const [, several] = flow.variants;
  const refused = (flow.codes[flow.submit]?.[flow.refusal] ?? '').split(' ')[1];
  return [
    ...(bills(flow)
      ? [
          cell(
            flow,
            'quota used up',
            '',
            { orders: [['/quota', { vendor: flow.vendor, units: 0 }]] },
            failed(flow, flow.submit, 'QUOTA_EXHAUSTED', 'NO', 0),
          ),
        ]
      : []),
    cell(
      flow,
      'long trouble',
      '',
      { orders: [next(flow, flow.submit, flow.trouble, 9)] },
      {
        ...failed(flow, flow.submit, 'VENDOR_UNAVAILABLE', 'NO', 0),
        attempts: 'FAILED NO, FAILED NO, FAILED NO',
        requests: { [flow.submit]: 3 },
      },
    ),
    ...(several !== undefined && several.calls > 1
      ? [
          cell(
            flow,
            'partial',
            '',
            { variant: several, orders: [next(flow, flow.submit, flow.refusal)] },
            well(
              flow,
              {
                attempts: `FAILED ${refused}, SUCCEEDED YES`,
                units: several.units - 1,
                pictures: several.pictures / 2,
                missing: 1,
              },
              { result: several.pictures / 2 },
              several,
            ),
          ),
        ]
      : []),
  ];
}

function faults(flow: Flow, call: string): Cell[] {
  const billed = call === flow.submit && bills(flow);
  const { units } = flow.variants[0];
  const lost = (code: string, booked: number) => (billed ? review(flow, code, booked) : again(flow, call));
  const at = (name: Case, fault: string, expected: Expected, over: object = {}) =>
    cell(flow, name, call, { orders: [spoil(flow, call, fault, over)] }, expected);
  return [
    at('latency', 'latency', well(flow), { ms: 60 }),
    at('slow body', 'slow-body', well(flow), { ms: 60 }),
    at('drop before', 'drop-before', lost('OUTCOME_UNKNOWN', 0)),
    at('drop after', 'drop-after', lost('OUTCOME_UNKNOWN', units)),
    at('HTTP 500', '500', lost('VENDOR_UNAVAILABLE', 0)),
    at('HTTP 429', '429', { ...again(flow, call), waited: 7_000 }, { ms: 7_000 }),
    at('HTML', 'html', lost('VENDOR_UNAVAILABLE', units)),
    at('truncated', 'truncated', lost('OUTCOME_UNKNOWN', units)),
    at('empty', 'empty', lost('VENDOR_UNAVAILABLE', units)),
    cell(
      flow,
      'abort',
      call,
      { orders: [spoil(flow, call, 'slow-body', { ms: 5_000 })], cancelAt: call },
      {
        state: 'CANCELED',
        // What was asked for stays booked.
        attempts: call !== flow.submit ? 'CANCELED YES' : billed ? 'LOST UNKNOWN' : 'FAILED NO',
        requests: once(flow, call),
        units,
        pictures: 0,
      },
    ),
  ];
}

/** The call after which the result's address is known. */
const tells = (flow: Flow) => flow.asks.at(-1) ?? flow.submit;

/** A result that was paid is fetched again, never bought again. */
function results(flow: Flow): Cell[] {
  const [variant] = flow.variants;
  if (variant.pictures === 0) return [];
  const fetchedAgain = well(flow, {}, { result: variant.pictures + 1 });
  const at = (name: Case, fault: string, expected = fetchedAgain, over: object = {}) =>
    cell(flow, name, 'result', { orders: [spoil(flow, 'result', fault, over)] }, expected);
  const gone = (code: string): Expected => ({
    ...well(flow, { state: 'FAILED', code, attempts: `FAILED ${paid(variant)}`, pictures: 0 }, { result: 0 }),
  });
  const foreign = spoil(flow, tells(flow), 'foreign-host');
  return [
    at('latency', 'latency', well(flow), { ms: 60 }),
    at('slow body', 'slow-body', well(flow), { ms: 60 }),
    at('drop before', 'drop-before'),
    at('drop after', 'drop-after'),
    at('HTTP 500', '500'),
    at('HTTP 429', '429'),
    at('HTML', 'html'),
    at('truncated', 'truncated'),
    at('empty', 'empty'),
    cell(
      flow,
      'abort',
      'result',
      { orders: [spoil(flow, 'result', 'slow-body', { ms: 5_000 })], cancelAt: 'result' },
      {
        state: 'CANCELED',
        attempts: `CANCELED ${paid(variant)}`,
        requests: { ...once(flow, tells(flow)), result: 1 },
        units: variant.units,
        pictures: 0,
      },
    ),
    cell(
      flow,
      'foreign host',
      'that is private',
      { orders: [foreign] },
      { ...gone('VENDOR_ERROR'), foreignRequests: 0 },
    ),
    cell(
      flow,
      'foreign host',
      'that is public',
      { orders: [foreign], trustsAnyHost: true, travel: calls => (asked(calls, tells(flow)) ? LONG_MS : undefined) },
      // Fangtang's is asked for by https, which the listener does not speak.
      { ...gone('VENDOR_RESULT_EXPIRED'), ...(tells(flow) === 'download' ? {} : { foreignRequests: '1+' as const }) },
    ),
    cell(
      flow,
      'expired result',
      '',
      {
        // The sandbox keeps paintings for the three months of the guide.
        orders: [spoil(flow, 'result', '500', { times: flow.operation === 'PAINTING' ? 2 : 1 })],
        travel: calls => (asked(calls, 'result') ? LONG_MS : undefined),
      },
      { ...gone('VENDOR_RESULT_EXPIRED'), requests: { ...well(flow).requests, result: 2 } },
    ),
  ];
}

/** Work that goes on at the vendor. */
function queues(flow: Flow): Cell[] {
  const [question] = flow.asks;
  if (question === undefined) return [];
  const takes = (ms: number): Order => {
    const queue = { medianMs: ms, sigma: 0 };
    return ['/settings', { paintingQueue: queue, restorationQueue: queue }];
  };
  const atFirst = (ms: number) => (calls: Calls) => (asked(calls, question) ? undefined : ms);
  const later = (over: Partial<Expected>): Expected => ({
    ...well(flow, over),
    requests: { [flow.submit]: 1, [question]: '1+' },
  });
  return [
    cell(flow, 'queue', 'of a minute', { orders: [takes(60_000)] }, later({})),
    cell(flow, 'late result', 'after half an hour', { orders: [takes(HOUR_MS / 2)], pastReview: true }, later({})),
    cell(
      flow,
      'never done',
      'by the deadline',
      { orders: [takes(1e12)] },
      later({ state: 'NEEDS_REVIEW', code: 'VENDOR_UNAVAILABLE', attempts: 'open YES', pictures: 0 }),
    ),
    cell(
      flow,
      'never done',
      'until its id expires',
      { orders: [takes(1e12)], travel: calls => (asked(calls, question) ? 8 * DAY_MS : undefined), pastReview: true },
      later({ state: 'FAILED', code: 'VENDOR_RESULT_EXPIRED', attempts: 'FAILED YES', pictures: 0 }),
    ),
    cell(
      flow,
      'forgotten id',
      '',
      { orders: [next(flow, question, flow.forgotten ?? '')], travel: atFirst(LONG_MS) },
      later({ state: 'FAILED', code: 'VENDOR_RESULT_EXPIRED', attempts: 'FAILED YES', pictures: 0 }),
    ),
  ];
}

const asked = (calls: Calls, call: string) => (calls[call]?.requests ?? 0) > 0;
