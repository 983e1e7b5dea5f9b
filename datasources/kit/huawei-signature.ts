import { createHash, createHmac } from 'node:crypto';

/**
 * APP signature of Huawei's API gateway, SDK-HMAC-SHA256 (support.huaweicloud.com/devg-apisign). Unlike AWS it derives
 * no key, and the path that is signed always ends in a slash, whatever path is sent.
 */
export interface SignableRequest {
  method: string;
  /** As it is sent, query included. */
  url: string;
  /** Signed together with `host` and `x-sdk-date`; lower-case names. Sign few, since a proxy may change any other. */
  headers: Readonly<Record<string, string>>;
  /** The same bytes that are sent. Serialising again could give others. */
  body: Uint8Array | string;
  key: string;
  secret: string;
  /** `YYYYMMDDTHHMMSSZ`, within 15 minutes of the gateway's clock; `sdkDate` writes it. */
  date: string;
}

export interface HuaweiSignature {
  canonicalRequest: string;
  signedHeaders: string;
  signature: string;
  /** The value of the header `authorization`. It says `Access=`, where AWS says `Credential=`. */
  authorization: string;
}

const ALGORITHM = 'SDK-HMAC-SHA256';

export function signHuawei(request: SignableRequest): HuaweiSignature {
  const url = new URL(request.url);
  const headers: [string, string][] = Object.entries({
    ...request.headers,
    host: url.host,
    'x-sdk-date': request.date,
  }).sort(([a], [b]) => (a < b ? -1 : 1));
  const signedHeaders = headers.map(([name]) => name).join(';');
  const canonicalRequest = [
    request.method,
    canonicalPath(url.pathname),
    canonicalQuery(url.search.slice(1)),
    ...headers.map(([name, value]) => `${name}:${value.trim()}`),
    '',
    signedHeaders,
    sha256(request.body),
  ].join('\n');
  const signature = createHmac('sha256', request.secret)
    .update(`${ALGORITHM}\n${request.date}\n${sha256(canonicalRequest)}`)
    .digest('hex');
  const authorization = `${ALGORITHM} Access=${request.key}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return { canonicalRequest, signedHeaders, signature, authorization };
}

/** Milliseconds since the epoch as the gateway writes a time. */
export function sdkDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** The inverse of `sdkDate`; undefined for anything else. */
export function parseSdkDate(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * RFC 3986: only A-Z a-z 0-9 - _ . ~ stay. The gateway refuses a signature over anything else, so neither
 * URLSearchParams (it writes `+` for a blank and keeps `*`) nor encodeURIComponent (it keeps `!'()*`) will do.
 */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalPath(pathname: string): string {
  const path = pathname
    .split('/')
    .map(segment => encodeRfc3986(decodeURIComponent(segment)))
    .join('/');
  return path.endsWith('/') ? path : `${path}/`;
}

/** Sorted as the gateway sorts: by the decoded name, then by the decoded value, byte by byte. */
function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter(Boolean)
    .map(pair => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')].map(part => decodeURIComponent(part)) as [string, string];
    })
    .sort(([a, x], [b, y]) => compareBytes(a, b) || compareBytes(x, y))
    .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`)
    .join('&');
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}
