import { hash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { findLiveApiKey, findTenant, hasApiKeys, type LiveApiKeyRow, noteApiKeysUsed } from '../store/access-rows.js';
import { findLiveToken, type LiveTokenRow } from '../store/browser-token-rows.js';
import type { Database } from '../store/database.js';
import type { Caller } from './caller.js';
import { ALL_SCOPES, isScope } from './scopes.js';
import type { Sessions } from './sessions.js';
import type { TokenIssuer } from './token-issuer.js';
import { looksSigned, type TokenSigner } from './token-signer.js';

/** Where all tasks are that were made before there were tenants, and those of a server without keys. */
export const DEFAULT_TENANT = 'default';

/** `dk_` and 256 random bits. */
const API_KEY = /^dk_[\w-]{43}$/;

/** Whoever reaches a server without keys. */
export const OPEN_CALLER: Caller = {
  kind: 'OPEN',
  id: 'open',
  name: 'Everybody on this machine',
  tenantId: DEFAULT_TENANT,
  apiKeyId: null,
  scopes: new Set(ALL_SCOPES),
  expiresAt: null,
  operationsPerMinute: { key: null, tenant: null },
};

/** What a request or a socket shows of itself. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders;
  /** The payload of graphql-ws's `connection_init`: a page cannot set the headers of a WebSocket. */
  readonly connectionParams?: Readonly<Record<string, unknown>>;
  /** The cookie of a page of our own; see `Sessions`. It counts where nothing else is shown. */
  readonly session?: string | undefined;
}

/** What was shown: `hash` is that of the key or token. Of the session of an API key there is no more than that. */
interface Shown {
  readonly hash: string;
  readonly token?: string;
}

export interface StartedSession {
  readonly value: string;
  readonly expiresAt: Date;
}

export function newApiKey(): string {
  return `dk_${randomBytes(32).toString('base64url')}`;
}

/** Of 256 random bits a plain hash is enough: there is nothing to guess. */
export function hashApiKey(key: string): string {
  return hash('sha256', key, 'hex');
}

export interface AccessParts {
  database: Database;
  log: Pick<Logger, 'warn'>;
  /** Reads task tokens and photo links. */
  tokens: TokenSigner;
  /** Writes and reads the cookies of signed-in pages. */
  sessions: Sessions;
  /** Whose JWTs are taken; undefined: none. */
  issuer?: TokenIssuer | undefined;
}

/**
 * Says who asks. A server on which no key was ever made, and that knows no issuer of JWTs, is open: it listens on
 * loopback alone. From the first key on everybody has to show one. What was found holds for a few seconds, on each
 * replica: so long a revoked key may still be taken.
 */
export class AccessService {
  private readonly callers = new LRUCache<string, Caller>({
    max: LIMITS.access.cachedCallers,
    ttl: LIMITS.access.cachedMs,
  });
  private readonly used = new Set<string>();
  private closed: boolean;
  private lookedAt = 0;

  private constructor(
    private readonly parts: AccessParts,
    closed: boolean,
  ) {
    this.closed = closed;
  }

  static async open(parts: AccessParts): Promise<AccessService> {
    return new AccessService(parts, parts.issuer !== undefined || (await hasApiKeys(parts.database)));
  }

  /** Whoever reaches the server may use all of it. */
  get isOpen(): boolean {
    return !this.closed;
  }

  /** Whose JWTs are taken; undefined: none. */
  get issuer(): TokenIssuer | undefined {
    return this.parts.issuer;
  }

  /** Throws UNAUTHENTICATED, ISSUER_UNAVAILABLE. */
  async authenticate(credentials: Credentials): Promise<Caller> {
    const shown = this.shownIn(credentials);
    if (shown === undefined) {
      if (await this.staysOpen()) return OPEN_CALLER;
      throw new DarkroomError('UNAUTHENTICATED', 'An API key is needed: send `Authorization: Bearer dk_…`.');
    }
    const caller = this.callers.get(shown.hash) ?? (await this.find(shown));
    if (caller.expiresAt !== null && caller.expiresAt.getTime() <= Date.now()) throw refused();
    if (caller.kind === 'API_KEY') this.used.add(caller.id);
    return caller;
  }

  /** For a page that shows a key or JWT once. Throws UNAUTHENTICATED, ISSUER_UNAVAILABLE, FORBIDDEN, BAD_REQUEST. */
  async startSession({ headers }: Pick<Credentials, 'headers'>): Promise<StartedSession> {
    const token = tokenOf({ headers });
    if (token === undefined) throw new DarkroomError('UNAUTHENTICATED', 'Send `Authorization: Bearer` and the key.');
    const { kind, expiresAt: end } = await this.authenticate({ headers });
    if (kind !== 'API_KEY' && kind !== 'JWT')
      throw new DarkroomError(
        'FORBIDDEN',
        'A session is for API keys and JWTs; task tokens and photo links have none.',
      );
    const latest = Date.now() + LIMITS.session.keptMs;
    const expiresAt = new Date(Math.min(end?.getTime() ?? latest, latest));
    const holder = kind === 'JWT' ? { jwt: token } : { keyHash: hashApiKey(token) };
    return { value: this.parts.sessions.write(holder, expiresAt), expiresAt };
  }

