/**
 * The object that a body holds; undefined for HTML, an empty body, a list or anything else.
 *
 * Whole numbers too long for a JS number come as text: Jumei's guide shows a taskId as a string and its upstream sends
 * a bare integer, of which JSON.parse would lose the last digits.
 */
export function parseJsonObject(body: Buffer): Record<string, unknown> | undefined {
  const text = body.toString('utf8').replace(/^\uFEFF/, '');
  const parsed = parse(text);
  if (parsed === undefined || !/\d{16}/.test(text)) return parsed;
  // Strings are matched first and kept. Only after a first parse: on text that is no JSON the pattern could take quadratic time.
  return parse(
    text.replace(/"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g, token =>
      token[0] === '"' ? token : `"${token}"`,
    ),
  );
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text or a number as text; undefined for anything else and for nothing. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
