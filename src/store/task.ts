import type {
  Facts,
  Jobs,
  MeasuredPhoto,
  Operation,
  PictureRole,
  SourceKey,
  TaskStage,
} from '../../datasources/contract.js';
import type { ErrorCode } from '../kernel/errors.js';

/** The states of a task. The last four are terminal, and terminal is final. */
export const TASK_STATES = ['QUEUED', 'RUNNING', 'NEEDS_REVIEW', 'SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED'] as const;
export type TaskState = (typeof TASK_STATES)[number];

export const WAITING_ON = ['VENDOR', 'OPERATOR', 'NONE'] as const;
export type WaitingOn = (typeof WAITING_ON)[number];

export const PROGRESS_SOURCES = ['REPORTED', 'NONE'] as const;
export type ProgressSource = (typeof PROGRESS_SOURCES)[number];

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
  held?: true | undefined;
  vendorRef?: string | undefined;
  releaseUntil?: string | undefined;
  measured?: MeasuredPhoto | undefined;
}

/** A picture that the vendor made and that could not be had. */
export interface MissingPicture {
  role: PictureRole;
  index?: number | undefined;
  failure: TaskFailure;
}

/** What one vendor call gave. */
export interface PartResult {
  pictures: KeptPicture[];
  facts: Facts;
  missing?: MissingPicture[];
}

/** What is missing of a task: a picture of a call, or without a `role` all of a call. */
export type Missing = Partial<MissingPicture> & { part: number; failure: TaskFailure };

/** What a task gave; until it has ended, what it gave so far. `missing` was given up while other things were made. */
export interface TaskResult extends Omit<PartResult, 'missing'> {
  missing: Missing[];
}

/** A task as it is stored. The types of its JSON columns hold because this code alone writes them. */
export interface TaskOf<O extends Operation> {
  id: string;
  tenantId: string;
  operation: O;
  state: TaskState;
  waitingOn: WaitingOn;
  stage: TaskStage;
  progressPercent: number | null;
  progressSource: ProgressSource;
  /** Rises by one with every change of the row. */
  sequence: number;
  /** Who serves it now, and who may serve it at all, in order. */
  source: SourceKey;
  route: SourceKey[];
  /** What a unit costs at each source of the route, in 1/10,000 yuan, as configured when it was made; null: no price was. */
  unitPrices: (number | null)[];
  ignoredOptions: string[];
  input: Jobs[O];
  /** Ids of its photos, in the order that the operation declares. */
  inputAssets: string[];
  /** Personal data; null where there was none, and once it is erased. */
  sealed: string | null;
  result: TaskResult | null;
  failure: TaskFailure | null;
  reference: string | null;
  labels: string[];
  /** The API key that made it, or by whose link it was made; null: it was made without one. */
  apiKeyId: string | null;
  /** The span of the request that asked for it, as W3C Trace Context writes it. */
  traceparent: string | null;
  retryOf: string | null;
  /** The webhook that it names. */
  webhookId: string | null;
  createdAt: Date;
  updatedAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}
export type Task = { [O in Operation]: TaskOf<O> }[Operation];
