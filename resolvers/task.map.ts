import { readSourceKey } from '../datasources/contract.js';
import { BackgroundKind, type PhotoBackground } from '../schema/id-photo-task.type.js';
import type { Attempt, TaskFailure as FailureType, TaskParts } from '../schema/task.type.js';
import type { PhotoBackground as MadeBackground } from '../src/engine/photo.js';
import { ERRORS } from '../src/kernel/errors.js';
import type { Language } from '../src/kernel/language.js';
import { writeYuan } from '../src/kernel/money.js';
import { rowOf } from '../src/operations/operations.js';
import type { AttemptRow } from '../src/store/attempt-rows.js';
import type { KeptPicture, Missing, Task, TaskFailure, TaskResult } from '../src/store/task.js';
import { isTerminal } from '../src/tasks/machine/machine.js';

/** What all tasks have in common. */
export function commonFields(task: Task, language: Language) {
  const { vendor, sandbox } = readSourceKey(task.source);
  return {
    id: task.id,
    operation: task.operation,
    state: task.state,
    waitingOn: task.waitingOn,
    stage: task.stage,
    progress: { percent: task.progressPercent, source: task.progressSource },
    sequence: task.sequence,
    vendor,
    sandbox,
    ignoredOptions: task.ignoredOptions,
    warnings: task.result?.facts.warnings ?? [],
    parts: partsOf(task, language),
    failure: task.failure && toFailure(task.failure, language),
    reference: task.reference,
    labels: task.labels,
    webhookId: task.webhookId,
    apiKeyId: task.apiKeyId,
    retryOfId: task.retryOf,
    createdAt: task.createdAt,
    updatedAt: task.updatedAt,
    startedAt: task.startedAt,
    endedAt: task.endedAt,
  };
}

const NOTHING: TaskResult = { pictures: [], facts: {}, missing: [] };

function partsOf({ operation, input, state, result }: Task, language: Language): TaskParts {
  const made = result ?? NOTHING;
  const { wanted, delivered } = rowOf(operation).tally(input, made);
  return {
    wanted,
    delivered,
    failed: isTerminal(state) ? wanted - delivered : made.missing.filter(isWhole).length,
    missing: made.missing.map(({ part, index, role, failure }) => ({
      index: index ?? part,
      role: role ?? null,
      failure: toFailure(failure, language),
    })),
  };
}

/** Without it a thing that was asked for is not there; a print sheet comes beside it. */
export function isWhole({ role }: Missing): boolean {
  return role !== 'SHEET' && role !== 'SHEET_PREVIEW';
}

export function toFailure(failure: TaskFailure, language: Language): FailureType {
  const { [language]: userMessage, retryable, userFixable } = ERRORS[failure.code];
  return {
    code: failure.code,
    message: failure.message,
    vendorCode: failure.vendorCode ?? null,
    userMessage,
    retryable: retryable && failure.mayBeCharged !== true,
    userFixable,
  };
}

export function toAttempt(row: AttemptRow): Attempt {
  const { vendor, sandbox } = readSourceKey(row.source);
  const { number, vendorTaskId, vendorExpiresAt, units, startedAt, endedAt, outcome, billed, vendorCode } = row;
  const { sentAt, unitsLeftBefore, unitsLeftAfter } = row;
  return {
    sentAt,
    unitsLeftBefore,
    unitsLeftAfter,
    number,
    vendor,
    sandbox,
    vendorTaskId,
    vendorExpiresAt,
    units,
    cost: row.cost === null ? null : writeYuan(row.cost),
    startedAt,
    endedAt,
    outcome,
    billed,
    evidence: row.evidence,
    code: row.code,
    vendorCode,
  };
}

export function toBackground(background: MadeBackground): PhotoBackground {
  switch (background.kind) {
    case 'solid':
      return { kind: BackgroundKind.SOLID, hex: background.hex, hexEnd: null };
    case 'gradient':
      return { kind: BackgroundKind.GRADIENT, hex: background.from, hexEnd: background.to };
    case 'transparent':
      return { kind: BackgroundKind.TRANSPARENT, hex: null, hexEnd: null };
    case 'original':
      return { kind: BackgroundKind.ORIGINAL, hex: null, hexEnd: null };
  }
}

/** The asset of a task that makes one picture. */
export function firstOf(pictures: readonly KeptPicture[]): string | null {
  return pictures[0]?.assetId ?? null;
}
