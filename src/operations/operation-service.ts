import { createHmac } from 'node:crypto';
import {
  type Jobs,
  type Operation,
  type RuleOverride,
  readSourceKey,
  type SecretsOf,
  type VendorName,
} from '../../datasources/contract.js';
import type { AssetService } from '../assets/asset-service.js';
import type { Actor } from '../audit/acts.js';
import type { Audit } from '../audit/audit.js';
import { badInput, DarkroomError, ERRORS } from '../kernel/errors.js';
import { isId, newId } from '../kernel/ids.js';
import type { Secrets } from '../kernel/secrets.js';
import type { Consents, NewConsent } from '../personal/consents.js';
import type { PersonalData } from '../sealing/personal-data.js';
import type { RuleBook } from '../specs/rules/rule-book.js';
import { markBrief } from '../store/asset-rows.js';
import { attachRetry } from '../store/browser-token-rows.js';
import { type BudgetStanding, BudgetsMoved } from '../store/budget-rows.js';
import type { Database, Sql } from '../store/database.js';
import { findPhotos } from '../store/photo-rows.js';
import type { Task, TaskOf } from '../store/task.js';
import { findOpenRetry, findTasks } from '../store/task-rows.js';
import { findWebhook } from '../store/webhook-rows.js';
import type { ReviewService } from '../tasks/machine/review-service.js';
import type { Fingerprint, NewTaskRequest, TaskService } from '../tasks/machine/task-service.js';
import type { BudgetService, Payable, Spender } from '../tasks/vendors/budget-service.js';
import type { Refusal, Route, Router, VendorChoice } from '../tasks/vendors/router.js';
import { photoNames } from '../tasks/work/operation-rules.js';
import { requireConsent } from './consent.js';
import { type Lookup, type Order, type Quotable, RepeatedRequest } from './operation.js';
import { type RequestOf, rowOf, type WishOf } from './operations.js';
import type { GivenPhoto, PhotoIntake } from './photo-intake.js';
import type { PhotoSource } from './photo-source.js';
import { type CheckedOptions, checkTaskOptions } from './task-options.js';
import type { TenantQuotas } from './tenant-quotas.js';

export interface OperationParts {
  database: Database;
  tasks: TaskService;
  reviews: ReviewService;
  router: Router;
  budgets: BudgetService;
  intake: PhotoIntake;
  assets: AssetService;
  quotas: Pick<TenantQuotas, 'requireTask'>;
  consents: Consents;
  rules: RuleBook;
  audit: Pick<Audit, 'record'>;
  /** DARKROOM_REQUIRE_CONSENT: also what only reads a face needs the consent of the person. */
  requireConsent: boolean;
  personal: PersonalData;
  /** Fingerprints are an HMAC: a plain hash of personal data can be guessed back. */
  secrets: Secrets;
}

export interface Quote {
  vendor: VendorName;
  sandbox: boolean;
  units: number;
  ignoredOptions: string[];
  /** Options of an ID photo that its rule does not list. */
  ruleOverrides: readonly RuleOverride[];
  failover: VendorName[];
  /** In 1/10,000 yuan, the most that it may come to; null: the operator did not say what a unit costs. */
  cost: number | null;
  /** The budget that would not pay it; null: it can be paid. */
  refusedBy: BudgetStanding | null;
}

/** Makes tasks of requests, tells what one would cost, and makes a task anew. The same for every operation. */
export class OperationService {
  constructor(private readonly parts: OperationParts) {}

