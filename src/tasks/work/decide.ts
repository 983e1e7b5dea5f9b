import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import { VendorError } from '../../kernel/vendor-error.js';
import type { AttemptEnd, AttemptRow, NotedAnswer } from '../../store/attempt-rows.js';
import type { PartResult, TaskFailure, TaskResult } from '../../store/task.js';
import {
  asExpired,
  endsPolling,
  FAILOVER,
  factsOf,
  failureOf,
  isUnusableResult,
  toFailure,
  wasRefused,
  withCounts,
} from './call-failure.js';
import type { Close, Decision, Situation, Wait, WorkEvent } from './decision.js';
import { expiryOf, noted } from './results.js';

type EventOf<Kind extends WorkEvent['kind']> = Extract<WorkEvent, { kind: Kind }>;

/**
 * What is done about a task, given all that is known of it and what has just happened. Every rule about money stands
 * here, and nothing here calls anybody: `worker.ts` carries the decisions out. The rules are numbered in ARCHITECTURE.md.
 */
export function decide(situation: Situation, event: WorkEvent): Decision {
  switch (event.kind) {
    case 'READY':
      return nextStep(situation);
    case 'SOURCE_UNAVAILABLE':
      return sourceUnavailable(situation, event);
    case 'NOT_SENT': {
      const { code, message } = event.failure;
      return failPart(situation, event.attempt, event.failure, { outcome: 'FAILED', billed: 'NO', code, message });
    }
    case 'ANSWERED':
      return answered(situation, event);
    case 'CALL_FAILED':
      return callFailed(situation, event);
    case 'STILL_PENDING':
      return askLater(situation, event.attempt, event.ageMs, event.pollAfterMs);
    case 'POLL_FAILED':
      return pollFailed(situation, event);
    case 'DOUBT_EXAMINED':
      return doubtExamined(situation, event);
    case 'RESULTS_KEPT':
      return resultsKept(situation, event);
    case 'DOWNLOAD_FAILED':
      return downloadFailed(situation, event);
  }
}

/** The first part that has not ended decides; when all have, the task has. */
function nextStep(situation: Situation): Decision {
  for (let part = 0; part < situation.terms.parts; part += 1) {
    const last = attemptsOf(situation, part).at(-1);
    if (last?.outcome === 'SUCCEEDED' || last?.final) continue;
    return last === undefined ? { do: 'SUBMIT', part } : continueAttempt(situation, last);
  }
  return allPartsEnded(situation);
}

/** M2: what the last attempt of a part leads to after a restart, or after it has ended without a result. */
function continueAttempt(situation: Situation, last: AttemptRow): Decision {
  if (last.endedAt !== null)
    return last.billed === 'NO' || !last.canBill ? { do: 'SUBMIT', part: last.part } : outcomeLost(situation, last);
  if (last.answer !== null) return { do: 'DOWNLOAD', attempt: last, answer: last.answer };
  if (last.vendorTaskId !== null)
    return { do: 'POLL', attempt: last, vendorTaskId: last.vendorTaskId, ageMs: ageOf(situation, last) };
  return outcomeLost(situation, last);
}

/** M1, M6: the process died between an intent and its outcome. What may have been charged waits for a person; the rest runs again. */
function outcomeLost(situation: Situation, last: AttemptRow): Decision {
  if (last.canBill) {
    const message = `The process ended after call ${last.number} was begun and before its answer was kept.`;
    const end: AttemptEnd = { outcome: 'LOST', billed: 'UNKNOWN', final: true };
    return { do: 'EXAMINE_DOUBT', attempt: last, failure: { code: 'OUTCOME_UNKNOWN', message }, end };
  }
  const end: AttemptEnd = { outcome: 'LOST', billed: 'NO' };
  const tries = attemptsOf(situation, last.part).length;
  if (tries < LIMITS.task.localAttempts)
    return { do: 'END_PART', close: { number: last.number, end }, stage: 'SUBMITTING' };
  const code = situation.terms.inProcess ? 'ENGINE_CRASHED' : 'VENDOR_UNAVAILABLE';
  const message = `The work was begun ${tries} times, and the process died each time.`;
  const close = { number: last.number, end: { ...end, final: true, code, message } } as const;
  return { do: 'FAIL', failure: { code, message }, close };
}