  /** Forgets what was found, so that a key that was made or revoked here counts at once. */
  changed(): void {
    this.callers.clear();
    this.lookedAt = 0;
  }

  /** Writes down which keys were used; to be called now and then. */
  async flush(): Promise<void> {
    const ids = [...this.used];
    this.used.clear();
    if (ids.length > 0) await noteApiKeysUsed(this.parts.database, ids);
  }

  /** A session that has ended, or of another server on this host, is as none: browsers do not tell ports apart. */
  private shownIn(credentials: Credentials): Shown | undefined {
    const token = tokenOf(credentials);
    if (token !== undefined) return { hash: hashApiKey(token), token };
    const { session } = credentials;
    const holder = session === undefined ? undefined : this.parts.sessions.read(session);
    if (holder === undefined) return undefined;
    return 'jwt' in holder ? { hash: hashApiKey(holder.jwt), token: holder.jwt } : { hash: holder.keyHash };
  }

  private async find({ hash, token }: Shown): Promise<Caller> {
    const caller = await (token === undefined || API_KEY.test(token)
      ? this.findKey(hash)
      : looksSigned(token)
        ? this.findToken(token)
        : this.readJwt(token));
    this.callers.set(hash, caller);
    return caller;
  }

  private async findToken(token: string): Promise<Caller> {
    const signed = this.parts.tokens.read(token);
    const row = signed && (await findLiveToken(this.parts.database, signed.id));
    // What anybody could make is worth nothing once there are keys.
    if (row === undefined || (row.maker === 'OPEN' && !(await this.staysOpen()))) throw refused();
    return callerOfToken(row);
  }

  private async findKey(hash: string): Promise<Caller> {
    const key = await findLiveApiKey(this.parts.database, hash);
    if (key === undefined) throw refused();
    this.closed = true;
    return callerOf(key);
  }

  private async readJwt(token: string): Promise<Caller> {
    const caller = await this.parts.issuer?.read(token);
    const tenant = caller && (await findTenant(this.parts.database, caller.tenantId));
    if (caller === undefined || tenant === undefined || tenant.closedAt !== null) throw refused();
    return { ...caller, operationsPerMinute: { key: null, tenant: tenant.operationsPerMinute } };
  }

  /** Another replica, or a command, may have made the first key. */
  private async staysOpen(): Promise<boolean> {
    if (this.closed) return false;
    if (Date.now() - this.lookedAt > LIMITS.access.cachedMs) {
      this.closed = await hasApiKeys(this.parts.database);
      this.lookedAt = Date.now();
      if (this.closed) this.parts.log.warn({}, 'the first API key was made: from now on every caller has to show one');
    }
    return !this.closed;
  }
}

function callerOf({ id, name, tenantId, scopes, expiresAt, ...row }: LiveApiKeyRow): Caller {
  const operationsPerMinute = { key: row.operationsPerMinute, tenant: row.tenantOperationsPerMinute };
  return {
    kind: 'API_KEY',
    id,
    name,
    tenantId,
    apiKeyId: id,
    scopes: new Set(scopes.filter(isScope)),
    expiresAt,
    operationsPerMinute,
  };
}

/** Without a scope: the root fields that are open to it name its kind. */
function callerOfToken({ kind, id, tenantId, apiKeyId, expiresAt, operationsPerMinute }: LiveTokenRow): Caller {
  const name = kind === 'TASK_TOKEN' ? 'Task token' : 'Photo link';
  return { kind, id, name, tenantId, apiKeyId, scopes: new Set(), expiresAt, operationsPerMinute };
}

/** One answer for all: a key or token that is wrong, revoked, past its time, or of a tenant that is closed. */
function refused(): DarkroomError {
  return new DarkroomError('UNAUTHENTICATED', 'The API key or token is not valid, or not any more.');
}

/** On a socket `connectionParams` go before the headers of its upgrade. Throws UNAUTHENTICATED for another scheme. */
function tokenOf({ headers, connectionParams = {} }: Omit<Credentials, 'session'>): string | undefined {
  const given = connectionParams.authorization ?? connectionParams.Authorization ?? headers.authorization;
  if (given === undefined || given === null || given === '') return undefined;
  const [, token] =
    (typeof given === 'string' && given.length <= LIMITS.access.tokenChars ? /^Bearer +(\S+)$/i.exec(given) : null) ??
    [];
  if (token === undefined)
    throw new DarkroomError('UNAUTHENTICATED', 'The authorization is not understood: send `Bearer` and the key.');
  return token;
}
