import { DarkroomError } from '../../src/kernel/errors.js';
import { LIMITS } from '../../src/kernel/limits.js';
import { UnreachableError } from '../../src/net/download.js';
import type { NotedAnswer, NotedPicture } from '../../src/store/attempt-rows.js';
import type { WorkEvent } from '../../src/tasks/work/decision.js';
import {
  answered,
  attempt,
  busy,
  byUrl,
  type Case,
  done,
  doubt,
  failedPart,
  HOUR,
  inReview,
  lostPart,
  MINUTE,
  made,
  NOW,
  noted,
  of,
  open,
  pending,
  READY,
  vendorError,
} from './builders.js';

const { withoutExpiryMs, offlineMs } = LIMITS.vendor.downloadRetry;

const NOTHING = { pictures: [], missing: [] };

const fetched = (answer: NotedAnswer, ...errors: [number, unknown][]): WorkEvent => ({
  kind: 'DOWNLOADED',
  attempt: answered,
  answer,
  errors: new Map(errors),
});
const awaited = (nextAt?: number): NotedPicture => ({
  ...noted().pictures[0]!,
  ...(nextAt === undefined ? {} : { nextAt }),
});
const keptAs = (assetId: string): NotedPicture => ({ ...awaited(), kept: { role: 'CLEAN', assetId } });
/** An answer whose pictures are deleted so many ms from now. */
const until = (ms: number, over: Partial<NotedAnswer> = {}): NotedAnswer => {
  const answer = noted(over);
  const urlExpiresAt = new Date(NOW + ms).toISOString();
  return { ...answer, pictures: answer.pictures.map(picture => ({ ...picture, urlExpiresAt })) };
};
const waiting = attempt({ billed: 'YES', answer: noted({ pictures: [awaited(NOW + MINUTE)] }) });
const unknownId = vendorError('VENDOR_NOT_FOUND', { vendorCode: '201', billed: 'UNKNOWN' });