/** M13: nothing is sent and nothing is counted; the next source takes over, or the task waits. */
function sourceUnavailable(situation: Situation, event: EventOf<'SOURCE_UNAVAILABLE'>): Decision {
  const { part, waitMs, error } = event;
  const next = nextSource(situation);
  if (next !== undefined) return { do: 'HAND_OVER', to: next, code: error?.code ?? 'VENDOR_UNAVAILABLE' };
  if (error === undefined || situation.attempts.length === 0) return { do: 'WAIT', wait: after(waitMs) };
  // The login is refused or the package used up: the parts that are left fail now, and what was paid for is delivered.
  return { do: 'REFUSE', part, failure: { code: error.code, message: error.message } };
}

function answered(situation: Situation, { attempt, answer }: EventOf<'ANSWERED'>): Decision {
  // M11: asking cannot lower what the submission was booked as.
  const billed = attempt.vendorTaskId === null || attempt.billed === 'NO' ? answer.billed : attempt.billed;
  if (answer.state === 'PENDING') {
    const { vendorTaskId, percent, pollAfterMs } = answer;
    const wait = pollAfterMs === undefined ? { scheduledAtAge: 0 } : after(pollAfterMs);
    return {
      do: 'NOTE_PENDING',
      attempt,
      vendorTaskId,
      billed,
      ...(percent === undefined ? {} : { percent }),
      wait,
    };
  }
  if (answer.state === 'UNEXPLAINED') return unexplained(situation, attempt, answer.vendorCode);
  const { vendorMessage: _forTheLog, ...facts } = answer.facts ?? {};
  const pictures = noted(answer.pictures);
  if (pictures === undefined) return { do: 'KEEP', attempt: { ...attempt, billed }, pictures: answer.pictures, facts };
  return {
    do: 'NOTE_ANSWER',
    attempt,
    vendorTaskId: answer.vendorTaskId ?? null,
    billed,
    answer: { pictures, facts, notedAt: situation.now },
  };
}

/** M15: what no guide explains is for a person; the vendor is asked slowly all the same, since it may still deliver. */
function unexplained({ task }: Situation, attempt: AttemptRow, vendorCode: string): Decision {
  const slowly = LIMITS.vendor.slowPollMs;
  if (task.state === 'NEEDS_REVIEW') return { do: 'WAIT', wait: { ms: slowly } };
  const message = `The vendor says \`${vendorCode}\` of this work, which its guide does not explain.`;
  const failure = { code: 'VENDOR_ERROR', message, vendorCode, mayBeCharged: attempt.billed !== 'NO' } as const;
  return { do: 'PARK', failure, pollAfterMs: slowly };
}

function callFailed(situation: Situation, { attempt, error, nothingSent }: EventOf<'CALL_FAILED'>): Decision {
  const { terms, aborted } = situation;
  const facts = factsOf(error, terms.bills);
  const booked = attempt.vendorTaskId !== null;
  const billed = booked ? attempt.billed : facts.billed;
  const known = DarkroomError.is(error) ? error : new DarkroomError('INTERNAL');
  const { code, message } = known;
  const { vendorCode, requestId } = facts;
  const end: AttemptEnd = { outcome: 'FAILED', billed, code, message, vendorCode, requestId };
  const close = (over: Partial<AttemptEnd> = {}): Close => ({ number: attempt.number, end: { ...end, ...over } });

  if (aborted !== undefined && nothingSent) {
    const outcome = aborted === 'STOPPING' ? 'LOST' : 'CANCELED';
    return { do: 'WAIT', wait: { ms: 0 }, close: close({ outcome, billed: booked ? attempt.billed : 'NO' }) };
  }
  const failure = toFailure(known, facts, billed);
  if (code === 'PHOTO_GONE') return { do: 'EXPIRE', failure, close: close({ final: true }) };
  if (facts.outcomeUnknown && terms.bills && !booked)
    return { do: 'EXAMINE_DOUBT', attempt, failure, end: { ...end, outcome: 'LOST', final: true } };
  if (billed === 'NO') {
    const tries = attemptsOf(situation, attempt.part).length;
    if (facts.safeToRetry && tries < LIMITS.vendor.tries) {
      const { retryAfterMs } = facts;
      const wait = retryAfterMs === undefined ? { backoffMs: 1_000 * 2 ** tries } : after(retryAfterMs);
      return { do: 'WAIT', wait, close: close() };
    }
    const next = nextSource(situation, attempt);
    if (next !== undefined && FAILOVER.has(code))
      return { do: 'HAND_OVER', to: next, code, close: close({ final: true }) };
  }
  return failPart(situation, attempt, failure, end);
}