  /**
   * Everything that can be wrong with a request is told before a photo is kept, and the same request under one
   * idempotency key gives the same task.
   * @param also written with the task, in its transaction; a throw undoes it
   */
  async create<O extends Operation>(
    tenantId: string,
    operation: O,
    request: RequestOf<O>,
    by: Actor,
    also?: (sql: Sql, taskId: string) => Promise<void>,
  ): Promise<TaskOf<O>> {
    const row = rowOf(operation);
    const options = checkTaskOptions(request, 'input');
    const { consent, ...rest } = options;
    const { reference, labels, webhookId } = rest;
    // Only where they are given: keys of requests from before webhooks and consents keep their fingerprints.
    const given = [...(webhookId === null ? [] : [webhookId]), ...(consent === null ? [] : [consent])];
    const print = (meaning: unknown) => this.fingerprint(operation, [meaning, reference, labels, ...given]);
    const early = row.meaning && print(row.meaning(request));
    const made = early === undefined ? undefined : await this.findRepeated<O>(tenantId, options, early);
    if (made !== undefined) return made;

    const required = { given: consent, configured: this.parts.requireConsent };
    requireConsent(row.consent, { ...required, uploads: false });
    const order = await row.order(request, this.lookup(tenantId));
    const photos = await this.readPhotos(tenantId, operation, order);
    requireConsent(row.consent, { ...required, uploads: photos.some(({ uploaded }) => uploaded) });
    const fingerprint = early ?? print(meaningOf(order, photos));
    const repeated = early === undefined ? await this.findRepeated<O>(tenantId, options, fingerprint) : undefined;
    if (repeated !== undefined) return repeated;

    await this.requireWebhook(tenantId, webhookId, by);
    const { budgets, quotas } = this.parts;
    const spender = { tenantId, apiKeyId: by.apiKeyId, labels };
    const choose = (refusal: Refusal) => this.route(operation, order, refusal);
    await quotas.requireTask(tenantId);
    const first = await budgets.pay(spender, choose);
    const inputAssets: string[] = [];
    for (const photo of photos) inputAssets.push(await photo.keep(by));
    const created = budgets.spend(spender, choose, first, payable =>
      this.createSealed(tenantId, order.secrets, {
        ...rest,
        ...routed(payable),
        ...this.beside(tenantId, consent, [
          ...(row.reserve ? [(sql: Sql, id: string) => row.reserve!(sql, { id, tenantId }, request)] : []),
          ...(also ? [also] : []),
          ...(row.verifies ? [(sql: Sql) => markBrief(sql, tenantId, inputAssets)] : []),
          ...this.agreement(tenantId, operation, order.job, by),
          ...(payable.reserve ? [payable.reserve] : []),
        ]),
        operation,
        job: order.job,
        inputAssets,
        fingerprint,
        by,
      }),
    );
    const task = await created.catch(error => {
      if (error instanceof RepeatedRequest) return this.parts.tasks.require(tenantId, error.taskId);
      throw error;
    });
    return task as TaskOf<O>;
  }

  /** A task with its personal data, whose key is on the disk before its row. */
  private async createSealed<O extends Operation>(
    tenantId: string,
    data: SecretsOf<O> | undefined,
    request: NewTaskRequest<O>,
  ): Promise<Task> {
    const { tasks, personal } = this.parts;
    if (data === undefined) return tasks.create(tenantId, request);
    const id = newId('task');
    const sealed = await personal.seal({ id, tenantId }, data);
    const task = await tasks.create(tenantId, { ...request, id, sealed }).catch(async error => {
      // Of any other error it may have been committed: then housekeeping finds out.
      if (wasRefused(error)) await personal.forget(id);
      throw error;
    });
    // The same request was made under its key already.
    if (task.id !== id) await personal.forget(id);
    return task;
  }

  /** Checks a request whose photo comes later: all that can be wrong with the rest of it. */
  async check<O extends Operation>(tenantId: string, operation: O, request: RequestOf<O>, by: Actor): Promise<void> {
    const { webhookId } = checkTaskOptions(request, 'input');
    const order = await rowOf(operation).order(request, this.lookup(tenantId));
    await this.requireWebhook(tenantId, webhookId, by);
    this.route(operation, order);
  }

  /**
   * Says what a request would come to. It is checked and routed as for a task, and nothing is sent or kept. Where no budget
   * would pay it, it is quoted all the same.
   */
  async quote<O extends Operation>(
    spender: Spender,
    operation: O,
    wish: WishOf<O>,
    vendor?: VendorChoice,
  ): Promise<Quote> {
    const { budgets } = this.parts;
    const asked = await rowOf(operation).quote(wish, this.lookup(spender.tenantId));
    const quotable = { ...asked, vendor: vendor ?? asked.vendor };
    const { route } = await budgets
      .pay(spender, refusal => this.route(operation, quotable, refusal))
      .catch(error => {
        if (!DarkroomError.is(error) || !UNPAYABLE.has(error.code)) throw error;
        return { route: this.route(operation, quotable) };
      });
    const [first, ...others] = route.sources.map(readSourceKey);
    const charge = route.charges[0]!;
    return {
      ...first!,
      units: route.units,
      cost: charge.cost,
      refusedBy: (await budgets.refusing(spender, charge)) ?? null,
      ignoredOptions: route.ignored,
      ruleOverrides: 'overrides' in asked.job ? (asked.job.overrides ?? []) : [],
      failover: others.map(source => source.vendor),
    };
  }

