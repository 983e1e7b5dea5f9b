import { ApiError } from '../data/errors.ts';
import { language } from '../i18n/language.ts';

/** The key goes to the server once, and becomes a cookie that no script can read. Throws ApiError. */
export async function signIn(key: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, 'accept-language': language() };
  const response = await fetch('/session', { method: 'POST', headers }).catch(() => undefined);
  if (response === undefined) throw ApiError.network('The server was not reached.');
  if (response.status !== 204) throw ApiError.of(((await response.json()) as { errors: [never] }).errors[0]);
  location.reload();
}

export async function signOut(): Promise<void> {
  await fetch('/session', { method: 'DELETE' });
  location.assign('/');
}
