import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import type { BodyShare } from '../body/body-budget.js';
import { declaredLength, drain, readBody } from '../body/read-body.js';
import { badMultipart, type MultipartParts, PartCollector, tooLarge } from './part-collector.js';

const { upload: limits } = LIMITS;

/**
 * Reads a multipart body into memory, in whatever order its parts come. Throws DarkroomError: BAD_MULTIPART,
 * FILE_TOO_LARGE, UPLOAD_ABORTED, OVERLOADED.
 */
export async function readParts(request: IncomingMessage, share: BodyShare): Promise<MultipartParts> {
  let fail: (error: DarkroomError) => void = () => {};
  let failure: DarkroomError | undefined;
  const failed = new Promise<never>((_resolve, reject) => {
    fail = error => {
      failure ??= error;
      reject(failure);
    };
  });
  // It is thrown between two chunks, or awaited after the last.
  failed.catch(() => {});
  const parser = createParser(request);
  const parts = new PartCollector(parser, fail, declaredLength(request));
  const finished = new Promise<void>(resolve => parser.on('finish', () => resolve()));
  parser.on('error', error => fail(badMultipart(`${(error as Error).message}.`)));
  try {
    await readBody(request, {
      share,
      take: chunk => {
        parser.write(chunk);
        if (failure) throw failure;
      },
      maxBytes: limits.bodyBytes,
      tooLarge: () => tooLarge(`The body is larger than ${limits.bodyBytes} bytes.`),
      timeoutMs: limits.timeoutMs,
      slow: 'UPLOAD_ABORTED',
      aborted: 'UPLOAD_ABORTED',
    });
    parser.end();
    await Promise.race([finished, failed]);
    return parts;
  } catch (error) {
    parts.discard();
    throw error;
  }
}

/** Throws BAD_MULTIPART. */
function createParser(request: IncomingMessage): BusboyInstance {
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      // No backpressure, because the whole body is kept in memory anyway. The parser never finishes a body with a part
      // that it skips and that is larger than this buffer.
      fileHwm: limits.bodyBytes,
      limits: {
        fieldSize: limits.fieldBytes,
        fields: limits.fields,
        fileSize: limits.fileBytes,
        files: limits.files,
        // Counts skipped parts, too: a body full of empty ones would take half a minute of CPU.
        parts: limits.fields + limits.files,
        headerPairs: limits.partHeaders,
        headerSize: limits.partHeaderBytes,
      },
    });
  } catch {
    drain(request, limits.bodyBytes);
    throw badMultipart('The content-type names no boundary, or too long a one.');
  }
}
