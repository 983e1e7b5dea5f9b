import type { Actor } from '../audit/acts.js';
import type { Audit } from '../audit/audit.js';
import { readCursor, writeCursor } from '../kernel/cursor.js';
import { badInput, DarkroomError } from '../kernel/errors.js';
import { isId, newId } from '../kernel/ids.js';
import { LIMITS } from '../kernel/limits.js';
import {
  attachTask,
  type BrowserTokenKind,
  findLink,
  findLiveLink,
  findTokenTasks,
  insertBrowserToken,
  listLinks,
  type PhotoLinkRow,
  reachesAsset,
  reachesTask,
  revokeLink,
  revokeTokensOf,
  takeUse,
} from '../store/browser-token-rows.js';
import type { Database, Sql } from '../store/database.js';
import { findTask } from '../store/task-rows.js';
import { type Caller, requireScope } from './caller.js';
import type { TokenSigner } from './token-signer.js';

export interface BrowserTokenParts {
  database: Database;
  signer: TokenSigner;
  audit: Pick<Audit, 'record'>;
  /** Called after a revocation, so that it counts at once here. */
  changed(): void;
}

/** The token is shown this once; it is kept nowhere. */
export interface MadeToken {
  id: string;
  token: string;
  expiresAt: Date;
}

export type NewPhotoLink = Pick<PhotoLinkRow, 'operation' | 'request' | 'consentRequired' | 'uses'>;

export interface PhotoLinkPage {
  links: { link: PhotoLinkRow; cursor: string }[];
  hasNextPage: boolean;
}

/**
 * Tokens that a server may give to a browser: a task token reads and follows one task, a photo link makes photos of one
 * request. Each is short-lived, can be revoked, ends with the API key that made it, and does no more than its maker may.
 */
export class BrowserTokens {
  constructor(private readonly parts: BrowserTokenParts) {}

  /** Throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, TOO_MANY_TOKENS. */
  async createTaskToken(caller: Caller, by: Actor, taskId: string, minutes?: number): Promise<MadeToken> {
    requireScope(caller, 'tasks:read');
    const expiresAt = endOf(caller, minutes, 'minutes');
    await this.requireTask(caller.tenantId, taskId);
    return this.make('TASK_TOKEN', caller, expiresAt, undefined, async (sql, id) => {
      await attachTask(sql, id, taskId);
      const { tenantId } = caller;
      await this.parts.audit.record(sql, { tenantId, act: 'TASK_TOKEN_CREATED', by, taskId, objectId: id });
    });
  }

  /** The request is one that its operation has checked. Throws FORBIDDEN, BAD_USER_INPUT, TOO_MANY_TOKENS. */
  async createPhotoLink(caller: Caller, by: Actor, link: NewPhotoLink, minutes?: number): Promise<MadeToken> {
    requireScope(caller, 'photos:create');
    const { uses, operation } = link;
    const { maxUses } = LIMITS.browserToken;
    if (!(uses >= 1 && uses <= maxUses)) throw badInput('input.uses', 'RANGE', `1 to ${maxUses}`);
    return this.make('PHOTO_LINK', caller, endOf(caller, minutes, 'input.minutes'), link, (sql, objectId) =>
      this.parts.audit.record(sql, { tenantId: caller.tenantId, act: 'PHOTO_LINK_CREATED', by, operation, objectId }),
    );
  }

  /** The link as it is then. Throws NOT_FOUND. */
  async revokePhotoLink(tenantId: string, id: string, by: Actor): Promise<PhotoLinkRow> {
    const { database, audit } = this.parts;
    const known = isId('link', id) ? id : '';
    await database.transaction(async sql => {
      for (const { id: objectId } of await revokeLink(sql, tenantId, known))
        await audit.record(sql, { tenantId, act: 'PHOTO_LINK_REVOKED', by, objectId });
    });
    this.parts.changed();
    return this.requireLink(tenantId, known);
  }

  /** How many there were. Throws NOT_FOUND. */
  async revokeTaskTokens(tenantId: string, taskId: string, by: Actor): Promise<number> {
    const { database, audit } = this.parts;
    await this.requireTask(tenantId, taskId);
    const revoked = await database.transaction(async sql => {
      const tokens = await revokeTokensOf(sql, tenantId, taskId);
      for (const { id: objectId } of tokens)
        await audit.record(sql, { tenantId, act: 'TASK_TOKEN_REVOKED', by, taskId, objectId });
      return tokens.length;
    });
    this.parts.changed();
    return revoked;
  }

