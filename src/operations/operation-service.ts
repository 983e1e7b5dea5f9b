import { createHmac } from 'node:crypto';
import {
  type Jobs,
  type Operation,
  readSourceKey,
  type SecretsOf,
  type VendorName,
} from '../../datasources/contract.js';
import type { AssetService } from '../assets/asset-service.js';
import { type Actor, ANYONE } from '../audit/acts.js';
import type { Audit } from '../audit/audit.js';
import { badInput, DarkroomError } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import type { Sealer } from '../kernel/seal.js';
import type { Consents, NewConsent } from '../personal/consents.js';
import type { RuleBook } from '../specs/rules/rule-book.js';
import { markBrief } from '../store/asset-rows.js';
import type { Database, Sql } from '../store/database.js';
import { findPhotos } from '../store/photo-rows.js';
import type { Task, TaskOf } from '../store/task.js';
import { findOpenRetry, findTasks } from '../store/task-rows.js';
import { findWebhook } from '../store/webhook-rows.js';
import type { ReviewService } from '../tasks/machine/review-service.js';
import type { NewTaskRequest, TaskService } from '../tasks/machine/task-service.js';
import type { Route, Router, VendorChoice } from '../tasks/vendors/router.js';
import { sealedAbout } from '../tasks/work/job-context.js';
import { photoNames } from '../tasks/work/operation-rules.js';
import { requireConsent } from './consent.js';
import type { Lookup, Order, Quotable } from './operation.js';
import { type RequestOf, rowOf, type WishOf } from './operations.js';
import type { GivenPhoto, PhotoIntake } from './photo-intake.js';
import { type CheckedOptions, checkTaskOptions } from './task-options.js';

export interface OperationParts {
  database: Database;
  tasks: TaskService;
  reviews: ReviewService;
  router: Router;
  intake: PhotoIntake;
  assets: AssetService;
  consents: Consents;
  rules: RuleBook;
  audit: Pick<Audit, 'record'>;
  /** DARKROOM_REQUIRE_CONSENT: also what only reads a face needs the consent of the person. */
  requireConsent: boolean;
  sealer: Sealer;
  /** Fingerprints are an HMAC with it: a plain hash of personal data can be guessed back. */
  fingerprintKey: Buffer;
}

export interface Quote {
  vendor: VendorName;
  sandbox: boolean;
  units: number;
  ignoredOptions: string[];
  failover: VendorName[];
}

/** Makes tasks of requests, tells what one would cost, and makes a task anew. The same for every operation. */
export class OperationService {
  constructor(private readonly parts: OperationParts) {}

  /**
   * Everything that can be wrong with a request is told before a photo is kept, and the same request under one
   * idempotency key gives the same task.
   */
  async create<O extends Operation>(
    tenantId: string,
    operation: O,
    request: RequestOf<O>,
    by: Actor = ANYONE,
  ): Promise<TaskOf<O>> {
    const row = rowOf(operation);
    const options = checkTaskOptions(request, 'input');
    const { consent, ...rest } = options;
    const { reference, labels, webhookId } = rest;
    // Only where they are given: keys of requests from before webhooks and consents keep their fingerprints.
    const given = [...(webhookId === null ? [] : [webhookId]), ...(consent === null ? [] : [consent])];
    const print = (meaning: unknown) => this.fingerprint(operation, [meaning, reference, labels, ...given]);
    const early = row.meaning && print(row.meaning(request));
    const first = early === undefined ? undefined : await this.findRepeated<O>(tenantId, options, early);
    if (first !== undefined) return first;

    const required = { given: consent, configured: this.parts.requireConsent };
    requireConsent(row.consent, { ...required, uploads: false });
    const order = await row.order(request, this.lookup(tenantId));
    const photos = await this.readPhotos(tenantId, operation, order);
    requireConsent(row.consent, { ...required, uploads: photos.some(({ uploaded }) => uploaded) });
    const fingerprint = early ?? print(meaningOf(order, photos));
    const repeated = early === undefined ? await this.findRepeated<O>(tenantId, options, fingerprint) : undefined;
    if (repeated !== undefined) return repeated;

    await this.requireWebhook(tenantId, webhookId);
    const route = this.route(operation, order);
    const inputAssets: string[] = [];
    for (const photo of photos) inputAssets.push(await photo.keep(by));
    const task = await this.parts.tasks.create(tenantId, {
      ...rest,
      ...this.beside(tenantId, consent, [
        ...(row.reserve ? [(sql: Sql, id: string) => row.reserve!(sql, { id, tenantId }, request)] : []),
        ...(row.verifies ? [(sql: Sql) => markBrief(sql, tenantId, inputAssets)] : []),
        ...this.agreement(tenantId, operation, order.job, by),
      ]),
      operation,
      job: order.job,
      inputAssets,
      sealed: seal(this.parts.sealer, order.secrets, sealedAbout(tenantId, operation)),
      fingerprint,
      route: route.sources,
      ignoredOptions: route.ignored,
      by,
    });
    return task as TaskOf<O>;
  }

