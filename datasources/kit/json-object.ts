/**
 * The JSON object in a body in UTF-8; undefined for HTML, an empty body, a list or anything else.
 *
 * Integers of 16 digits and more come as text, because JSON.parse would lose their last digits. Jumei's guide shows a
 * taskId as a string, and its upstream sends such an integer.
 */
export function parseJsonObject(body: Buffer): Record<string, unknown> | undefined {
  const text = body.toString('utf8');
  const parsed = parse(text);
  if (parsed === undefined || !/\d{16}/.test(text)) return parsed;
  // The pattern matches strings first, to leave digits inside them alone. It runs on valid JSON only: on other text it
  // could take quadratic time.
  return parse(
    text.replace(/"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g, token =>
      token[0] === '"' ? token : `"${token}"`,
    ),
  );
}

/** What JSON can say and Postgres cannot keep: NUL, and half of a surrogate pair. */
const UNKEEPABLE = /\\u(?:0000|d[89a-f])/i;

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text, UNKEEPABLE.test(text) ? keepable : undefined);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A paid answer must not be lost because a text in it cannot be written down. */
function keepable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '').replace(/\p{Cs}/gu, '\ufffd') : value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object, or the JSON text of one: some answers hold `data` so. Undefined for anything else. */
export function asObject(value: unknown): Record<string, unknown> | undefined {
  if (typeof value === 'string') return parseJsonObject(Buffer.from(value));
  return isObject(value) ? value : undefined;
}

/** Text, or a number as text; undefined for anything else and for empty text. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
