import type { MadePicture } from '../../datasources/contract.js';
import { type ErrorCode } from '../../src/kernel/errors.js';
import { VendorError, type VendorFacts } from '../../src/kernel/vendor-error.js';
import { type AttemptRow, type NotedAnswer, openedRow } from '../../src/store/attempt-rows.js';
import type { PartResult } from '../../src/store/task.js';
import type { Decision, Situation, WorkEvent } from '../../src/tasks/work/decision.js';

export const NOW = Date.parse('2026-11-26T08:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** An attempt of a billed call whose intent was committed a second ago, and whatever came of it since. */
export function attempt(over: Partial<AttemptRow> = {}): AttemptRow {
  const intent = {
    taskId: 'task_1',
    number: 1,
    tenantId: 'default',
    source: 'FANGTANG' as const,
    part: 0,
    canBill: true,
    units: 1,
    cost: null,
    unitsLeftBefore: null,
  };
  return { ...openedRow({ ...intent, ...over }), startedAt: new Date(NOW - 1_000), ...over };
}

export const ended = { endedAt: new Date(NOW - 500) };
export const free = { source: 'LOCAL' as const, canBill: false, billed: 'NO' as const };

export function situation(over: Partial<Situation['terms']> = {}, more: Partial<Situation> = {}): Situation {
  return {
    task: {
      state: 'RUNNING',
      source: 'FANGTANG',
      route: ['FANGTANG', 'LOCAL'],
      createdAt: new Date(NOW),
      updatedAt: new Date(NOW),
    },
    attempts: [],
    terms: { bills: true, parts: 1, inProcess: false, ...over },
    now: NOW,
    ...more,
  };
}
export const of = (attempts: AttemptRow[], terms: Partial<Situation['terms']> = {}, more: Partial<Situation> = {}) =>
  situation(terms, { attempts, ...more });
export const local: Partial<Situation> = {
  task: { state: 'RUNNING', source: 'LOCAL', route: ['LOCAL'], createdAt: new Date(NOW), updatedAt: new Date(NOW) },
};
export const inReview: Partial<Situation> = {
  task: {
    state: 'NEEDS_REVIEW',
    source: 'FANGTANG',
    route: ['FANGTANG', 'LOCAL'],
    createdAt: new Date(NOW - HOUR),
    updatedAt: new Date(NOW - HOUR),
  },
};

export const vendorError = (code: ErrorCode, facts: Partial<VendorFacts> = {}) =>
  new VendorError(code, { billed: 'NO', safeToRetry: false, ...facts });
export const lostAnswer = vendorError('OUTCOME_UNKNOWN', { billed: 'UNKNOWN', outcomeUnknown: true });
export const busy = vendorError('VENDOR_UNAVAILABLE', { safeToRetry: true });

export const noted = (over: Partial<NotedAnswer> = {}): NotedAnswer => ({
  pictures: [{ role: 'CLEAN', index: 0, url: 'https://vendor.example/1', urlExpiresAt: null, releaseUntil: null }],
  facts: {},
  notedAt: NOW - MINUTE,
  ...over,
});
export const byUrl: MadePicture = { role: 'CLEAN', from: { url: 'https://vendor.example/1' } };
export const made = (assetId: string): PartResult => ({ pictures: [{ role: 'CLEAN', assetId }], facts: {} });
export const doubt = (row: AttemptRow, unitsLeftAfter?: number): WorkEvent => ({
  kind: 'DOUBT_EXAMINED',
  attempt: row,
  failure: { code: 'OUTCOME_UNKNOWN', message: 'It is not known.' },
  end: { outcome: 'LOST', billed: 'UNKNOWN', final: true },
  unitsLeftAfter,
});

export interface Case {
  /** The number of the rule in ARCHITECTURE.md. */
  rule: string;
  name: string;
  given: Situation;
  event: WorkEvent;
  decision: { [Key in keyof Decision]?: unknown } & { do: Decision['do'] } & Record<string, unknown>;
}

export const READY: WorkEvent = { kind: 'READY' };
export const open = attempt();
export const pending = attempt({ vendorTaskId: '9007199254740993123', billed: 'YES' });
export const answered = attempt({ answer: noted(), billed: 'YES' });
export const done = (part: number, assetId: string) =>
  attempt({ ...ended, number: part + 1, part, outcome: 'SUCCEEDED', billed: 'YES', result: made(assetId) });
export const failedPart = (part: number, code: ErrorCode) =>
  attempt({ ...ended, number: part + 1, part, outcome: 'FAILED', billed: 'NO', final: true, code, message: 'no' });
export const lostPart = (part: number) =>
  attempt({ ...ended, number: part + 1, part, outcome: 'LOST', final: true, code: 'OUTCOME_UNKNOWN', message: '?' });