function pollFailed(situation: Situation, { attempt, ageMs, error }: EventOf<'POLL_FAILED'>): Decision {
  if (situation.aborted !== undefined) return { do: 'WAIT', wait: { ms: 0 } };
  if (!endsPolling(error)) {
    // M10: asking costs nothing. Whatever went wrong with it, ask again later.
    return askLater(situation, attempt, ageMs, (VendorError.is(error) && error.facts.retryAfterMs) || undefined);
  }
  const told = asExpired(error, ageMs, situation.terms.expiryMs);
  return callFailed(situation, { kind: 'CALL_FAILED', attempt, error: told });
}

/**
 * M10: past its deadline the task needs review, and is asked for slowly until the vendor forgets it: a late result still
 * succeeds. That time is counted from the review on, so that a clock that jumps ahead takes no paid result away.
 */
function askLater(situation: Situation, attempt: AttemptRow, ageMs: number, pollAfterMs?: number): Decision {
  const { task, terms, now } = situation;
  const { expiryMs = Number.POSITIVE_INFINITY, deadlineMs = expiryMs } = terms;
  if (ageMs <= deadlineMs)
    return { do: 'WAIT', wait: pollAfterMs === undefined ? { scheduledAtAge: ageMs } : after(pollAfterMs) };
  const slowly = LIMITS.vendor.slowPollMs;
  if (task.state !== 'NEEDS_REVIEW') {
    const minutes = Math.round(deadlineMs / 60_000);
    const message = `The vendor has not finished within ${minutes} minutes; it is still asked now and then.`;
    const failure = { code: 'VENDOR_UNAVAILABLE', message, mayBeCharged: attempt.billed !== 'NO' } as const;
    return { do: 'PARK', failure, pollAfterMs: slowly };
  }
  if (now - task.updatedAt.getTime() <= expiryMs - deadlineMs) return { do: 'WAIT', wait: { ms: slowly } };
  const failure = {
    code: 'VENDOR_RESULT_EXPIRED',
    message: 'The vendor did not finish before its own id expired.',
  } as const;
  return failPart(situation, attempt, failure, { outcome: 'FAILED', billed: attempt.billed, ...failure });
}

/** M1, M9, M12: one of several parts is left as it is, and the others go on; a person decides at the end. */
function doubtExamined(situation: Situation, event: EventOf<'DOUBT_EXAMINED'>): Decision {
  const { attempt, failure, unitsLeftAfter } = event;
  // A worker that was taken for dead has noted the answer meanwhile: the outcome is known after all.
  if (attempt.endedAt === null && (attempt.vendorTaskId !== null || attempt.answer !== null))
    return continueAttempt(situation, attempt);
  const message = withCounts(failure.message, attempt.unitsLeftBefore, unitsLeftAfter);
  const end = { ...event.end, unitsLeftAfter, code: failure.code, message };
  const close = { number: attempt.number, end };
  if (situation.terms.parts > 1) return { do: 'END_PART', close, stage: 'SUBMITTING' };
  return { do: 'PARK', failure: { ...failure, message, mayBeCharged: true }, close };
}

function resultsKept({ terms }: Situation, { attempt, result }: EventOf<'RESULTS_KEPT'>): Decision {
  const close: Close = { number: attempt.number, end: { outcome: 'SUCCEEDED', billed: attempt.billed, result } };
  if (terms.parts === 1) return { do: 'SUCCEED', result: { ...result, missing: [] }, close };
  const percent = Math.round((90 * (attempt.part + 1)) / terms.parts);
  return { do: 'END_PART', close, stage: 'SUBMITTING', percent };
}