  /**
   * A new task with the same input. Where the old one may have been charged, the caller has to accept a second charge.
   * @param vendor who shall do it; whoever the first one was meant for, where it is not given
   */
  async retry(
    tenantId: string,
    id: string,
    acceptPossibleCharge: boolean,
    by: Actor,
    vendor?: VendorChoice,
  ): Promise<Task> {
    const { database, tasks, reviews } = this.parts;
    const task = await tasks.require(tenantId, id);
    // Two clicks are one wish.
    const open = await findOpenRetry(database, tenantId, id);
    if (open !== undefined) return tasks.require(tenantId, open);
    const choose = (refusal?: Refusal) => this.routeAgain(task, vendor, refusal);
    // A task in review is given up by it, with what may have been paid: that is for a person to say, whoever is next.
    const costsNothing = vendor !== undefined && task.state !== 'NEEDS_REVIEW' && isFree(choose());
    await this.refuseRetry(task, acceptPossibleCharge || costsNothing);
    const consent = await this.consentAgain(task);
    const { budgets, quotas } = this.parts;
    const spender = { tenantId, apiKeyId: by.apiKeyId, labels: task.labels };
    await quotas.requireTask(tenantId);
    const payable = await budgets.pay(spender, choose);
    const attach = (sql: Sql, retryId: string) => attachRetry(sql, id, retryId);
    const agreed = this.agreement(tenantId, task.operation, task.input as Jobs[typeof task.operation], by);
    if (task.state === 'NEEDS_REVIEW') await reviews.settle(task, 'UNKNOWN', by);
    return budgets
      .spend(spender, choose, payable, ({ reserve, ...rest }) => {
        const beside = this.beside(tenantId, consent, [attach, ...agreed, ...(reserve ? [reserve] : [])]);
        return tasks.create(tenantId, { ...again(task), ...routed(rest), ...beside, by });
      })
      .catch(async error => {
        const first = await findOpenRetry(database, tenantId, id);
        if (first === undefined) throw error;
        return tasks.require(tenantId, first);
      });
  }

  /** What is written with a task: its consent, and what its operation asks for. Nothing, where there is nothing. */
  private beside(
    tenantId: string,
    consent: NewConsent | null,
    more: readonly ((sql: Sql, taskId: string) => Promise<void>)[] = [],
  ): Pick<NewTaskRequest<Operation>, 'reserve' | 'consentId'> {
    const { consents } = this.parts;
    const consentId = consent === null ? undefined : consents.newId();
    if (consentId === undefined && more.length === 0) return {};
    const reserve = async (sql: Sql, taskId: string) => {
      if (consent !== null) await consents.keep(sql, tenantId, taskId, consentId!, consent);
      for (const write of more) await write(sql, taskId);
    };
    return { reserve, consentId };
  }

  /** Who gets pictures without the visible mark, and by which agreement: the log that article 9 of the labelling rules asks for. */
  private agreement<O extends Operation>(tenantId: string, operation: O, job: Jobs[O], by: Actor) {
    const objectId = rowOf(operation).agreementOf?.(job);
    if (objectId === undefined) return [];
    const entry = { tenantId, act: 'MARK_LEFT_OUT', by, operation, objectId } as const;
    return [(sql: Sql, taskId: string) => this.parts.audit.record(sql, { ...entry, taskId })];
  }

  /** The consent of the first try holds for the next one, too. Throws CANNOT_RETRY where there is none to go by. */
  private async consentAgain(task: Task): Promise<NewConsent | null> {
    const [consent] = await this.parts.consents.of(task.tenantId, [task.id]);
    if (consent?.withdrawnAt) throw new DarkroomError('CONSENT_WITHDRAWN');
    if (consent != null && consent.reference !== null) return { ...consent, reference: consent.reference };
    const { consent: rule } = rowOf(task.operation);
    if (!this.parts.requireConsent || rule === 'NEVER' || rule === 'FOR_UPLOADS') return null;
    throw new DarkroomError('CANNOT_RETRY', 'The task has no consent, which is required by now: ask for a new one.');
  }

  private async refuseRetry(task: Task, acceptPossibleCharge: boolean): Promise<void> {
    if (task.state === 'SUCCEEDED' || task.state === 'QUEUED' || task.state === 'RUNNING')
      throw new DarkroomError(
        'CANNOT_RETRY',
        `The task is ${task.state}; only one that ended without a result can be tried again.`,
      );
    const attempts = await this.parts.tasks.attempts([task.id]);
    if (attempts.some(({ billed }) => billed !== 'NO') && !acceptPossibleCharge)
      throw new DarkroomError('MAY_CHARGE_TWICE');
    const { retryRefusal } = rowOf(task.operation);
    if (retryRefusal !== null) throw new DarkroomError('CANNOT_RETRY', retryRefusal);
    const assets = await this.parts.assets.find(task.tenantId, task.inputAssets);
    const present = new Set(assets.filter(({ purgedAt }) => purgedAt === null).map(asset => asset.id));
    if (!task.inputAssets.every(asset => present.has(asset))) throw new DarkroomError('PHOTO_GONE');
  }

