import type { InputPhotos, Jobs, Operation, Secrets, SecretsOf, SourceKey } from '../../datasources/contract.js';
import type { RuleBook } from '../specs/rules/rule-book.js';
import type { AssetRow } from '../store/asset-rows.js';
import type { Sql } from '../store/database.js';
import type { PhotoRow } from '../store/photo-rows.js';
import type { Task } from '../store/task.js';
import type { VendorChoice } from '../tasks/vendors/router.js';
import type { OperationRules } from '../tasks/work/operation-rules.js';
import type { ConsentRule } from './consent.js';
import type { PhotoSource } from './photo-source.js';
import type { TaskOptions } from './task-options.js';

/** A checked request. Nothing of it is kept yet. */
export interface Order<O extends Operation> {
  job: Jobs[O];
  /** The photos as they were given, by name; they are kept once it is known who makes the job. */
  photos: {
    [Name in keyof InputPhotos[O]]: InputPhotos[O][Name] extends string ? PhotoSource : readonly PhotoSource[];
  };
  /** Personal data: it is sealed before it is kept. */
  secrets?: SecretsOf<O>;
  vendor?: VendorChoice | undefined;
  /** Paths of the input that the caller left to us. */
  defaulted?: readonly string[];
  /** The only one who can serve it; there is nothing to route. */
  source?: SourceKey;
}

/** What an operation may look up while it reads a request; only what belongs to the caller's tenant. */
export interface Lookup {
  /** What offices ask of the photos of a spec. */
  readonly rules: RuleBook;
  /** An asset that is still there. Throws NOT_FOUND, PHOTO_GONE. */
  asset(id: string, path: string): Promise<AssetRow>;
  /** ID photos, in no order; unknown ids are left out. */
  idPhotos(ids: readonly string[]): Promise<PhotoRow[]>;
  /** Tasks, in no order; unknown ids are left out. */
  tasks(ids: readonly string[]): Promise<Task[]>;
}

/** The part of a request that decides who serves it and what it costs. */
export type Quotable<O extends Operation> = Pick<Order<O>, 'job' | 'vendor' | 'defaulted' | 'source'>;

/** Thrown by `reserve` of a request that a task has served already, without an idempotency key: the answer is that task. */
export class RepeatedRequest extends Error {
  constructor(readonly taskId: string) {
    super('this request was served by a task before');
  }
}

/**
 * Everything that the house has to know of one operation, in one row of the table in `operations.ts`. `Request` is what a
 * caller gives, `Wish` the part of it that a quote takes.
 */
export interface OperationRow<O extends Operation, Request extends TaskOptions, Wish> extends OperationRules<O> {
  /** What people call it. */
  readonly name: { readonly en: string; readonly zh: string };
  /** What it does and which mutation asks for it, for the schema. */
  readonly description: string;
  /** True where the order of AUTO can be set with DARKROOM_ROUTE_<OPERATION>. */
  readonly routed: boolean;
  /** True where the sandbox serves only who asks for it by `vendor: SANDBOX`: its answer must not be taken for a real one. */
  readonly sandboxByNameOnly: boolean;
  /** Whether a request needs the consent of the person on the photo. */
  readonly consent: ConsentRule;
  /** True where a face is compared with a register: its photo goes at the end of the task, and not at its retention time. */
  readonly verifies?: true;
  /**
   * Why `retryTask` refuses such a task, and what to do instead; null where it does not. An operation with personal data
   * has to refuse: the data are erased when the task ends.
   */
  readonly retryRefusal: O extends keyof Secrets ? string : string | null;
  /**
   * What a request means, where its order depends on what the server holds by then: a request that is repeated with its
   * idempotency key is found by it before its order is read. Else the order itself is the meaning.
   */
  meaning?(request: Request): unknown;
  /** The agreement by which pictures go without their visible mark: it is audited with the task. */
  agreementOf?(job: Jobs[O]): string | undefined;
  /** Checks a request and makes an order of it. Throws typed errors that name the field. */
  order(request: Request, lookup: Lookup): Order<O> | Promise<Order<O>>;
  /** Checks what of a request a quote depends on. */
  quote(wish: Wish, lookup: Lookup): Quotable<O> | Promise<Quotable<O>>;
  /** Written with the task, in its transaction; a throw undoes it. May throw RepeatedRequest. */
  reserve?(sql: Sql, task: { id: string; tenantId: string }, request: Request): Promise<void>;
}
