import type { Actor } from '../audit/acts.js';
import type { Audit } from '../audit/audit.js';
import { badInput, DarkroomError } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import { LIMITS } from '../kernel/limits.js';
import {
  type ApiKeyRow,
  closeTenant,
  findApiKey,
  findTenant,
  insertApiKey,
  insertTenant,
  limitTenant,
  listApiKeys,
  listTenants,
  revokeApiKey,
  type TenantRow,
} from '../store/access-rows.js';
import type { Database } from '../store/database.js';
import { DEFAULT_TENANT, hashApiKey, newApiKey } from './access-service.js';
import { ALL_SCOPES, isScope, type Scope } from './scopes.js';

export interface NewKey {
  name: string;
  scopes: readonly string[];
  tenantId?: string | undefined;
  expiresAt?: Date | undefined;
  /** As the server is configured, if not given. */
  operationsPerMinute?: number | undefined;
}

export interface NewTenant {
  id: string;
  name: string;
  operationsPerMinute?: number | undefined;
}

/** API keys and tenants, for admins: by a command or by the API. */
export class KeyService {
  /** @param changed called after each change, so that it counts at once here */
  constructor(
    private readonly database: Database,
    private readonly audit: Pick<Audit, 'record'>,
    private readonly changed: () => void = () => {},
  ) {}

  /** `secret` is shown this once; the database has its hash. Throws BAD_USER_INPUT, NOT_FOUND. */
  async createKey(wish: NewKey, by: Actor): Promise<{ key: ApiKeyRow; secret: string }> {
    const { tenantId = DEFAULT_TENANT, expiresAt } = wish;
    const name = readName(wish.name);
    const scopes = readScopes(wish.scopes);
    if (expiresAt !== undefined && !(expiresAt.getTime() > Date.now()))
      throw badInput('input.expiresAt', 'RANGE', 'a time in the future');
    const tenant = await findTenant(this.database, tenantId);
    if (tenant === undefined || tenant.closedAt !== null)
      throw new DarkroomError('NOT_FOUND', 'There is no such tenant, or it is closed.', [
        { path: 'input.tenantId', code: 'UNKNOWN', allowed: 'the id of a tenant that is not closed' },
      ]);
    const secret = newApiKey();
    const operationsPerMinute = readRate(wish.operationsPerMinute, 'input.operationsPerMinute');
    const id = newId('key');
    const hash = hashApiKey(secret);
    const row = { id, tenantId, name, hash, scopes, operationsPerMinute, expiresAt: expiresAt ?? null };
    const key = await this.database.transaction(async sql => {
      await this.audit.record(sql, { tenantId, act: 'KEY_CREATED', by, objectId: id });
      return insertApiKey(sql, row);
    });
    this.changed();
    return { key, secret };
  }

  /** Of one tenant; null: of all. */
  listKeys(tenantId: string | null): Promise<ApiKeyRow[]> {
    return listApiKeys(this.database, tenantId);
  }

  /** Throws NOT_FOUND. */
  async revokeKey(id: string, by: Actor): Promise<ApiKeyRow> {
    const key = await this.database.transaction(async sql => {
      const revoked = await revokeApiKey(sql, id);
      if (revoked === undefined) return findApiKey(sql, id);
      await this.audit.record(sql, { tenantId: revoked.tenantId, act: 'KEY_REVOKED', by, objectId: id });
      return revoked;
    });
    if (key === undefined) throw new DarkroomError('NOT_FOUND', 'There is no such API key.');
    this.changed();
    return key;
  }

  listTenants(): Promise<TenantRow[]> {
    return listTenants(this.database);
  }

  /** Throws BAD_USER_INPUT, also for an id that there is already. */
  async createTenant({ id, name: given, operationsPerMinute: rate }: NewTenant, by: Actor): Promise<TenantRow> {
    if (!/^[a-z][a-z0-9-]{1,38}[a-z0-9]$/.test(id))
      throw badInput('input.id', 'PATTERN', '3 to 40 small letters, digits and hyphens, such as north-school');
    const name = readName(given);
    const operationsPerMinute = readRate(rate, 'input.operationsPerMinute');
    const tenant = await this.database.transaction(async sql => {
      const made = await insertTenant(sql, { id, name, operationsPerMinute });
      if (made !== undefined) await this.audit.record(sql, { tenantId: id, act: 'TENANT_CREATED', by, objectId: id });
      return made;
    });
    if (tenant === undefined) throw badInput('input.id', 'TAKEN', 'an id that no tenant has or had');
    return tenant;
  }

  /** Of all its keys together; undefined: as the server is configured. Throws NOT_FOUND, BAD_USER_INPUT. */
  async limitTenant(id: string, operationsPerMinute: number | undefined, by: Actor): Promise<TenantRow> {
    const rate = readRate(operationsPerMinute, 'operationsPerMinute');
    const outcome = String(rate ?? 'DEFAULT');
    const tenant = await this.database.transaction(async sql => {
      const limited = await limitTenant(sql, id, rate);
      if (limited !== undefined)
        await this.audit.record(sql, { tenantId: id, act: 'TENANT_LIMITED', by, objectId: id, outcome });
      return limited;
    });
    if (tenant === undefined) throw new DarkroomError('NOT_FOUND', 'There is no such tenant.');
    this.changed();
    return tenant;
  }

  /**
   * Its keys are refused from then on, and its webhooks are sent nothing more: nobody could ask what a message is about.
   * What is kept of it stays until its time. Throws NOT_FOUND, BAD_USER_INPUT.
   */
  async closeTenant(id: string, by: Actor): Promise<TenantRow> {
    if (id === DEFAULT_TENANT) throw badInput('id', 'DEFAULT', 'a tenant other than the default one');
    const tenant = await this.database.transaction(async sql => {
      const closed = await closeTenant(sql, id);
      if (closed === undefined) return findTenant(sql, id);
      await this.audit.record(sql, { tenantId: id, act: 'TENANT_CLOSED', by, objectId: id });
      return closed;
    });
    if (tenant === undefined) throw new DarkroomError('NOT_FOUND', 'There is no such tenant.');
    this.changed();
    return tenant;
  }
}

function readName(given: string): string {
  const name = given.slice(0, LIMITS.access.nameChars + 1).trim();
  if (name === '' || name.length > LIMITS.access.nameChars)
    throw badInput('input.name', 'LENGTH', `1 to ${LIMITS.access.nameChars} characters`);
  return name;
}

function readRate(given: number | undefined, path: string): number | null {
  if (given === undefined) return null;
  const { maxOperations } = LIMITS.rate;
  if (!Number.isInteger(given) || given < 1 || given > maxOperations)
    throw badInput(path, 'RANGE', `a whole number from 1 to ${maxOperations}`);
  return given;
}

function readScopes(given: readonly string[]): Scope[] {
  const scopes = [...new Set(given)];
  if (scopes.length === 0 || scopes.length > ALL_SCOPES.length || !scopes.every(isScope))
    throw badInput('input.scopes', 'UNKNOWN', `one or more of: ${ALL_SCOPES.join(', ')}`);
  return scopes;
}