  /** By the choice that led to the first route, unless there is another one. */
  private routeAgain({ operation, input, route }: Task, vendor: VendorChoice | undefined, refusal?: Refusal): Route {
    const first = readSourceKey(route[0]!);
    const choice = vendor ?? (first.sandbox ? 'SANDBOX' : route.length > 1 ? 'AUTO' : first.vendor);
    return this.route(operation, { job: input as Jobs[typeof operation], vendor: choice }, refusal);
  }

  private route<O extends Operation>(operation: O, order: Quotable<O>, refusal?: Refusal): Route {
    const { job, vendor = 'AUTO', defaulted = [], source } = order;
    if (source !== undefined) return this.parts.router.only(source, operation, job, refusal);
    const { sandboxByNameOnly } = rowOf(operation);
    return this.parts.router.route({ operation, job, vendor, defaulted, sandboxByNameOnly, refusal });
  }

  /** A task that names a webhook which hears nothing would be waited for in vain. */
  private async requireWebhook(tenantId: string, id: string | null, { apiKeyId }: Actor): Promise<void> {
    if (id === null) return;
    const webhook = isId('webhook', id) ? await findWebhook(this.parts.database, tenantId, id) : undefined;
    const isOthers = webhook !== undefined && webhook.apiKeyId !== null && webhook.apiKeyId !== apiKeyId;
    if (webhook?.state === 'ACTIVE' && !isOthers) return;
    const code = webhook === undefined ? 'UNKNOWN' : isOthers ? 'OTHER_KEY' : 'DISABLED';
    throw badInput('input.webhookId', code, 'the id of an active webhook that hears of your tasks; see `webhooks`');
  }

  private readPhotos<O extends Operation>(tenantId: string, operation: O, order: Order<O>): Promise<GivenPhoto[]> {
    const given = photoNames(rowOf(operation)).flatMap(name => {
      const photos: PhotoSource | readonly PhotoSource[] = order.photos[name];
      const path = `input.${String(name)}`;
      return 'map' in photos
        ? photos.map((photo, place) => ({ photo, path: `${path}.${place}` }))
        : { photo: photos, path };
    });
    return Promise.all(given.map(({ photo, path }) => this.parts.intake.read(tenantId, photo, path)));
  }

  private lookup(tenantId: string): Lookup {
    const { intake, database, rules } = this.parts;
    return {
      rules,
      asset: (id, path) => intake.asset(tenantId, id, path),
      idPhotos: ids => findPhotos(database, tenantId, ids),
      tasks: ids => findTasks(database, tenantId, ids),
    };
  }

  /** The task that this key has made. Its fingerprint holds the operation. */
  private async findRepeated<O extends Operation>(
    tenantId: string,
    { idempotencyKey }: CheckedOptions,
    fingerprint: Fingerprint,
  ): Promise<TaskOf<O> | undefined> {
    return (await this.parts.tasks.findByKey(tenantId, idempotencyKey, fingerprint)) as TaskOf<O> | undefined;
  }

  private fingerprint(operation: Operation, meaning: unknown): Fingerprint {
    const text = JSON.stringify([operation, meaning]);
    const under = (key: Buffer) => createHmac('sha256', key).update(text).digest('base64url');
    const [present, ...previous] = this.parts.secrets.keys('fingerprints');
    return [under(present), ...previous.map(under)];
  }
}

/** The same photo, sent again or named by its asset, is the same request; whoever is asked to serve it is part of it. */
function meaningOf<O extends Operation>(order: Order<O>, photos: readonly GivenPhoto[]): unknown {
  return [order.vendor ?? 'AUTO', photos.map(({ identity }) => identity), order.job, order.secrets];
}

/** The task was certainly not committed. */
function wasRefused(error: unknown): boolean {
  return error instanceof BudgetsMoved || (DarkroomError.is(error) && !ERRORS[error.code].retryable);
}

/** Why a budget does not pay. */
const UNPAYABLE: ReadonlySet<string> = new Set(['BUDGET_EXHAUSTED', 'UNIT_PRICE_MISSING']);

function isFree({ charges }: Route): boolean {
  return charges.every(({ units }) => units === 0);
}

function routed({ route, budgets }: Pick<Payable, 'route' | 'budgets'>) {
  const unitPrices = route.charges.map(({ unitPrice }) => unitPrice);
  return { route: route.sources, ignoredOptions: route.ignored, unitPrices, budgets };
}

function again(task: Task): Omit<NewTaskRequest<Operation>, 'by' | 'route' | 'ignoredOptions'> {
  const { operation, input, inputAssets, reference, labels, webhookId, id } = task;
  return {
    operation,
    job: input,
    inputAssets,
    fingerprint: '',
    reference,
    labels,
    webhookId,
    retryOf: id,
  };
}
