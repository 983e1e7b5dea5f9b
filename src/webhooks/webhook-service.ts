import type { Actor, AuditAct } from '../audit/acts.js';
import type { Audit } from '../audit/audit.js';
import type { Clock } from '../kernel/clock.js';
import { readCursor, writeCursor } from '../kernel/cursor.js';
import { badInput, DarkroomError } from '../kernel/errors.js';
import { isId, newId } from '../kernel/ids.js';
import { LIMITS } from '../kernel/limits.js';
import type { Sealer } from '../kernel/seal.js';
import { newWebhookSecret } from '../kernel/webhook-signature.js';
import { checkTarget, type OutboundPolicy } from '../net/outbound-policy.js';
import { aboutWebhook } from '../sealing/abouts.js';
import { findApiKeyOf } from '../store/access-rows.js';
import type { Database, Sql } from '../store/database.js';
import {
  type DeliveryFilter,
  type DeliveryRow,
  findDelivery,
  insertDeliveries,
  listDeliveries,
  requeueDelivery,
} from '../store/delivery-rows.js';
import {
  deleteWebhook,
  enableWebhook,
  findWebhook,
  holdWebhook,
  insertWebhook,
  listWebhooks,
  rotateSecret,
  type WebhookEvent,
  type WebhookRow,
} from '../store/webhook-rows.js';
import { testPayload } from './payload.js';

export interface WebhookServiceParts {
  database: Database;
  audit: Pick<Audit, 'record'>;
  sealer: Sealer;
  policy: OutboundPolicy;
  /** Origins of receivers that the operator configured. */
  origins: readonly string[];
  clock: Clock;
  /** Something is to be sent. */
  wake(): void;
  /** Called before a message that somebody asks for. Throws RATE_LIMITED. */
  admitHandSend(webhookId: string): Promise<void>;
}

export interface WebhookRequest {
  url: string;
  events: readonly WebhookEvent[];
  followsAll: boolean;
  /** Whose tasks it follows; null: those of the whole tenant. */
  apiKeyId: string | null;
}

/** The secret is told once, here. */
export interface WithSecret {
  webhook: WebhookRow;
  secret: string;
}

export interface DeliveryPage {
  deliveries: { delivery: DeliveryRow; cursor: string }[];
  hasNextPage: boolean;
}

/** Where a tenant wants to be told of its tasks, and what was sent there. */
export class WebhookService {
  constructor(private readonly parts: WebhookServiceParts) {}

  /** Throws URL_NOT_ALLOWED, URL_UNREACHABLE, BAD_USER_INPUT, TOO_MANY_WEBHOOKS. */
  async create(tenantId: string, request: WebhookRequest, by: Actor): Promise<WithSecret> {
    const { sealer } = this.parts;
    const { events, followsAll, apiKeyId } = request;
    if (events.length === 0) throw badInput('input.events', 'COUNT', 'at least one');
    if (apiKeyId !== null) await this.requireKey(tenantId, apiKeyId);
    const url = await this.checkUrl(request.url);
    const id = newId('webhook');
    const secret = newWebhookSecret();
    const sealed = sealer.seal(secret, aboutWebhook(tenantId, id));
    const row = { id, tenantId, apiKeyId, url, events: [...new Set(events)], followsAll, secret: sealed };
    const webhook = await this.audited('WEBHOOK_CREATED', by, sql => insertWebhook(sql, row, LIMITS.webhook.perTenant));
    if (webhook === undefined) throw new DarkroomError('TOO_MANY_WEBHOOKS');
    return { webhook, secret };
  }

  list(tenantId: string): Promise<WebhookRow[]> {
    return listWebhooks(this.parts.database, tenantId);
  }

  /** Its secret, messages and dead letters go with it. Throws NOT_FOUND. */
  async delete(tenantId: string, id: string, by: Actor): Promise<WebhookRow> {
    return found(await this.audited('WEBHOOK_DELETED', by, sql => deleteWebhook(sql, tenantId, known(id))));
  }

  /** Throws NOT_FOUND; BAD_USER_INPUT for one whose API key was revoked. */
  async enable(tenantId: string, id: string, by: Actor): Promise<WebhookRow> {
    const { disabledReason } = await this.require(tenantId, id);
    if (disabledReason === 'KEY_REVOKED') throw badInput('id', 'KEY_REVOKED', 'a webhook whose API key is not revoked');
    return found(await this.audited('WEBHOOK_ENABLED', by, sql => enableWebhook(sql, tenantId, known(id))));
  }

