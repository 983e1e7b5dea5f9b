import { createHmac, timingSafeEqual } from 'node:crypto';
import { ID_PREFIXES } from '../kernel/ids.js';
import type { Secrets } from '../kernel/secrets.js';
import type { BrowserTokenKind } from '../store/browser-token-rows.js';

const PREFIXES = { dt: 'TASK_TOKEN', dl: 'PHOTO_LINK' } as const satisfies Record<string, BrowserTokenKind>;
const ID_KINDS = { TASK_TOKEN: 'token', PHOTO_LINK: 'link' } as const satisfies Record<BrowserTokenKind, string>;

/** What a browser token says. */
export interface SignedToken {
  kind: BrowserTokenKind;
  id: string;
  expiresAt: Date;
}

/**
 * Tokens for browsers, `dt_` or `dl_`, then the random part of their id, their end in seconds and an HMAC-SHA256 over
 * these. So one that is forged or has ended is refused without a look into the database, and the database holds nothing
 * of which a token could be made.
 */
export class TokenSigner {
  constructor(private readonly secrets: Pick<Secrets, 'key' | 'keys'>) {}

  /** The end is to be in whole seconds. */
  write({ kind, id, expiresAt }: SignedToken): string {
    const prefix = Object.entries(PREFIXES).find(([, named]) => named === kind)![0];
    const head = `${prefix}_${id.slice(id.indexOf('_') + 1)}_${(expiresAt.getTime() / 1_000).toString(36)}`;
    return `${head}_${signed(head, this.secrets.key('browser tokens'))}`;
  }

  /** Undefined for what was not signed here, or has ended. */
  read(token: string): SignedToken | undefined {
    const match = /^((d[tl])_([0-9a-z]{26})_([0-9a-z]{1,9}))_([\w-]{43})$/.exec(token);
    if (match === null) return undefined;
    const [, head, prefix, random, end, signature] = match as unknown as [string, ...string[]];
    // As text, not decoded: two bits of the last character are unused, so four texts decode to the same bytes.
    const isOurs = (key: Buffer) => timingSafeEqual(Buffer.from(signature!), Buffer.from(signed(head!, key)));
    if (!this.secrets.keys('browser tokens').some(isOurs)) return undefined;
    const kind = PREFIXES[prefix as keyof typeof PREFIXES];
    const expiresAt = new Date(Number.parseInt(end!, 36) * 1_000);
    if (expiresAt.getTime() <= Date.now()) return undefined;
    return { kind, id: `${ID_PREFIXES[ID_KINDS[kind]]}_${random}`, expiresAt };
  }
}

function signed(head: string, key: Buffer): string {
  return createHmac('sha256', key).update(head).digest('base64url');
}

/** Whether a text has the form of a browser token. */
export function looksSigned(token: string): boolean {
  return /^d[tl]_/.test(token);
}
