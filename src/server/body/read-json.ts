import type { IncomingMessage } from 'node:http';
import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import type { BodyShare } from './body-budget.js';
import { JsonText } from './json-text.js';
import { type BodyReading, declaredLength, readBody } from './read-body.js';

const { http: limits } = LIMITS;
/** A sender of single bytes would otherwise cost a hundred bytes for each. */
const BLOCK_BYTES = 65_536;

export interface JsonBody {
  readonly value: unknown;
  /** The characters of texts that are so long that only a photo in base64 can be. */
  readonly longChars: number;
}

/** Reads a JSON body. Throws DarkroomError: BODY_TOO_LARGE, REQUEST_TIMEOUT, OVERLOADED, BAD_REQUEST; and what `parse` throws. */
export async function readJson(
  request: IncomingMessage,
  share: BodyShare,
  parse: (text: string) => Promise<unknown>,
): Promise<JsonBody> {
  const length = declaredLength(request);
  if (length !== undefined && length <= limits.longTextBytes) return readShortJson(request, length, share, parse);
  const text = new JsonText();
  let block = Buffer.allocUnsafe(BLOCK_BYTES);
  let filled = 0;
  await readBody(request, {
    ...readingOf(share),
    take: chunk => {
      for (let from = 0; from < chunk.length; ) {
        const copied = chunk.copy(block, filled, from);
        from += copied;
        filled += copied;
        if (filled < block.length) continue;
        text.write(block);
        block = Buffer.allocUnsafe(BLOCK_BYTES);
        filled = 0;
      }
    },
  });
  text.write(block.subarray(0, filled));
  return { value: text.restore(await parse(text.end())), longChars: text.longChars };
}

/** Of a body that is too short for a long text, as most are: there is nothing to take out. */
async function readShortJson(
  request: IncomingMessage,
  length: number,
  share: BodyShare,
  parse: (text: string) => Promise<unknown>,
): Promise<JsonBody> {
  const block = Buffer.allocUnsafe(length);
  let filled = 0;
  // Node lets no more come than was declared.
  const take = (chunk: Buffer) => {
    filled += chunk.copy(block, filled);
  };
  await readBody(request, { ...readingOf(share), take });
  return { value: await parse(block.toString('utf8', 0, filled)), longChars: 0 };
}

function readingOf(share: BodyShare): Omit<BodyReading, 'take'> {
  return {
    share,
    maxBytes: limits.jsonBytes,
    tooLarge: () => new DarkroomError('BODY_TOO_LARGE', `A JSON body has at most ${limits.jsonBytes} bytes.`),
    timeoutMs: limits.requestTimeoutMs,
    slow: 'REQUEST_TIMEOUT',
    aborted: 'UPLOAD_ABORTED',
  };
}
