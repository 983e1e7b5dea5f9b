import type { Facts, Jobs, Operation, PictureRole, TaskStage, VendorName } from '../../datasources/contract.js';
import type { MeasuredGeometry, PhotoWarning } from '../engine/photo.js';
import type { ErrorCode } from '../kernel/errors.js';
import type { TaskRow } from '../store/task-rows.js';
import type { TaskState, WaitingOn } from './machine.js';

/** Why a task failed. The sentences for people belong to the code, so they are not stored. */
export interface TaskFailure {
  code: ErrorCode;
  message: string;
  /** The vendor's own code, e.g. 205 or B403MQ. */
  vendorCode?: string | undefined;
  mayBeCharged?: boolean | undefined;
}

/** A picture that came back, as it is kept. */
export interface KeptPicture {
  role: PictureRole;
  assetId: string;
  index?: number | undefined;
  vendorRef?: string | undefined;
  releaseUntil?: string | undefined;
  measured?: { matteQuality: number; geometry: MeasuredGeometry; warnings: PhotoWarning[] } | undefined;
}

/** What one vendor call gave. */
export interface PartResult {
  pictures: KeptPicture[];
  facts: Facts;
}

/** What a task gave. `missing` are parts that failed while others were made, and paid. */
export interface TaskResult extends PartResult {
  missing: { part: number; failure: TaskFailure }[];
}

/** A task row with its JSON typed by operation. */
export type TaskOf<O extends Operation> = Omit<
  TaskRow,
  'operation' | 'state' | 'waitingOn' | 'stage' | 'input' | 'result' | 'failure'
> & {
  operation: O;
  state: TaskState;
  waitingOn: WaitingOn;
  stage: TaskStage;
  input: Jobs[O];
  result: TaskResult | null;
  failure: TaskFailure | null;
};
export type Task = { [O in Operation]: TaskOf<O> }[Operation];

/** The row was written by this code, so its JSON has this shape; the one place where that is said. */
export function asTask(row: TaskRow): Task {
  return row as unknown as Task;
}

/** Who serves: a vendor, for real or played by the sandbox. As text: `LEQI`, `LEQI@SANDBOX`. */
export function sourceKey(source: { vendor: VendorName; sandbox: boolean }): string {
  return source.sandbox ? `${source.vendor}@SANDBOX` : source.vendor;
}

export function readSourceKey(key: string): { vendor: VendorName; sandbox: boolean } {
  const [vendor, mark] = key.split('@');
  return { vendor: vendor as VendorName, sandbox: mark !== undefined };
}