function downloadFailed(situation: Situation, { attempt, answer, error }: EventOf<'DOWNLOAD_FAILED'>): Decision {
  if (situation.aborted !== undefined) return { do: 'WAIT', wait: { ms: 0 } };
  const unusable = isUnusableResult(error);
  if (!unusable && situation.now < downloadUntil(answer, error))
    return { do: 'WAIT', wait: { backoffMs: situation.now - answer.notedAt } };
  const failure: TaskFailure = unusable
    ? { code: 'VENDOR_ERROR', message: 'The result of the vendor cannot be used.' }
    : {
        code: 'VENDOR_RESULT_EXPIRED',
        message: 'The result could not be fetched before the vendor deleted it.',
      };
  return failPart(situation, attempt, failure, { outcome: 'FAILED', billed: attempt.billed, ...failure });
}

/** M4: past its time only an answer of the vendor's server ends a download: a machine that slept may have no network yet. */
function downloadUntil({ pictures, notedAt }: NotedAnswer, error: unknown): number {
  const until = expiryOf(pictures)?.getTime() ?? notedAt + LIMITS.vendor.downloadRetryMs;
  return wasRefused(error) ? until : until + LIMITS.vendor.downloadRetryOfflineMs;
}

/** M9: what was made is the result, and what was not is told beside it. */
function allPartsEnded(situation: Situation): Decision {
  const ended = Array.from({ length: situation.terms.parts }, (_, part) => attemptsOf(situation, part).at(-1)!);
  const rest = ended.filter(({ outcome }) => outcome !== 'SUCCEEDED');
  const results = ended.flatMap(({ outcome, result }) => (outcome === 'SUCCEEDED' && result !== null ? [result] : []));
  const result: TaskResult = {
    ...joined(results),
    missing: rest.map(attempt => ({ part: attempt.part, failure: failureOf(attempt) })),
  };
  const doubtful = rest.find(({ outcome }) => outcome === 'LOST');
  if (doubtful !== undefined)
    return { do: 'PARK', failure: failureOf(doubtful), ...(results.length === 0 ? {} : { result }) };
  return results.length === 0 ? { do: 'FAIL', failure: failureOf(rest[0]!) } : { do: 'SUCCEED', result };
}

function joined(results: readonly PartResult[]): PartResult {
  const warnings = [...new Set(results.flatMap(({ facts }) => facts.warnings ?? []))];
  return {
    pictures: results.flatMap(({ pictures }) => pictures),
    facts: {
      ...Object.assign({}, ...results.map(({ facts }) => facts)),
      ...(warnings.length === 0 ? {} : { warnings }),
    },
  };
}

/** A part has failed for good. It fails the task where it is the only one. */
function failPart(situation: Situation, attempt: AttemptRow, failure: TaskFailure, end: AttemptEnd): Decision {
  const close: Close = { number: attempt.number, end: { ...end, final: true } };
  if (situation.terms.parts > 1) return { do: 'END_PART', close, stage: 'SUBMITTING' };
  const mayBeCharged = end.billed !== 'NO' || mayBeChargedBesides(situation, attempt);
  return { do: 'FAIL', failure: { ...failure, mayBeCharged }, close };
}

/** M7: who may take over. Nobody once anything may have been charged. */
function nextSource(situation: Situation, besides?: AttemptRow) {
  const { route, source } = situation.task;
  return mayBeChargedBesides(situation, besides) ? undefined : route[route.indexOf(source) + 1];
}

function mayBeChargedBesides({ attempts }: Situation, besides: AttemptRow | undefined): boolean {
  return attempts.some(({ number, billed }) => number !== besides?.number && billed !== 'NO');
}

function attemptsOf({ task, attempts }: Situation, part: number): AttemptRow[] {
  return attempts.filter(attempt => attempt.source === task.source && attempt.part === part);
}

/** A clock that went back says nothing of how long it took. */
function ageOf({ now }: Situation, attempt: AttemptRow): number {
  return Math.max(0, now - attempt.startedAt.getTime());
}

/** What a vendor asks for, within reason: a task that is due later than that was written before the clock went back. */
function after(ms: number): Wait {
  return { ms: Math.min(ms, LIMITS.task.maxDelayMs) };
}
