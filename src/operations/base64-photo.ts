import { setImmediate as turn } from 'node:timers/promises';
import { badInput, DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';

const DATA_URL = /^data:image\/[a-z.+-]{1,30};base64,/i;
/** Decoded in one turn of the event loop. All 27 MB at once would hold it for 150 ms. */
const AT_ONCE = 1_000_000;

/**
 * Standard or URL-safe alphabet, with or without padding, line breaks or a data: prefix, as front ends really send it.
 * Throws BAD_USER_INPUT, FILE_TOO_LARGE.
 */
export async function decodeBase64(text: string, path: string): Promise<Buffer> {
  const most = LIMITS.upload.fileBytes;
  if (text.length > most * 1.4) throw tooLarge();
  const end = text.length - /[=\r\n]{0,16}$/.exec(text.slice(-16))![0].length;
  if (text.slice(end).split('=').length > 3) throw notBase64(path);
  const decoded = Buffer.allocUnsafe(Math.ceil((end * 3) / 4));
  let length = 0;
  let rest = '';
  for (let from = DATA_URL.exec(text.slice(0, 64))?.[0].length ?? 0; from < end; from += AT_ONCE) {
    if (length > 0) await turn();
    const part = rest + text.slice(from, Math.min(from + AT_ONCE, end)).replace(/[\r\n]/g, '');
    if (!/^[A-Za-z0-9+/_-]*$/.test(part)) throw notBase64(path);
    // Four letters are three bytes.
    const whole = from + AT_ONCE < end ? part.length - (part.length % 4) : part.length;
    length += decoded.write(part.slice(0, whole), length, 'base64');
    rest = part.slice(whole);
    if (length > most) throw tooLarge();
  }
  return decoded.subarray(0, length);
}

function notBase64(path: string): DarkroomError {
  return badInput(path, 'BASE64', 'base64 of a JPEG, PNG or WebP file');
}

function tooLarge(): DarkroomError {
  return new DarkroomError('FILE_TOO_LARGE', `The photo is larger than ${LIMITS.upload.fileBytes} bytes.`);
}
