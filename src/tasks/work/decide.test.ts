import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { MadePicture } from '../../../datasources/contract.js';
import { DarkroomError, type ErrorCode } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import { ROOT } from '../../kernel/paths.js';
import { VendorError, type VendorFacts } from '../../kernel/vendor-error.js';
import { UnreachableError } from '../../net/download.js';
import { type AttemptRow, type NotedAnswer, openedRow } from '../../store/attempt-rows.js';
import type { PartResult } from '../../store/task.js';
import { decide } from './decide.js';
import type { Decision, Situation, WorkEvent } from './decision.js';

const NOW = Date.parse('2026-11-26T08:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** An attempt of a billed call whose intent was committed a second ago, and whatever came of it since. */
function attempt(over: Partial<AttemptRow> = {}): AttemptRow {
  const intent = {
    taskId: 'task_1',
    number: 1,
    tenantId: 'default',
    source: 'FANGTANG' as const,
    part: 0,
    canBill: true,
    units: 1,
    unitsLeftBefore: null,
  };
  return { ...openedRow({ ...intent, ...over }), startedAt: new Date(NOW - 1_000), ...over };
}

const ended = { endedAt: new Date(NOW - 500) };
const free = { source: 'LOCAL' as const, canBill: false, billed: 'NO' as const };

function situation(over: Partial<Situation['terms']> = {}, more: Partial<Situation> = {}): Situation {
  return {
    task: { state: 'RUNNING', source: 'FANGTANG', route: ['FANGTANG', 'LOCAL'], updatedAt: new Date(NOW) },
    attempts: [],
    terms: { bills: true, parts: 1, inProcess: false, ...over },
    now: NOW,
    ...more,
  };
}
const of = (attempts: AttemptRow[], terms: Partial<Situation['terms']> = {}, more: Partial<Situation> = {}) =>
  situation(terms, { attempts, ...more });
const local: Partial<Situation> = {
  task: { state: 'RUNNING', source: 'LOCAL', route: ['LOCAL'], updatedAt: new Date(NOW) },
};
const inReview: Partial<Situation> = {
  task: { state: 'NEEDS_REVIEW', source: 'FANGTANG', route: ['FANGTANG', 'LOCAL'], updatedAt: new Date(NOW - HOUR) },
};

const vendorError = (code: ErrorCode, facts: Partial<VendorFacts> = {}) =>
  new VendorError(code, { billed: 'NO', safeToRetry: false, ...facts });
const lostAnswer = vendorError('OUTCOME_UNKNOWN', { billed: 'UNKNOWN', outcomeUnknown: true });
const busy = vendorError('VENDOR_UNAVAILABLE', { safeToRetry: true });

const noted = (over: Partial<NotedAnswer> = {}): NotedAnswer => ({
  pictures: [{ role: 'CLEAN', index: 0, url: 'https://vendor.example/1', urlExpiresAt: null, releaseUntil: null }],
  facts: {},
  notedAt: NOW - MINUTE,
  ...over,
});
const byUrl: MadePicture = { role: 'CLEAN', from: { url: 'https://vendor.example/1' } };
const made = (assetId: string): PartResult => ({ pictures: [{ role: 'CLEAN', assetId }], facts: {} });
const doubt = (row: AttemptRow, unitsLeftAfter?: number): WorkEvent => ({
  kind: 'DOUBT_EXAMINED',
  attempt: row,
  failure: { code: 'OUTCOME_UNKNOWN', message: 'It is not known.' },
  end: { outcome: 'LOST', billed: 'UNKNOWN', final: true },
  unitsLeftAfter,
});

interface Case {
  /** The number of the rule in ARCHITECTURE.md. */
  rule: string;
  name: string;
  given: Situation;
  event: WorkEvent;
  decision: { [Key in keyof Decision]?: unknown } & { do: Decision['do'] } & Record<string, unknown>;
}

const READY: WorkEvent = { kind: 'READY' };
const open = attempt();
const pending = attempt({ vendorTaskId: '9007199254740993123', billed: 'YES' });
const answered = attempt({ answer: noted(), billed: 'YES' });
const done = (part: number, assetId: string) =>
  attempt({ ...ended, number: part + 1, part, outcome: 'SUCCEEDED', billed: 'YES', result: made(assetId) });
const failedPart = (part: number, code: ErrorCode) =>
  attempt({ ...ended, number: part + 1, part, outcome: 'FAILED', billed: 'NO', final: true, code, message: 'no' });
const lostPart = (part: number) =>
  attempt({ ...ended, number: part + 1, part, outcome: 'LOST', final: true, code: 'OUTCOME_UNKNOWN', message: '?' });

const CASES: Case[] = [
  {
    rule: 'M1',
    name: 'the process died between the intent and the outcome: the call is not sent again',
    given: of([open]),
    event: READY,
    decision: { do: 'EXAMINE_DOUBT', failure: { code: 'OUTCOME_UNKNOWN' }, end: { outcome: 'LOST', final: true } },
  },
  {
    rule: 'M1',
    name: 'the answer was lost: the call is not sent again',
    given: of([open]),
    event: { kind: 'CALL_FAILED', attempt: open, error: lostAnswer },
    decision: { do: 'EXAMINE_DOUBT', end: { outcome: 'LOST', billed: 'UNKNOWN', final: true } },
  },
  {
    rule: 'M1',
    name: 'what stays in doubt waits for a person, with the counts that the vendor gave',
    given: of([attempt({ unitsLeftBefore: 97 })]),
    event: doubt(attempt({ unitsLeftBefore: 97 }), 96),
    decision: {
      do: 'PARK',
      failure: { mayBeCharged: true, message: expect.stringContaining('97 units left before it and 96 after it') },
      close: { number: 1, end: { outcome: 'LOST', billed: 'UNKNOWN', final: true, unitsLeftAfter: 96 } },
    },
  },
  {
    rule: 'M1',
    name: 'an error of ours in the middle of a billed call says nothing about the money',
    given: of([open]),
    event: { kind: 'CALL_FAILED', attempt: open, error: new TypeError('a slip of ours') },
    decision: { do: 'EXAMINE_DOUBT', failure: { code: 'INTERNAL' } },
  },
  {
    rule: 'M1',
    name: 'an attempt that ended in doubt is not followed by another one, whatever ended it',
    given: of([attempt({ ...ended, outcome: 'FAILED', billed: 'UNKNOWN' })]),
    event: READY,
    decision: { do: 'EXAMINE_DOUBT' },
  },
  {
    rule: 'M2',
    name: 'an answer is written down before it is downloaded',
    given: of([open]),
    event: { kind: 'ANSWERED', attempt: open, answer: { state: 'DONE', pictures: [byUrl], billed: 'YES' } },
    decision: {
      do: 'NOTE_ANSWER',
      billed: 'YES',
      answer: { pictures: [{ url: 'https://vendor.example/1' }], notedAt: NOW },
    },
  },
  {
    rule: 'M2',
    name: 'the id of work that goes on is written down before it is asked about',
    given: of([open]),
    event: { kind: 'ANSWERED', attempt: open, answer: { state: 'PENDING', vendorTaskId: '7', billed: 'YES' } },
    decision: { do: 'NOTE_PENDING', vendorTaskId: '7', billed: 'YES', wait: { scheduledAtAge: 0 } },
  },
  {
    rule: 'M2',
    name: 'after a restart a written answer is downloaded, and nothing is sent',
    given: of([answered]),
    event: READY,
    decision: { do: 'DOWNLOAD', attempt: answered },
  },
  {
    rule: 'M2',
    name: 'after a restart work that goes on is asked about, and nothing is sent',
    given: of([pending]),
    event: READY,
    decision: { do: 'POLL', vendorTaskId: '9007199254740993123', ageMs: 1_000 },
  },
  {
    rule: 'M3',
    name: 'a download that fails is tried again, later and later',
    given: of([answered]),
    event: { kind: 'DOWNLOAD_FAILED', attempt: answered, answer: noted(), error: new UnreachableError('reset') },
    decision: { do: 'WAIT', wait: { backoffMs: MINUTE } },
  },
  {
    rule: 'M3',
    name: 'a picture that cannot be used ends it, booked as it was',
    given: of([answered]),
    event: { kind: 'DOWNLOAD_FAILED', attempt: answered, answer: noted(), error: new DarkroomError('CORRUPT_IMAGE') },
    decision: { do: 'FAIL', failure: { code: 'VENDOR_ERROR', mayBeCharged: true }, close: { end: { billed: 'YES' } } },
  },
  {
    rule: 'M4',
    name: "past the vendor's expiry its own word ends the download",
    given: of([answered]),
    event: {
      kind: 'DOWNLOAD_FAILED',
      attempt: answered,
      answer: noted({ notedAt: NOW - LIMITS.vendor.fetchForMs - 1 }),
      error: new UnreachableError('gone', 404),
    },
    decision: { do: 'FAIL', failure: { code: 'VENDOR_RESULT_EXPIRED' } },
  },
  {
    rule: 'M4',
    name: "past the vendor's expiry a network that is down is waited for",
    given: of([answered]),
    event: {
      kind: 'DOWNLOAD_FAILED',
      attempt: answered,
      answer: noted({ notedAt: NOW - LIMITS.vendor.fetchForMs - 1 }),
      error: new UnreachableError('no route'),
    },
    decision: { do: 'WAIT' },
  },
  {
    rule: 'M4',
    name: 'after another day the download is given up',
    given: of([answered]),
    event: {
      kind: 'DOWNLOAD_FAILED',
      attempt: answered,
      answer: noted({ notedAt: NOW - LIMITS.vendor.fetchForMs - LIMITS.vendor.fetchAnywayMs - 1 }),
      error: new UnreachableError('no route'),
    },
    decision: { do: 'FAIL', failure: { code: 'VENDOR_RESULT_EXPIRED' } },
  },
  {
    rule: 'M5',
    name: 'a call that did nothing is sent again, with backoff',
    given: of([open]),
    event: { kind: 'CALL_FAILED', attempt: open, error: busy },
    decision: { do: 'WAIT', wait: { backoffMs: 2_000 }, close: { end: { outcome: 'FAILED', billed: 'NO' } } },
  },
  {
    rule: 'M5',
    name: "the vendor's Retry-After is kept to",
    given: of([open]),
    event: {
      kind: 'CALL_FAILED',
      attempt: open,
      error: vendorError('VENDOR_UNAVAILABLE', { safeToRetry: true, retryAfterMs: 9_000 }),
    },
    decision: { do: 'WAIT', wait: { ms: 9_000 } },
  },
  {
    rule: 'M5',
    name: 'three tries a part, and no more',
    given: of(
      [1, 2, 3].map(number =>
        attempt({ number, billed: 'NO', ...(number < 3 ? { ...ended, outcome: 'FAILED' } : {}) }),
      ),
      {},
      { task: { ...situation().task, route: ['FANGTANG'] } },
    ),
    event: { kind: 'CALL_FAILED', attempt: attempt({ number: 3, billed: 'NO' }), error: busy },
    decision: { do: 'FAIL', failure: { code: 'VENDOR_UNAVAILABLE', mayBeCharged: false } },
  },
  {
    rule: 'M5',
    name: 'what may have been charged is not sent again, even where the vendor says that it may be',
    given: of([open]),
    event: {
      kind: 'CALL_FAILED',
      attempt: open,
      error: vendorError('VENDOR_ERROR', { billed: 'UNKNOWN', safeToRetry: true }),
    },
    decision: { do: 'FAIL', failure: { mayBeCharged: true }, close: { end: { billed: 'UNKNOWN', final: true } } },
  },
  {
    rule: 'M6',
    name: 'free work whose process died runs again',
    given: of([attempt(free)], { bills: false, inProcess: true }, local),
    event: READY,
    decision: { do: 'END_PART', close: { end: { outcome: 'LOST', billed: 'NO' } } },
  },
  {
    rule: 'M6',
    name: 'free work that kills its process three times fails',
    given: of(
      [1, 2, 3].map(number => attempt({ ...free, number, ...(number < 3 ? { ...ended, outcome: 'LOST' } : {}) })),
      { bills: false, inProcess: true },
      local,
    ),
    event: READY,
    decision: { do: 'FAIL', failure: { code: 'ENGINE_CRASHED' } },
  },
  {
    rule: 'M7',
    name: 'after an error of the vendor as such the next source takes over',
    given: of([open]),
    event: { kind: 'CALL_FAILED', attempt: open, error: vendorError('VENDOR_AUTH') },
    decision: { do: 'HAND_OVER', to: 'LOCAL', close: { end: { billed: 'NO', final: true } } },
  },
  {
    rule: 'M7',
    name: 'nobody takes over where the call itself may have been charged',
    given: of([open]),
    event: { kind: 'CALL_FAILED', attempt: open, error: vendorError('VENDOR_UNAVAILABLE', { billed: 'UNKNOWN' }) },
    decision: { do: 'FAIL', failure: { mayBeCharged: true } },
  },
  {
    rule: 'M7',
    name: 'nobody takes over where another call of the task was charged',
    given: of([done(0, 'asset_1'), attempt({ number: 2, part: 1 })], { parts: 2 }),
    event: { kind: 'CALL_FAILED', attempt: attempt({ number: 2, part: 1 }), error: vendorError('QUOTA_EXHAUSTED') },
    decision: { do: 'END_PART', close: { number: 2, end: { outcome: 'FAILED', billed: 'NO', final: true } } },
  },
  {
    rule: 'M8',
    name: 'a refusal of the photo is an answer: nobody else is asked',
    given: of([open]),
    event: { kind: 'CALL_FAILED', attempt: open, error: vendorError('NO_FACE') },
    decision: { do: 'FAIL', failure: { code: 'NO_FACE', mayBeCharged: false } },
  },
  {
    rule: 'M9',
    name: 'a part that failed does not hold the next one back',
    given: of([failedPart(0, 'NO_FACE')], { parts: 2 }),
    event: READY,
    decision: { do: 'SUBMIT', part: 1 },
  },
  {
    rule: 'M9',
    name: 'a part in doubt does not hold the next one back',
    given: of([open], { parts: 2 }),
    event: doubt(open),
    decision: { do: 'END_PART', close: { end: { outcome: 'LOST', final: true } } },
  },
  {
    rule: 'M9',
    name: 'what was made is the result, and what was not is told beside it',
    given: of([done(0, 'asset_1'), failedPart(1, 'NO_FACE')], { parts: 2 }),
    event: READY,
    decision: {
      do: 'SUCCEED',
      result: { pictures: [{ assetId: 'asset_1' }], missing: [{ part: 1, failure: { code: 'NO_FACE' } }] },
    },
  },
  {
    rule: 'M9',
    name: 'with a part in doubt a person decides, and what was made is kept',
    given: of([done(0, 'asset_1'), lostPart(1)], { parts: 2 }),
    event: READY,
    decision: { do: 'PARK', failure: { code: 'OUTCOME_UNKNOWN' }, result: { pictures: [{ assetId: 'asset_1' }] } },
  },
  {
    rule: 'M9',
    name: 'parts that were done are not bought again',
    given: of([done(0, 'asset_1')], { parts: 2 }),
    event: READY,
    decision: { do: 'SUBMIT', part: 1 },
  },
  {
    rule: 'M9',
    name: 'a kept part is closed with its pictures, and the task goes on',
    given: of([attempt({ billed: 'YES' })], { parts: 2 }),
    event: { kind: 'RESULTS_KEPT', attempt: attempt({ billed: 'YES' }), result: made('asset_1') },
    decision: { do: 'END_PART', percent: 45, close: { end: { outcome: 'SUCCEEDED', billed: 'YES' } } },
  },
  {
    rule: 'M10',
    name: 'past its deadline the task needs review, and is still asked',
    given: of([pending], { deadlineMs: 5 * MINUTE, expiryMs: HOUR }),
    event: { kind: 'STILL_PENDING', attempt: pending, ageMs: 5 * MINUTE + 1 },
    decision: { do: 'PARK', pollAfterMs: LIMITS.vendor.slowPollMs, failure: { mayBeCharged: true } },
  },
  {
    rule: 'M10',
    name: 'a late result still succeeds',
    given: of([pending], {}, inReview),
    event: { kind: 'RESULTS_KEPT', attempt: pending, result: made('asset_1') },
    decision: { do: 'SUCCEED', result: { pictures: [{ assetId: 'asset_1' }], missing: [] } },
  },
  {
    rule: 'M10',
    name: 'the time until the id expires is counted from the review on: a clock that jumped takes nothing away',
    given: of([pending], { deadlineMs: 5 * MINUTE, expiryMs: 2 * HOUR }, inReview),
    event: { kind: 'STILL_PENDING', attempt: pending, ageMs: 24 * 365 * HOUR },
    decision: { do: 'WAIT', wait: { ms: LIMITS.vendor.slowPollMs } },
  },
  {
    rule: 'M10',
    name: 'when the id has expired the task fails, booked as it was',
    given: of([pending], { deadlineMs: 5 * MINUTE, expiryMs: 30 * MINUTE }, inReview),
    event: { kind: 'STILL_PENDING', attempt: pending, ageMs: 2 * HOUR },
    decision: { do: 'FAIL', failure: { code: 'VENDOR_RESULT_EXPIRED' }, close: { end: { billed: 'YES' } } },
  },
  {
    rule: 'M10',
    name: 'a question that fails is asked again: it costs nothing',
    given: of([pending], { deadlineMs: 5 * MINUTE }),
    event: { kind: 'POLL_FAILED', attempt: pending, ageMs: MINUTE, error: busy },
    decision: { do: 'WAIT', wait: { scheduledAtAge: MINUTE } },
  },
  {
    rule: 'M11',
    name: 'a DONE that says nothing of money leaves what the submission was booked as',
    given: of([pending]),
    event: { kind: 'ANSWERED', attempt: pending, answer: { state: 'DONE', pictures: [byUrl], billed: 'NO' } },
    decision: { do: 'NOTE_ANSWER', billed: 'YES' },
  },
  {
    rule: 'M11',
    name: 'a refusal that comes with the question stays booked, too',
    given: of([pending]),
    event: { kind: 'POLL_FAILED', attempt: pending, ageMs: MINUTE, error: vendorError('CONTENT_BLOCKED') },
    decision: { do: 'FAIL', failure: { mayBeCharged: true }, close: { end: { billed: 'YES' } } },
  },
  {
    rule: 'M12',
    name: 'an answer that another worker noted meanwhile is followed',
    given: of([pending]),
    event: doubt(pending),
    decision: { do: 'POLL', vendorTaskId: pending.vendorTaskId },
  },
  {
    rule: 'M12',
    name: 'an attempt that was closed meanwhile is not followed in circles',
    given: of([attempt({ ...ended, outcome: 'CANCELED', vendorTaskId: '7' })]),
    event: doubt(attempt({ ...ended, outcome: 'CANCELED', vendorTaskId: '7' })),
    decision: { do: 'PARK' },
  },
  {
    rule: 'M13',
    name: 'while the source rests nothing is begun, and the next one takes over',
    given: situation(),
    event: { kind: 'SOURCE_UNAVAILABLE', part: 0, waitMs: 15_000 },
    decision: { do: 'HAND_OVER', to: 'LOCAL', code: 'VENDOR_UNAVAILABLE' },
  },
  {
    rule: 'M13',
    name: 'while the source rests and nobody else may, the task waits',
    given: situation({}, { task: { ...situation().task, route: ['FANGTANG'] } }),
    event: { kind: 'SOURCE_UNAVAILABLE', part: 0, waitMs: 15_000, error: vendorError('QUOTA_EXHAUSTED') },
    decision: { do: 'WAIT', wait: { ms: 15_000 } },
  },
  {
    rule: 'M13',
    name: 'a package that is used up half way ends the parts that are left, and what was paid for is delivered',
    given: of([done(0, 'asset_1')], { parts: 2 }),
    event: { kind: 'SOURCE_UNAVAILABLE', part: 1, waitMs: 15_000, error: vendorError('QUOTA_EXHAUSTED') },
    decision: { do: 'REFUSE', part: 1, failure: { code: 'QUOTA_EXHAUSTED' } },
  },
  {
    rule: 'M13',
    name: 'a call that was not made is closed as free',
    given: of([done(0, 'asset_1'), attempt({ number: 2, part: 1 })], { parts: 2 }),
    event: {
      kind: 'NOT_SENT',
      attempt: attempt({ number: 2, part: 1 }),
      failure: { code: 'QUOTA_EXHAUSTED', message: 'used up' },
    },
    decision: { do: 'END_PART', close: { number: 2, end: { outcome: 'FAILED', billed: 'NO', final: true } } },
  },
  {
    rule: 'M14',
    name: 'a stop before anything was sent costs nothing, and the task goes back to the queue',
    given: of([open], {}, { aborted: 'STOPPING' }),
    event: { kind: 'CALL_FAILED', attempt: open, error: new DOMException('stop', 'AbortError'), nothingSent: true },
    decision: { do: 'WAIT', wait: { ms: 0 }, close: { end: { outcome: 'LOST', billed: 'NO' } } },
  },
  {
    rule: 'M14',
    name: 'a stop in the middle of a billed call leaves it in doubt',
    given: of([open], {}, { aborted: 'STOPPING' }),
    event: { kind: 'CALL_FAILED', attempt: open, error: lostAnswer, nothingSent: false },
    decision: { do: 'EXAMINE_DOUBT' },
  },
  {
    rule: 'M14',
    name: 'a stop in the middle of a download loses nothing: it is resumed',
    given: of([answered], {}, { aborted: 'STOPPING' }),
    event: { kind: 'DOWNLOAD_FAILED', attempt: answered, answer: noted(), error: new UnreachableError('aborted') },
    decision: { do: 'WAIT', wait: { ms: 0 } },
  },
];

describe.each([...new Set(CASES.map(({ rule }) => rule))])('%s', rule => {
  test.each(CASES.filter(each => each.rule === rule))('$name', ({ given, event, decision }) => {
    const before = structuredClone(given.attempts);
    expect(decide(given, event)).toMatchObject(decision);
    // It decides, and changes nothing of what it was given.
    expect(given.attempts).toEqual(before);
  });
});

test('a decision that may send a billed call again is never taken while one is in doubt', () => {
  const doubtful = [open, attempt({ ...ended, billed: 'UNKNOWN', outcome: 'LOST' }), pending, answered];
  for (const row of doubtful)
    for (const parts of [1, 2])
      expect(decide(of([row], { parts }), READY)).not.toMatchObject({ do: 'SUBMIT', part: 0 });
});

test('a task begins with its first part, and a photo that is gone expires it', () => {
  expect(decide(situation(), READY)).toEqual({ do: 'SUBMIT', part: 0 });
  const gone = { kind: 'CALL_FAILED', attempt: open, error: new DarkroomError('PHOTO_GONE') } as const;
  expect(decide(of([open]), gone)).toMatchObject({ do: 'EXPIRE', close: { end: { billed: 'NO', final: true } } });
});

test('every rule about money in ARCHITECTURE.md has a case here, and every case a rule there', () => {
  const text = readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  const rules = [...text.matchAll(/^\| (M\d+) \|/gm)].map(match => match[1]!);
  expect(rules.length).toBeGreaterThan(10);
  expect([...new Set(CASES.map(({ rule }) => rule))].sort()).toEqual([...rules].sort());
});
