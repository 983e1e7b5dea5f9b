const MOST = 200;
/** Shorter ones are ordinary words: masking `a` everywhere would leave nothing to read. */
const LEAST_MASKED = 2;

/**
 * A vendor's message for the operator's log: one short line without secrets, addresses (ours are signed) or base64.
 * Undefined if there is none.
 */
export function vendorWords(message: unknown, masked: readonly string[]): string | undefined {
  if (typeof message !== 'string') return undefined;
  let words = message.slice(0, 10 * MOST);
  for (const secret of masked) if (secret.length >= LEAST_MASKED) words = words.replaceAll(secret, '***');
  words = words
    .replace(/https?:\/\/[^\s"'<>，。]+/gi, '(address)')
    .replace(/[A-Za-z0-9+/=_-]{64,}/g, '(data)')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, MOST);
  return words === '' ? undefined : words;
}
