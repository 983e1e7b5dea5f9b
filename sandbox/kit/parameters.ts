import { createHash } from 'node:crypto';
import { pictureKind } from './picture-size.js';
import { Refusal } from './refusal.js';

/** Ends the call with `code` where a parameter is not as the guide has it. */
export function insist(holds: boolean, code: string, detail: string): asserts holds {
  if (!holds) throw new Refusal(code, detail, 'OUT_OF_RANGE');
}

export function insistPresent<T>(value: T | undefined, code: string, name: string): T {
  if (value === undefined || value === '') throw new Refusal(code, `${name} required`, 'MISSING_PARAMETER');
  return value;
}

/** A number as text, without signs of other number formats. */
export function readNumber(text: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** Raw base64 of a picture: no `data:` prefix, and percent-encoded on the way, or every plus has become a blank. */
export function readBase64Picture(text: string, codes: { malformed: string; noPicture: string }): Buffer {
  if (text.startsWith('data:')) throw new Refusal(codes.malformed, 'base64 with a data: prefix', 'DATA_URL');
  if (text.includes(' ')) throw new Refusal(codes.malformed, 'base64 with blanks', 'BASE64_NOT_ENCODED');
  const bytes = Buffer.from(text, 'base64');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || pictureKind(bytes) === undefined)
    throw new Refusal(codes.noPicture, 'not a picture', 'NOT_A_PICTURE');
  return bytes;
}

/** The same for equal requests, and nothing of what they hold. */
export function identityOf(...values: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const value of values) hash.update(`${value.length}:`).update(value);
  return hash.digest('base64url');
}

/** A URL without its query: a signed link of the client to the same photo is a new one each time. */
export function withoutQuery(url: string): string {
  return url.split('?')[0] ?? url;
}
