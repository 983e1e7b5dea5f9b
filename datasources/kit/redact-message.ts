const MAX_CHARS = 200;
/** A shorter secret is not masked: without every `a` nothing would be left to read. */
const MIN_MASKED_CHARS = 2;

/**
 * A vendor's message for the operator's log: one short line without secrets, addresses (ours are signed) or base64.
 * Undefined if there is none.
 */
export function redactMessage(message: unknown, masked: readonly string[]): string | undefined {
  if (typeof message !== 'string') return undefined;
  let redacted = message.slice(0, 10 * MAX_CHARS);
  for (const secret of masked) if (secret.length >= MIN_MASKED_CHARS) redacted = redacted.replaceAll(secret, '***');
  redacted = redacted
    .replace(/https?:\/\/[^\s"'<>，。]+/gi, '(address)')
    .replace(/[A-Za-z0-9+/=_-]{64,}/g, '(data)')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_CHARS);
  return redacted === '' ? undefined : redacted;
}