  /** The old secret signs too for so many hours, so that a receiver can change in between. Throws NOT_FOUND. */
  async rotate(tenantId: string, id: string, oldSecretHours: number, by: Actor): Promise<WithSecret> {
    const { sealer } = this.parts;
    const { maxOldSecretHours } = LIMITS.webhook;
    if (oldSecretHours < 0 || oldSecretHours > maxOldSecretHours)
      throw badInput('oldSecretHours', 'RANGE', `0 to ${maxOldSecretHours}`);
    const before = await this.require(tenantId, id);
    const secret = newWebhookSecret();
    const sealed = sealer.seal(secret, aboutWebhook(tenantId, id));
    const oldForMs = oldSecretHours * 3_600_000;
    const rotate = (sql: Sql) => rotateSecret(sql, before, sealed, oldForMs);
    const webhook = await this.audited('WEBHOOK_SECRET_ROTATED', by, rotate);
    // Somebody else rotated it in the same moment: theirs is the one before ours.
    return webhook === undefined ? this.rotate(tenantId, id, oldSecretHours, by) : { webhook, secret };
  }

  /** Sends a message that says nothing has happened. Throws NOT_FOUND, WEBHOOK_DISABLED, RATE_LIMITED. */
  async test(tenantId: string, id: string): Promise<DeliveryRow> {
    const { database, clock, wake, admitHandSend } = this.parts;
    await this.require(tenantId, id);
    await admitHandSend(id);
    const messageId = newId('delivery');
    await database.transaction(async sql => {
      requireActive(found(await holdWebhook(sql, tenantId, known(id))));
      const message = testPayload(id, new Date(clock.now()));
      await insertDeliveries(sql, [{ id: messageId, tenantId, webhookId: id, taskId: null, ...message }]);
    });
    wake();
    return found(await findDelivery(database, tenantId, messageId));
  }

  async deliveries(tenantId: string, filter: DeliveryFilter, first: number, after?: string): Promise<DeliveryPage> {
    const cursor = after === undefined ? undefined : readCursor('delivery', after);
    const rows = await listDeliveries(this.parts.database, tenantId, filter, first + 1, cursor);
    return {
      deliveries: rows.slice(0, first).map(({ cursorTime, ...delivery }) => ({
        delivery,
        cursor: writeCursor({ createdAt: cursorTime, id: delivery.id }),
      })),
      hasNextPage: rows.length > first,
    };
  }

  /** It is sent again, at once and then with all of its tries, under the same id. Throws NOT_FOUND, WEBHOOK_DISABLED, RATE_LIMITED. */
  async resend(tenantId: string, id: string): Promise<DeliveryRow> {
    const { database, wake, admitHandSend } = this.parts;
    const before = isId('delivery', id) ? await findDelivery(database, tenantId, id) : undefined;
    if (before === undefined) throw new DarkroomError('NOT_FOUND', 'There is no such delivery.');
    requireActive(await this.require(tenantId, before.webhookId));
    await admitHandSend(before.webhookId);
    const delivery = await requeueDelivery(database, tenantId, id);
    wake();
    if (delivery === undefined) throw new DarkroomError('NOT_FOUND', 'There is no such delivery.');
    return delivery;
  }

  /** A change, where there was one, with its entry in the audit trail. */
  private audited(
    act: AuditAct,
    by: Actor,
    change: (sql: Sql) => Promise<WebhookRow | undefined>,
  ): Promise<WebhookRow | undefined> {
    const { database, audit } = this.parts;
    return database.transaction(async sql => {
      const row = await change(sql);
      if (row !== undefined) await audit.record(sql, { tenantId: row.tenantId, act, by, objectId: row.id });
      return row;
    });
  }

  private async require(tenantId: string, id: string): Promise<WebhookRow> {
    return found(await findWebhook(this.parts.database, tenantId, known(id)));
  }

  private async requireKey(tenantId: string, id: string): Promise<void> {
    const key = isId('key', id) ? await findApiKeyOf(this.parts.database, tenantId, id) : undefined;
    if (key === undefined || key.revokedAt !== null)
      throw badInput('input.apiKeyId', 'UNKNOWN', 'the id of an API key of the tenant that is not revoked');
  }

  /** As it is kept: in the one spelling that URLs have. */
  private async checkUrl(text: string): Promise<string> {
    const { policy, origins } = this.parts;
    const { urlChars } = LIMITS.webhook;
    if (text.length > urlChars || !URL.canParse(text))
      throw badInput('input.url', 'URL', `a URL of up to ${urlChars} characters`);
    const url = new URL(text);
    await checkTarget(url, policy, origins).catch(error => {
      if (!DarkroomError.is(error)) throw error;
      const allowed = 'an https URL on the usual port of a host on the public internet';
      throw new DarkroomError(error.code, error.message, [{ path: 'input.url', code: error.code, allowed }]);
    });
    return url.href;
  }
}

/** An id that cannot be one is not looked up. */
function known(id: string): string {
  return isId('webhook', id) ? id : '';
}

function found<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new DarkroomError('NOT_FOUND', 'There is no such webhook.');
  return row;
}

function requireActive({ state, disabledReason }: WebhookRow): void {
  if (state === 'DISABLED')
    throw new DarkroomError(
      'WEBHOOK_DISABLED',
      `The webhook is disabled (${disabledReason}); enable it with enableWebhook.`,
    );
}
