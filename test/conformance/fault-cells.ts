import {
  again,
  bills,
  type Case,
  type Cell,
  cell,
  type Expected,
  type Flow,
  next,
  type Order,
  once,
  paid,
  review,
  spoil,
  well,
} from './cell.js';
import type { Calls } from './stand.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Beyond what any result lasts: a painting's pictures live three months. */
const LONG_MS = 100 * DAY_MS;

export function faults(flow: Flow, call: string): Cell[] {
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
export function results(flow: Flow): Cell[] {
  const [variant] = flow.variants;
  if (variant.pictures === 0) return [];
  const fetchedAgain = well(flow, {}, { result: variant.pictures + 1 });
  const at = (name: Case, fault: string, expected = fetchedAgain, over: object = {}) =>
    cell(flow, name, 'result', { orders: [spoil(flow, 'result', fault, over)] }, expected);
  // One picture is lost. The others of its call are delivered all the same.
  const gone = (fetches: number): Expected => {
    const result = { result: variant.pictures - 1 + fetches };
    if (variant.pictures > 1) return well(flow, { pictures: variant.pictures - 1, missing: 1 }, result);
    const attempts = `FAILED ${paid(variant)}`;
    return well(flow, { state: 'FAILED', code: 'VENDOR_RESULT_EXPIRED', attempts, pictures: 0 }, result);
  };
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
        requests: { ...once(flow, tells(flow)), result: variant.pictures },
        units: variant.units,
        // Of several, what came before the cancel is there.
        ...(variant.pictures === 1 ? { pictures: 0 } : {}),
      },
    ),
    cell(
      flow,
      'foreign host',
      'that is private',
      { orders: [foreign], travel: calls => (asked(calls, tells(flow)) ? LONG_MS : undefined) },
      { ...gone(0), foreignRequests: 0 },
    ),
    cell(
      flow,
      'foreign host',
      'that is public',
      { orders: [foreign], trustsAnyHost: true, travel: calls => (asked(calls, tells(flow)) ? LONG_MS : undefined) },
      { ...gone(0), foreignRequests: '1+' },
    ),
    cell(
      flow,
      'expired result',
      '',
      {
        orders: [spoil(flow, 'result', '500', { times: 1 })],
        travel: calls => (asked(calls, 'result') ? LONG_MS : undefined),
      },
      gone(2),
    ),
  ];
}

/** Work that goes on at the vendor. */
export function queues(flow: Flow): Cell[] {
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
      later({ state: 'NEEDS_REVIEW', code: 'VENDOR_RESULT_EXPIRED', attempts: 'open YES', pictures: 0 }),
    ),
    cell(
      flow,
      'forgotten id',
      '',
      { orders: [next(flow, question, flow.forgotten ?? '')], travel: atFirst(LONG_MS) },
      later({ state: 'NEEDS_REVIEW', code: 'VENDOR_NOT_FOUND', attempts: 'open YES', pictures: 0 }),
    ),
  ];
}

const asked = (calls: Calls, call: string) => (calls[call]?.requests ?? 0) > 0;