  /** Says what a request would come to. It is checked and routed as for a task, and nothing is sent or kept. */
  async quote<O extends Operation>(
    tenantId: string,
    operation: O,
    wish: WishOf<O>,
    vendor?: VendorChoice,
  ): Promise<Quote> {
    const quotable = await rowOf(operation).quote(wish, this.lookup(tenantId));
    const { sources, ignored, units } = this.route(operation, { ...quotable, vendor: vendor ?? quotable.vendor });
    const [first, ...others] = sources.map(readSourceKey);
    return { ...first!, units, ignoredOptions: ignored, failover: others.map(source => source.vendor) };
  }

  /** A new task with the same input. Where the old one may have been charged, the caller has to accept a second charge. */
  async retry(tenantId: string, id: string, acceptPossibleCharge: boolean, by: Actor = ANYONE): Promise<Task> {
    const { database, tasks, reviews } = this.parts;
    const task = await tasks.require(tenantId, id);
    // Two clicks are one wish.
    const open = await findOpenRetry(database, tenantId, id);
    if (open !== undefined) return tasks.require(tenantId, open);
    await this.refuseRetry(task, acceptPossibleCharge);
    const consent = await this.consentAgain(task);
    const route = this.routeAgain(task);
    const agreed = this.agreement(tenantId, task.operation, task.input as Jobs[typeof task.operation], by);
    if (task.state === 'NEEDS_REVIEW') await reviews.settle(task, 'UNKNOWN', by);
    return tasks
      .create(tenantId, { ...again(task, route), ...this.beside(tenantId, consent, agreed), by })
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

  /** By the choice that led to the first route. */
  private routeAgain({ operation, input, route }: Task): Route {
    const { vendor, sandbox } = readSourceKey(route[0]!);
    const choice = sandbox ? 'SANDBOX' : route.length > 1 ? 'AUTO' : vendor;
    return this.route(operation, { job: input as Jobs[typeof operation], vendor: choice });
  }

  private route<O extends Operation>(operation: O, order: Quotable<O>): Route {
    const { job, vendor = 'AUTO', defaulted = [], source } = order;
    if (source !== undefined) return this.parts.router.only(source, operation, job);
    const { sandboxByNameOnly } = rowOf(operation);
    return this.parts.router.route({ operation, job, vendor, defaulted, sandboxByNameOnly });
  }

  /** A task that names a webhook which hears nothing would be waited for in vain. */
  private async requireWebhook(tenantId: string, id: string | null): Promise<void> {
    if (id === null) return;
    const webhook = isId('webhook', id) ? await findWebhook(this.parts.database, tenantId, id) : undefined;
    if (webhook?.state === 'ACTIVE') return;
    const code = webhook === undefined ? 'UNKNOWN' : 'DISABLED';
    throw badInput('input.webhookId', code, 'the id of an active webhook; see the query `webhooks`');
  }

  private readPhotos<O extends Operation>(tenantId: string, operation: O, order: Order<O>): Promise<GivenPhoto[]> {
    const names = photoNames(rowOf(operation));
    return Promise.all(
      names.map(name => this.parts.intake.read(tenantId, order.photos[name], `input.${String(name)}`)),
    );
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
    fingerprint: string,
  ): Promise<TaskOf<O> | undefined> {
    return (await this.parts.tasks.findByKey(tenantId, idempotencyKey, fingerprint)) as TaskOf<O> | undefined;
  }

  private fingerprint(operation: Operation, meaning: unknown): string {
    return createHmac('sha256', this.parts.fingerprintKey)
      .update(JSON.stringify([operation, meaning]))
      .digest('base64url');
  }
}

/** The same photo, sent again or named by its asset, is the same request; whoever is asked to serve it is part of it. */
function meaningOf<O extends Operation>(order: Order<O>, photos: readonly GivenPhoto[]): unknown {
  return [order.vendor ?? 'AUTO', photos.map(({ identity }) => identity), order.job, order.secrets];
}

function seal(sealer: Sealer, secrets: SecretsOf<Operation>, about: string): string | null {
  return secrets === undefined ? null : sealer.seal(JSON.stringify(secrets), about);
}

function again(task: Task, route: Route): NewTaskRequest<Operation> {
  const { operation, input, inputAssets, reference, labels, webhookId, id } = task;
  return {
    operation,
    job: input,
    inputAssets,
    fingerprint: '',
    reference,
    labels,
    webhookId,
    route: route.sources,
    ignoredOptions: route.ignored,
    retryOf: id,
  };
}
