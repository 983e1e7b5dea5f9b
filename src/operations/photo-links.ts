import type { Operation } from '../../datasources/contract.js';
import type { BrowserTokens, MadeToken } from '../access/browser-tokens.js';
import type { Caller } from '../access/caller.js';
import type { Actor } from '../audit/acts.js';
import { badInput, DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { Database, Sql } from '../store/database.js';
import { findKey } from '../store/idempotency-rows.js';
import type { Task } from '../store/task.js';
import type { ConsentRequest } from './consent.js';
import type { OperationService } from './operation-service.js';
import type { RequestOf } from './operations.js';
import type { PhotoSource } from './photo-source.js';
import type { TaskOptions } from './task-options.js';

/** What a link can make: operations that take one photo of the person who holds it. */
export type LinkedOperation = Extract<Operation, 'ID_PHOTO' | 'RESTORATION' | 'BACKGROUND'>;

/** A request whose photo and consent are given by whoever holds the link. */
export type LinkedRequest = {
  [O in LinkedOperation]: { operation: O; request: Omit<RequestOf<O>, 'photo' | 'consent'> };
}[LinkedOperation];

export interface LinkWish {
  made: LinkedRequest;
  uses?: number | undefined;
  minutes?: number | undefined;
  requireConsent?: boolean | undefined;
}

export interface LinkUse {
  photo: PhotoSource;
  consent?: ConsentRequest | undefined;
  idempotencyKey?: string | undefined;
}

export interface PhotoLinkParts {
  database: Database;
  operations: OperationService;
  tokens: BrowserTokens;
  /** DARKROOM_REQUIRE_CONSENT. */
  requireConsent: boolean;
}

/** What photo links make: the request is the link's, the photo that of whoever holds it. */
export class PhotoLinks {
  constructor(private readonly parts: PhotoLinkParts) {}

  /** All that can be wrong with the request is told now, and not to the person who uses the link. */
  async create(caller: Caller, by: Actor, { made, uses = 1, minutes, requireConsent }: LinkWish): Promise<MadeToken> {
    const { operation, request } = made;
    if ((request as TaskOptions).idempotencyKey !== undefined)
      throw badInput('input.idempotencyKey', 'NOT_ALLOWED', 'nothing: whoever uses the link gives one');
    await this.parts.operations.check(caller.tenantId, operation, withPhoto(request, {}), by);
    const consentRequired = requireConsent ?? this.parts.requireConsent;
    const link = { operation, request, consentRequired, uses };
    return this.parts.tokens.createPhotoLink(caller, by, link, minutes);
  }

  /**
   * Makes a task, and takes a use of the link in the same commit. The same idempotency key gives the same task and takes
   * none; the key counts within the link, so that nobody finds the tasks of others by theirs.
   * Throws UNAUTHENTICATED, PHOTO_LINK_USED_UP, and what the mutation of the operation throws.
   */
  async use(caller: Caller, by: Actor, { photo, consent, idempotencyKey: given }: LinkUse): Promise<Task> {
    const { tokens, operations } = this.parts;
    const { id, tenantId, operation, request, consentRequired, usesLeft } = await tokens.requireLiveLink(caller.id);
    if (consentRequired && consent === undefined)
      throw badInput('input.consent', 'REQUIRED', "the person's consent, or that of a guardian");
    const idempotencyKey = given === undefined ? undefined : `${id}:${checkKey(given)}`;
    // Before the photo is kept. Whether a use is left for certain is known with the link locked.
    if (usesLeft === 0 && !(await this.isRepeated(tenantId, idempotencyKey)))
      throw new DarkroomError('PHOTO_LINK_USED_UP');
    const full = withPhoto({ ...request, consent, idempotencyKey }, photo) as RequestOf<Operation>;
    const take = (sql: Sql, taskId: string) => tokens.take(sql, id, taskId);
    return (await operations.create(tenantId, operation, full, by, take)) as Task;
  }

  private async isRepeated(tenantId: string, key: string | undefined): Promise<boolean> {
    return key !== undefined && (await findKey(this.parts.database, tenantId, key)) !== undefined;
  }
}

function withPhoto(request: object, photo: PhotoSource): RequestOf<LinkedOperation> {
  return { ...request, photo } as RequestOf<LinkedOperation>;
}

function checkKey(key: string): string {
  const most = LIMITS.browserToken.idempotencyKeyChars;
  if (key.length < 1 || key.length > most) throw badInput('input.idempotencyKey', 'LENGTH', `1 to ${most} characters`);
  return key;
}
