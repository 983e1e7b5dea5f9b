import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import { VendorError } from '../../kernel/vendor-error.js';
import type { AttemptEnd, AttemptRow, NotedPicture } from '../../store/attempt-rows.js';
import type { TaskFailure, TaskResult } from '../../store/task.js';
import { endsWork, FAILOVER, factsOf, failureOf, toFailure, wasAnswered, withCounts } from './call-failure.js';
import type { Close, Decision, Situation, Terms, Wait, WorkEvent } from './decision.js';
import { isAwaited, keptOf, noted, resultOf } from './results.js';

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
    case 'DOWNLOADED':
      return downloaded(situation, event);
  }
}

/** The first part on which something can be done decides; when all have ended, the task has. */
function nextStep(situation: Situation): Decision {
  for (const [part, last] of lastAttempts(situation).entries()) {
    if (last?.outcome === 'SUCCEEDED' || last?.final || waitsForDownloads(situation, last)) continue;
    return last === undefined ? { do: 'SUBMIT', part } : continueAttempt(situation, last);
  }
  const nextAt = nextDownloadAt(situation);
  return nextAt === undefined ? allPartsEnded(situation) : { do: 'WAIT', wait: { ms: nextAt - situation.now } };
}

/** M2: what the last attempt of a part leads to after a restart, or after it has ended without a result. */
function continueAttempt(situation: Situation, last: AttemptRow): Decision {
  if (last.endedAt !== null)
    return last.billed === 'NO' || !last.canBill ? { do: 'SUBMIT', part: last.part } : outcomeLost(situation, last);
  if (last.answer !== null) {
    const places = [...last.answer.pictures.keys()].filter(place => isDue(situation, last.answer!.pictures[place]!));
    return { do: 'DOWNLOAD', attempt: last, answer: last.answer, places };
  }
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
  if (error === undefined || situation.attempts.length === 0) {
    const downloadMs = (nextDownloadAt(situation) ?? Number.POSITIVE_INFINITY) - situation.now;
    return { do: 'WAIT', wait: after(Math.min(waitMs, downloadMs)) };
  }
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
function unexplained(situation: Situation, attempt: AttemptRow, vendorCode: string): Decision {
  const message = `The vendor says \`${vendorCode}\` of this work, which its guide does not explain.`;
  return review(situation, attempt, { code: 'VENDOR_ERROR', message, vendorCode });
}

function callFailed(situation: Situation, { attempt, error, nothingSent }: EventOf<'CALL_FAILED'>): Decision {
  const { terms, aborted } = situation;
  const facts = factsOf(error, terms.bills);
  const booked = attempt.vendorTaskId !== null;
  const billed = booked ? attempt.billed : facts.billed;
  const known = DarkroomError.is(error) ? error : new DarkroomError('INTERNAL');
  const { code, message } = known;
  const { vendorCode, requestId, evidence } = facts;
  const end: AttemptEnd = { outcome: 'FAILED', billed, code, message, vendorCode, requestId, evidence };
  const close = (over: Partial<AttemptEnd> = {}): Close => ({ number: attempt.number, end: { ...end, ...over } });

  if (aborted !== undefined && nothingSent) {
    const outcome = aborted === 'STOPPING' ? 'LOST' : 'CANCELED';
    return { do: 'WAIT', wait: { ms: 0 }, close: close({ outcome, billed: booked ? attempt.billed : 'NO' }) };
  }
  const failure = toFailure(known, facts, billed);
  if (code === 'PHOTO_GONE' && !mayBeChargedBesides(situation, attempt))
    return { do: 'EXPIRE', failure, close: close({ final: true }) };
  if (facts.outcomeUnknown && terms.bills && !booked)
    return { do: 'EXAMINE_DOUBT', attempt, failure, end: { ...end, outcome: 'LOST', final: true } };
  if (billed === 'NO') {
    const tries = attemptsOf(situation, attempt.part).length;
    // M16: nothing was sent, or nothing is charged.
    if (code === 'STORAGE_UNAVAILABLE' && isYoung(situation))
      return { do: 'WAIT', wait: { backoffMs: 1_000 * 2 ** Math.min(tries, 6) }, close: close() };
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

/** A task that was made so long ago ends: whoever waits for it has to be told. */
function isYoung({ task, now }: Situation): boolean {
  return now - task.createdAt.getTime() < LIMITS.bucket.outageMs;
}

function pollFailed(situation: Situation, { attempt, ageMs, error }: EventOf<'POLL_FAILED'>): Decision {
  if (situation.aborted !== undefined) return { do: 'WAIT', wait: { ms: 0 } };
  if (endsWork(error)) return callFailed(situation, { kind: 'CALL_FAILED', attempt, error });
  // M10: asking costs nothing. Whatever went wrong with it, ask again later.
  const retryAfterMs = VendorError.is(error) ? error.facts.retryAfterMs || undefined : undefined;
  return askLater(situation, attempt, ageMs, retryAfterMs, error);
}

/** M10: past its deadline the task needs review, with the vendor's last word on it. `error`: what came instead of an answer. */
function askLater(
  situation: Situation,
  attempt: AttemptRow,
  ageMs: number,
  pollAfterMs?: number,
  error?: unknown,
): Decision {
  const { expiryMs = Number.POSITIVE_INFINITY, deadlineMs = expiryMs } = situation.terms;
  if (ageMs <= deadlineMs)
    return { do: 'WAIT', wait: pollAfterMs === undefined ? { scheduledAtAge: ageMs } : after(pollAfterMs) };
  const minutes = Math.round(deadlineMs / 60_000);
  const late = `The vendor has not finished within ${minutes} minutes`;
  if (!VendorError.is(error) || error.code === 'VENDOR_UNAVAILABLE')
    return review(situation, attempt, {
      code: 'VENDOR_UNAVAILABLE',
      message: `${late}; it is still asked now and then.`,
    });
  const { code, facts, message } = error;
  const said = `${late}, and said last: ${message} It is still asked now and then.`;
  return review(situation, attempt, { code, message: said, vendorCode: facts.vendorCode });
}

/**
 * M10: the task needs review, and its vendor is asked slowly until it forgets the id: a late result still succeeds. That
 * time is counted from the review on, so that a clock that jumps ahead takes no paid result away. Then a person decides.
 */
function review({ task, terms, now }: Situation, attempt: AttemptRow, failure: TaskFailure): Decision {
  const mayBeCharged = attempt.billed !== 'NO';
  const { expiryMs = Number.POSITIVE_INFINITY, deadlineMs = expiryMs } = terms;
  if (task.state !== 'NEEDS_REVIEW')
    return { do: 'PARK', failure: { ...failure, mayBeCharged }, pollAfterMs: slowPollMs(terms) };
  if (now - task.updatedAt.getTime() <= expiryMs - deadlineMs) return { do: 'WAIT', wait: { ms: slowPollMs(terms) } };
  const message =
    'The vendor has forgotten this work by its own times without giving a result, and is asked no longer.';
  const { vendorCode } = failure;
  return { do: 'PARK', failure: { code: 'VENDOR_RESULT_EXPIRED', message, vendorCode, mayBeCharged } };
}

/** About sixty questions until the vendor forgets the id: once a minute where that is an hour, once an hour where it is a month. */
function slowPollMs({ expiryMs = Number.POSITIVE_INFINITY, deadlineMs = expiryMs }: Terms): number {
  const { minMs, maxMs, questions } = LIMITS.vendor.slowPoll;
  const leftMs = expiryMs - deadlineMs;
  return Number.isFinite(leftMs) ? Math.min(maxMs, Math.max(minMs, leftMs / questions)) : maxMs;
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

function resultsKept(situation: Situation, { attempt, result }: EventOf<'RESULTS_KEPT'>): Decision {
  const close: Close = { number: attempt.number, end: { outcome: 'SUCCEEDED', billed: attempt.billed, result } };
  const soFar = resultWith(situation, { ...attempt, outcome: 'SUCCEEDED', result });
  if (situation.terms.parts === 1) return { do: 'SUCCEED', result: soFar, close };
  const percent = Math.round((90 * (attempt.part + 1)) / situation.terms.parts);
  return { do: 'END_PART', close, stage: 'SUBMITTING', percent, result: soFar };
}

/** M3: each picture of an answer is fetched on a schedule of its own; what came is delivered, whatever becomes of the others. */
function downloaded(situation: Situation, event: EventOf<'DOWNLOADED'>): Decision {
  if (situation.aborted !== undefined) return { do: 'WAIT', wait: { ms: 0 } };
  const { attempt, errors } = event;
  const { notedAt } = event.answer;
  const pictures = event.answer.pictures.map((picture, place) =>
    errors.has(place) ? afterFailure(picture, notedAt, situation.now, errors.get(place)) : picture,
  );
  const answer = { ...event.answer, pictures };
  if (pictures.some(isAwaited))
    return { do: 'NOTE_DOWNLOADS', attempt, answer, result: resultWith(situation, { ...attempt, answer }) };
  if (pictures.some(({ kept }) => kept !== undefined))
    return resultsKept(situation, { kind: 'RESULTS_KEPT', attempt, result: keptOf(answer) });
  const failure = pictures[0]!.failure!;
  return failPart(situation, attempt, failure, { outcome: 'FAILED', billed: attempt.billed, ...failure });
}

/** When a picture is fetched again: after a quarter of the time that it is awaited by now, and more often as its time runs out. */
function afterFailure(picture: NotedPicture, notedAt: number, now: number, error: unknown): NotedPicture {
  const until = downloadUntil(picture, notedAt, error);
  if (now >= until) return { ...picture, failure: givenUp(error) };
  const { minMs, maxMs } = LIMITS.vendor.downloadRetry;
  const waitMs = Math.min((now - notedAt) / 4, (until - now) / 2, maxMs);
  return { ...picture, nextAt: now + Math.max(minMs, waitMs) };
}

function givenUp(error: unknown): TaskFailure {
  const why = DarkroomError.is(error) ? ` ${error.message}` : '';
  return {
    code: 'VENDOR_RESULT_EXPIRED',
    message: `The picture could not be had before the vendor deleted it.${why}`,
  };
}

/** M4: past its time only an answer of the vendor's server ends a download: a machine that slept may have no network yet. */
function downloadUntil({ urlExpiresAt }: NotedPicture, notedAt: number, error: unknown): number {
  const { withoutExpiryMs, offlineMs } = LIMITS.vendor.downloadRetry;
  const told = urlExpiresAt === null ? 0 : Date.parse(urlExpiresAt);
  // A time that was over when the answer came says that one of the two clocks is wrong.
  const until = told > notedAt ? told : notedAt + withoutExpiryMs;
  return wasAnswered(error) ? until : until + offlineMs;
}

/** M9: what was made is the result, and what was not is told beside it. */
function allPartsEnded(situation: Situation): Decision {
  const ended = lastAttempts(situation).filter(attempt => attempt !== undefined);
  const rest = ended.filter(({ outcome }) => outcome !== 'SUCCEEDED');
  const result = resultOf(ended);
  const delivers = rest.length < ended.length;
  const doubtful = rest.find(({ outcome }) => outcome === 'LOST');
  if (doubtful !== undefined) return { do: 'PARK', failure: failureOf(doubtful), ...(delivers ? { result } : {}) };
  return delivers ? { do: 'SUCCEED', result } : { do: 'FAIL', failure: failureOf(rest[0]!) };
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

/** Waits for pictures of its answer, none of which is due. */
function waitsForDownloads(situation: Situation, last: AttemptRow | undefined): boolean {
  if (last === undefined || last.endedAt !== null || last.answer === null) return false;
  return !last.answer.pictures.some(picture => isDue(situation, picture));
}

/** A time that lies too far ahead was written before the clock went back. */
function isDue({ now }: Situation, picture: NotedPicture): boolean {
  const { nextAt = now } = picture;
  return isAwaited(picture) && (nextAt <= now || nextAt > now + LIMITS.vendor.downloadRetry.maxMs);
}

/** When the next picture of any part is fetched again, in ms since the epoch. */
function nextDownloadAt(situation: Situation): number | undefined {
  const times = lastAttempts(situation)
    .filter(attempt => attempt !== undefined && attempt.endedAt === null)
    .flatMap(attempt => attempt!.answer?.pictures ?? [])
    .filter(isAwaited)
    .map(({ nextAt = 0 }) => nextAt);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** The last attempt of each part. */
function lastAttempts(situation: Situation): (AttemptRow | undefined)[] {
  return Array.from({ length: situation.terms.parts }, (_, part) => attemptsOf(situation, part).at(-1));
}

/** What the task has given so far. */
export function resultSoFar(situation: Situation): TaskResult {
  return resultOf(lastAttempts(situation));
}

/** The same, with this attempt as it is now. */
function resultWith(situation: Situation, changed: AttemptRow): TaskResult {
  return resultOf(lastAttempts(situation).map(held => (held?.number === changed.number ? changed : held)));
}

function attemptsOf({ task, attempts }: Situation, part: number): AttemptRow[] {
  return attempts.filter(attempt => attempt.source === task.source && attempt.part === part);
}

/** A clock that went back says nothing of how long it took. */
function ageOf({ now }: Situation, attempt: AttemptRow): number {
  return Math.max(0, now - attempt.startedAt.getTime());
}

/** What a vendor asks for, within reason. */
function after(ms: number): Wait {
  return { ms: Math.min(ms, LIMITS.vendor.maxRetryAfterMs) };
}
