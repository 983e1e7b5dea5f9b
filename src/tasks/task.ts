import type { Jobs, Operation, TaskStage, VendorName } from '../../datasources/contract.js';
import type { Background, MeasuredGeometry, PhotoWarning } from '../engine/photo.js';
import type { ErrorCode } from '../kernel/errors.js';
import type { TaskRow } from '../store/task-rows.js';
import type { TaskState, WaitingOn } from './machine.js';

/** Why a task failed. The sentences belong to the code, so they are not stored. */
export interface TaskFailure {
  code: ErrorCode;
  message: string;
}

/** A photo of a finished task; the bytes stand in the asset. */
export interface KeptPhoto {
  id: string;
  assetId: string;
  background: Background;
  widthPx: number;
  heightPx: number;
  dpi: number;
  matteQuality: number;
  geometry: MeasuredGeometry;
  warnings: PhotoWarning[];
}

export interface TaskResults {
  ID_PHOTO: { photos: KeptPhoto[] };
}

/** A task row with its JSON typed by operation. */
export type Task<O extends Operation = Operation> = Omit<
  TaskRow,
  'operation' | 'state' | 'waitingOn' | 'stage' | 'vendor' | 'input' | 'result' | 'failure'
> & {
  operation: O;
  state: TaskState;
  waitingOn: WaitingOn;
  stage: TaskStage;
  vendor: VendorName;
  input: Jobs[O];
  result: TaskResults[O] | null;
  failure: TaskFailure | null;
};

/** The row was written by this code, so its JSON has this shape; the one place where that is said. */
export function asTask(row: TaskRow): Task {
  return row as unknown as Task;
}