  async photoLinks(tenantId: string, first: number, after?: string): Promise<PhotoLinkPage> {
    const cursor = after === undefined ? undefined : readCursor('link', after);
    const rows = await listLinks(this.parts.database, tenantId, first + 1, cursor);
    return {
      links: rows
        .slice(0, first)
        .map(({ cursorTime, ...link }) => ({ link, cursor: writeCursor({ createdAt: cursorTime, id: link.id }) })),
      hasNextPage: rows.length > first,
    };
  }

  /** Throws NOT_FOUND. */
  async requireLink(tenantId: string, id: string): Promise<PhotoLinkRow> {
    const link = await findLink(this.parts.database, tenantId, id);
    if (link === undefined) throw new DarkroomError('NOT_FOUND', 'There is no such photo link.');
    return link;
  }

  /** A link that may be used now, but for its number of uses. Throws UNAUTHENTICATED. */
  async requireLiveLink(id: string): Promise<PhotoLinkRow> {
    const link = await findLiveLink(this.parts.database, id);
    if (link === undefined) throw ended();
    return link;
  }

  /** Within the transaction that makes the task. Throws UNAUTHENTICATED, PHOTO_LINK_USED_UP. */
  async take(sql: Sql, linkId: string, taskId: string): Promise<void> {
    const taken = await takeUse(sql, linkId, taskId, LIMITS.browserToken.triesPerUse);
    if (taken === 'ENDED') throw ended();
    if (taken === 'USED_UP') throw new DarkroomError('PHOTO_LINK_USED_UP');
  }

  /** Ids of the tasks that each of them reaches, the newest last. */
  tasksOf(tokenIds: readonly string[]): Promise<{ tokenId: string; taskId: string }[]> {
    return findTokenTasks(this.parts.database, tokenIds);
  }

  reachesTask(tokenId: string, taskId: string): Promise<boolean> {
    return reachesTask(this.parts.database, tokenId, taskId);
  }

  reachesAsset(tokenId: string, assetId: string): Promise<boolean> {
    return reachesAsset(this.parts.database, tokenId, assetId);
  }

  private async make(
    kind: BrowserTokenKind,
    { tenantId, kind: maker, apiKeyId }: Caller,
    expiresAt: Date,
    link: NewPhotoLink | undefined,
    beside: (sql: Sql, id: string) => Promise<void>,
  ): Promise<MadeToken> {
    const { database, signer } = this.parts;
    const id = newId(kind === 'TASK_TOKEN' ? 'token' : 'link');
    const row = { id, tenantId, kind, maker, apiKeyId, expiresAt, ...(link && { link }) };
    await database.transaction(async sql => {
      if (!(await insertBrowserToken(sql, row, LIMITS.browserToken.live))) throw new DarkroomError('TOO_MANY_TOKENS');
      await beside(sql, id);
    });
    return { id, token: signer.write({ kind, id, expiresAt }), expiresAt };
  }

  private async requireTask(tenantId: string, taskId: string): Promise<void> {
    const task = isId('task', taskId) ? await findTask(this.parts.database, tenantId, taskId) : undefined;
    if (task === undefined) throw new DarkroomError('NOT_FOUND', 'There is no such task.');
  }
}

/** In whole seconds, and no later than that of the key that makes it. */
function endOf({ kind, expiresAt }: Caller, minutes: number | undefined, path: string): Date {
  const { defaultMinutes, maxMinutes } = LIMITS.browserToken;
  const given = minutes ?? defaultMinutes;
  if (!(given >= 1 && given <= maxMinutes)) throw badInput(path, 'RANGE', `1 to ${maxMinutes}`);
  const wanted = Date.now() + given * 60_000;
  const end = kind === 'API_KEY' && expiresAt !== null ? Math.min(wanted, expiresAt.getTime()) : wanted;
  return new Date(Math.floor(end / 1_000) * 1_000);
}

function ended(): DarkroomError {
  return new DarkroomError('UNAUTHENTICATED', 'The photo link has ended.');
}
