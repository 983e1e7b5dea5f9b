import type { Answer, Billed, Facts, MadePicture, SourceKey, TaskStage } from '../../../datasources/contract.js';
import type { VendorError } from '../../kernel/vendor-error.js';
import type { AttemptEnd, AttemptRow, NotedAnswer } from '../../store/attempt-rows.js';
import type { PartResult, Task, TaskFailure, TaskResult } from '../../store/task.js';

/** All that a decision about a claimed task depends on. */
export interface Situation {
  readonly task: Pick<Task, 'state' | 'source' | 'route' | 'createdAt' | 'updatedAt'>;
  /** Every call made for the task so far, in order. */
  readonly attempts: readonly AttemptRow[];
  readonly terms: Terms;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Why this worker has to let go: the server stops, or the task was ended or claimed by another worker. */
  readonly aborted?: 'STOPPING' | 'CANCELED' | undefined;
}

/** What its present source says of such a job; see `Capability`. */
export interface Terms {
  /** A call can cost money. */
  readonly bills: boolean;
  /** How many calls the job takes. */
  readonly parts: number;
  readonly deadlineMs?: number | undefined;
  readonly expiryMs?: number | undefined;
  /** The work is done in this process, which a photo can crash. */
  readonly inProcess: boolean;
}

/** What has just happened to the task. */
export type WorkEvent =
  /** It was claimed, or one of its parts has ended. */
  | { kind: 'READY' }
  /** Nothing can be sent to its source now; `error` says why where only an operator can change that. */
  | { kind: 'SOURCE_UNAVAILABLE'; part: number; waitMs: number; error?: VendorError | undefined }
  /** An attempt was opened only to say that its call was not made. */
  | { kind: 'NOT_SENT'; attempt: AttemptRow; failure: TaskFailure }
  /** The vendor answered a call, or a question about one. */
  | { kind: 'ANSWERED'; attempt: AttemptRow; answer: Answer }
  /** A call failed; `nothingSent` is certain. */
  | { kind: 'CALL_FAILED'; attempt: AttemptRow; error: unknown; nothingSent?: boolean }
  /** The vendor still works on it, and was asked. */
  | { kind: 'STILL_PENDING'; attempt: AttemptRow; ageMs: number; pollAfterMs?: number | undefined }
  | { kind: 'POLL_FAILED'; attempt: AttemptRow; ageMs: number; error: unknown }
  /** Nobody knows what came of a call; the vendor and the store were asked for what they know of it by now. */
  | {
      kind: 'DOUBT_EXAMINED';
      attempt: AttemptRow;
      failure: TaskFailure;
      end: AttemptEnd;
      unitsLeftAfter?: number | undefined;
    }
  /** The pictures that came with an answer are on disk. */
  | { kind: 'RESULTS_KEPT'; attempt: AttemptRow; result: PartResult }
  /** Pictures of an answer were fetched: `answer` knows which are kept, `errors` why the others are not, by their place. */
  | { kind: 'DOWNLOADED'; attempt: AttemptRow; answer: NotedAnswer; errors: ReadonlyMap<number, unknown> };

/** The outcome of one attempt, to be written with the move that it leads to. */
export interface Close {
  number: number;
  end: AttemptEnd;
}

/** When the task is due again. */
export type Wait =
  /** After so many milliseconds, at most LIMITS.task.maxDelayMs. */
  | { ms: number }
  /** After about so many milliseconds: bounded, and spread at random, so that not all come back at once. */
  | { backoffMs: number }
  /** When the schedule expects an answer to a call that was sent `ageMs` ago. */
  | { scheduledAtAge: number };

/** What is to be done next. Those with an `attempt` or a `part` lead to an event; the others let go of the task. */
export type Decision =
  | { do: 'SUBMIT'; part: number }
  /** Open an attempt and say that its call was not made. */
  | { do: 'REFUSE'; part: number; failure: TaskFailure }
  | { do: 'POLL'; attempt: AttemptRow; vendorTaskId: string; ageMs: number }
  /** The vendor works on it under this id: write that down, and ask later. */
  | { do: 'NOTE_PENDING'; attempt: AttemptRow; vendorTaskId: string; billed: Billed; percent?: number; wait: Wait }
  /** Write the answer down before anything of it is downloaded. */
  | { do: 'NOTE_ANSWER'; attempt: AttemptRow; vendorTaskId: string | null; billed: Billed; answer: NotedAnswer }
  /** Fetch these pictures, by their place in the answer. */
  | { do: 'DOWNLOAD'; attempt: AttemptRow; answer: NotedAnswer; places: number[] }
  /** Write down how far the pictures of an answer are, and go on with the rest of the task. */
  | { do: 'NOTE_DOWNLOADS'; attempt: AttemptRow; answer: NotedAnswer; result: TaskResult }
  /** Keep what came with the answer itself. */
  | { do: 'KEEP'; attempt: AttemptRow; pictures: MadePicture[]; facts: Facts }
  /** Ask the vendor for its count, and the store for an answer that came late. */
  | { do: 'EXAMINE_DOUBT'; attempt: AttemptRow; failure: TaskFailure; end: AttemptEnd }
  /** One part has ended: write it down and go on with the next. `result` is what the task has given so far. */
  | { do: 'END_PART'; close: Close; stage: TaskStage; percent?: number; result?: TaskResult }
  | { do: 'WAIT'; wait: Wait; close?: Close }
  /** The next source of the route takes over. */
  | { do: 'HAND_OVER'; to: SourceKey; code: string; close?: Close }
  /** NEEDS_REVIEW. With `pollAfterMs` the vendor is still asked now and then, and a late result succeeds. */
  | { do: 'PARK'; failure: TaskFailure; close?: Close; result?: TaskResult; pollAfterMs?: number }
  | { do: 'SUCCEED'; result: TaskResult; close?: Close }
  | { do: 'FAIL'; failure: TaskFailure; close?: Close }
  | { do: 'EXPIRE'; failure: TaskFailure; close: Close };
