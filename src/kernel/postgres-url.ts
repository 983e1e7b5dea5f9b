/** The variable that a URL is from. */
export type UrlVariable = 'DATABASE_URL' | 'DATABASE_DIRECT_URL';

const NO_HOST = 'no-host.invalid';

/**
 * Where a Postgres URL leads, as `host:port` or as the folder of a socket, without user and password. Undefined where it
 * is no URL that `pg` can use: it takes one host only.
 */
export function postgresPlace(text: string): string | undefined {
  // The manual of Postgres writes `postgresql://user@/darkroom?host=/run/postgresql`, which is no URL by the standard.
  const whole = text.replace(/^(\w+:\/\/[^/?#]*@)\//, `$1${NO_HOST}/`);
  if (!/^postgres(ql)?:\/\//.test(whole) || !URL.canParse(whole)) return undefined;
  const { hostname, port, searchParams, username, password, pathname } = new URL(whole);
  if (![hostname, username, password, pathname].every(isDecodable)) return undefined;
  const named = hostname === NO_HOST ? '' : hostname.replaceAll(/%2f/gi, '/');
  const host = searchParams.get('host') || named || 'localhost';
  if (host.startsWith('/')) return host;
  return host.includes(',') ? undefined : `${host}:${searchParams.get('port') || port || 5432}`;
}

function isDecodable(text: string): boolean {
  try {
    // A percent sign that begins no code is taken for itself.
    decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'));
    return true;
  } catch {
    return false;
  }
}