/** Cases of the rules about what was paid for: downloads, parts, and vendors that are late. */
export const RESULTS: Case[] = [
  {
    rule: 'M3',
    name: 'a picture that did not come is fetched again, later and later',
    given: of([answered]),
    event: fetched(noted(), [0, new UnreachableError('reset')]),
    decision: {
      do: 'NOTE_DOWNLOADS',
      answer: { pictures: [{ nextAt: NOW + MINUTE / 4 }] },
      result: NOTHING,
    },
  },
  ...(
    [
      ['that is corrupt', new DarkroomError('CORRUPT_IMAGE')],
      ['that is a page of HTML', new DarkroomError('NOT_AN_IMAGE')],
      ['that is not found once', new UnreachableError('the server answered 404', 404)],
      ['that may not be fetched from where it is', new DarkroomError('URL_NOT_ALLOWED')],
    ] as const
  ).map(
    ([what, error]): Case => ({
      rule: 'M3',
      name: `a picture ${what} is fetched again like one that did not come`,
      given: of([answered]),
      event: fetched(noted(), [0, error]),
      decision: { do: 'NOTE_DOWNLOADS', answer: { pictures: [{ nextAt: NOW + MINUTE / 4 }] }, result: NOTHING },
    }),
  ),
  {
    rule: 'M3',
    name: 'as its time runs out it is fetched more often, so that the last try is not missed',
    given: of([answered]),
    event: fetched(until(10_000, { notedAt: NOW - HOUR }), [0, new DarkroomError('CORRUPT_IMAGE')]),
    decision: { do: 'NOTE_DOWNLOADS', answer: { pictures: [{ nextAt: NOW + 5_000 }] }, result: NOTHING },
  },
  {
    rule: 'M3',
    name: 'a picture that lives for months is fetched again once an hour at least',
    given: of([answered]),
    event: fetched(until(2_000 * HOUR, { notedAt: NOW - 100 * HOUR }), [0, new DarkroomError('CORRUPT_IMAGE')]),
    decision: { do: 'NOTE_DOWNLOADS', answer: { pictures: [{ nextAt: NOW + HOUR }] }, result: NOTHING },
  },
  {
    rule: 'M3',
    name: 'one picture that did not come does not hold the others back: they can be seen',
    given: of([answered]),
    event: fetched(noted({ pictures: [keptAs('asset_1'), awaited()] }), [1, new DarkroomError('CORRUPT_IMAGE')]),
    decision: {
      do: 'NOTE_DOWNLOADS',
      answer: { pictures: [{ kept: { assetId: 'asset_1' } }, { nextAt: NOW + MINUTE / 4 }] },
      result: { pictures: [{ assetId: 'asset_1' }], missing: [] },
    },
  },
  {
    rule: 'M3',
    name: 'one that is given up is told beside those that came',
    given: of([answered]),
    event: fetched(until(0, { pictures: [keptAs('asset_1'), awaited()] }), [1, new DarkroomError('CORRUPT_IMAGE')]),
    decision: {
      do: 'SUCCEED',
      result: {
        pictures: [{ assetId: 'asset_1' }],
        facts: { warnings: ['PICTURE_MISSING'] },
        missing: [{ part: 0, role: 'CLEAN', failure: { code: 'VENDOR_RESULT_EXPIRED' } }],
      },
      close: { end: { outcome: 'SUCCEEDED', billed: 'YES' } },
    },
  },
  {
    rule: 'M3',
    name: 'a picture that is not due waits, and the next part is begun meanwhile',
    given: of([waiting], { parts: 2 }),
    event: READY,
    decision: { do: 'SUBMIT', part: 1 },
  },
  {
    rule: 'M3',
    name: 'where nothing else can be done the task waits for the picture that is due first',
    given: of([waiting, done(1, 'asset_2')], { parts: 2 }),
    event: READY,
    decision: { do: 'WAIT', wait: { ms: MINUTE } },
  },
  {
    rule: 'M3',
    name: 'only what is due is fetched',
    given: of([attempt({ billed: 'YES', answer: noted({ pictures: [keptAs('asset_1'), awaited(NOW)] }) })]),
    event: READY,
    decision: { do: 'DOWNLOAD', places: [1] },
  },
  {
    rule: 'M3',
    name: 'a time that a clock which went back has left far ahead is not waited for',
    given: of([attempt({ billed: 'YES', answer: noted({ pictures: [awaited(NOW + 2 * HOUR)] }) })]),
    event: READY,
    decision: { do: 'DOWNLOAD', places: [0] },
  },
  {
    rule: 'M4',
    name: 'an expiry that was over when the answer came is that of another clock: it is tried for an hour',
    given: of([answered]),
    event: fetched(until(-2 * MINUTE), [0, new UnreachableError('not yet', 404)]),
    decision: { do: 'NOTE_DOWNLOADS', answer: { pictures: [{ nextAt: NOW + MINUTE / 4 }] }, result: NOTHING },
  },
  {
    rule: 'M4',
    name: "past the vendor's expiry its own word ends the download",
    given: of([answered]),
    event: fetched(noted({ notedAt: NOW - withoutExpiryMs - 1 }), [0, new UnreachableError('gone', 404)]),
    decision: { do: 'FAIL', failure: { code: 'VENDOR_RESULT_EXPIRED' }, close: { end: { billed: 'YES' } } },
  },
  {
    rule: 'M4',
    name: "past the vendor's expiry a picture that cannot be used ends it, booked as it was",
    given: of([answered]),
    event: fetched(noted({ notedAt: NOW - withoutExpiryMs - 1 }), [0, new DarkroomError('CORRUPT_IMAGE')]),
    decision: {
      do: 'FAIL',
      failure: { code: 'VENDOR_RESULT_EXPIRED', mayBeCharged: true },
      close: { end: { billed: 'YES' } },
    },
  },
  {
    rule: 'M4',
    name: "past the vendor's expiry a network that is down is waited for",
    given: of([answered]),
    event: fetched(noted({ notedAt: NOW - withoutExpiryMs - 1 }), [0, new UnreachableError('no route')]),
    decision: { do: 'NOTE_DOWNLOADS', result: NOTHING },
  },
  {
    rule: 'M4',
    name: 'after another day the download is given up',
    given: of([answered]),
    event: fetched(noted({ notedAt: NOW - withoutExpiryMs - offlineMs - 1 }), [0, new UnreachableError('no route')]),
    decision: { do: 'FAIL', failure: { code: 'VENDOR_RESULT_EXPIRED' }, close: { end: { billed: 'YES' } } },
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
    decision: {
      do: 'END_PART',
      percent: 45,
      close: { end: { outcome: 'SUCCEEDED', billed: 'YES' } },
      result: { pictures: [{ assetId: 'asset_1' }], missing: [] },
    },
  },
  {
    rule: 'M10',
    name: 'past its deadline the task needs review, and is still asked',
    given: of([pending], { deadlineMs: 5 * MINUTE, expiryMs: HOUR }),
    event: { kind: 'STILL_PENDING', attempt: pending, ageMs: 5 * MINUTE + 1 },
    decision: { do: 'PARK', pollAfterMs: MINUTE, failure: { mayBeCharged: true } },
  },
  {
    rule: 'M10',
    name: 'a late result still succeeds',
    given: of([pending], {}, inReview),
    event: { kind: 'RESULTS_KEPT', attempt: pending, result: made('asset_1') },
    decision: {
      do: 'SUCCEED',
      result: { pictures: [{ assetId: 'asset_1' }], missing: [] },
      close: { end: { outcome: 'SUCCEEDED', billed: 'YES' } },
    },
  },
  {
    rule: 'M10',
    name: 'the time until the id expires is counted from the review on: a clock that jumped takes nothing away',
    given: of([pending], { deadlineMs: 5 * MINUTE, expiryMs: 2 * HOUR }, inReview),
    event: { kind: 'STILL_PENDING', attempt: pending, ageMs: 24 * 365 * HOUR },
    decision: { do: 'WAIT', wait: { ms: (115 * MINUTE) / 60 } },
  },
  {
    rule: 'M10',
    name: 'when the id has expired a person decides, and the vendor is asked no longer',
    given: of([pending], { deadlineMs: 5 * MINUTE, expiryMs: 30 * MINUTE }, inReview),
    event: { kind: 'STILL_PENDING', attempt: pending, ageMs: 2 * HOUR },
    decision: { do: 'PARK', failure: { code: 'VENDOR_RESULT_EXPIRED', mayBeCharged: true } },
  },
  {
    rule: 'M10',
    name: 'the person who decides then sees what the vendor said last',
    given: of([pending], { deadlineMs: 5 * MINUTE, expiryMs: 30 * MINUTE }, inReview),
    event: { kind: 'POLL_FAILED', attempt: pending, ageMs: 2 * HOUR, error: unknownId },
    decision: { do: 'PARK', failure: { code: 'VENDOR_RESULT_EXPIRED', vendorCode: '201' } },
  },
  {
    rule: 'M10',
    name: 'a vendor that keeps an id for a month is asked once an hour',
    given: of([pending], { deadlineMs: 10 * MINUTE, expiryMs: 720 * HOUR }),
    event: { kind: 'STILL_PENDING', attempt: pending, ageMs: 11 * MINUTE },
    decision: { do: 'PARK', pollAfterMs: HOUR, failure: { code: 'VENDOR_UNAVAILABLE' } },
  },
  {
    rule: 'M10',
    name: 'one negative answer about an id that the vendor gave does not end paid work: it is asked again on schedule',
    given: of([pending], { deadlineMs: 5 * MINUTE }),
    event: { kind: 'POLL_FAILED', attempt: pending, ageMs: MINUTE, error: unknownId },
    decision: { do: 'WAIT', wait: { scheduledAtAge: MINUTE } },
  },
  {
    rule: 'M10',
    name: 'so it is with a question that the vendor calls wrong',
    given: of([pending], { deadlineMs: 5 * MINUTE }),
    event: { kind: 'POLL_FAILED', attempt: pending, ageMs: MINUTE, error: vendorError('INVALID_INPUT') },
    decision: { do: 'WAIT', wait: { scheduledAtAge: MINUTE } },
  },
  {
    rule: 'M10',
    name: 'past the deadline it is for a person with what the vendor said, and is asked on slowly',
    given: of([pending], { deadlineMs: 5 * MINUTE, expiryMs: HOUR }),
    event: { kind: 'POLL_FAILED', attempt: pending, ageMs: 6 * MINUTE, error: unknownId },
    decision: {
      do: 'PARK',
      pollAfterMs: MINUTE,
      failure: { code: 'VENDOR_NOT_FOUND', vendorCode: '201', mayBeCharged: true },
    },
  },
  {
    rule: 'M10',
    name: 'a late picture that is not there yet is awaited, and can be seen when it is',
    given: of([answered], {}, inReview),
    event: READY,
    decision: { do: 'DOWNLOAD', places: [0] },
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
    rule: 'M15',
    name: 'a status that no guide explains is for a person, and the vendor is still asked',
    given: of([pending]),
    event: {
      kind: 'ANSWERED',
      attempt: pending,
      answer: { state: 'UNEXPLAINED', vendorTaskId: '7', billed: 'YES', vendorCode: 'status 2' },
    },
    decision: {
      do: 'PARK',
      pollAfterMs: HOUR,
      failure: { code: 'VENDOR_ERROR', vendorCode: 'status 2', mayBeCharged: true },
    },
  },
];
