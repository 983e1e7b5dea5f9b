import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import { badMultipart, type MultipartParts, PartCollector, tooLarge } from './part-collector.js';

const { upload: limits } = LIMITS;

/**
 * Reads a multipart body into memory, in whatever order its parts come. Throws DarkroomError: BAD_MULTIPART,
 * FILE_TOO_LARGE, UPLOAD_ABORTED.
 */
export async function readParts(request: IncomingMessage): Promise<MultipartParts> {
  try {
    if (Number(request.headers['content-length']) > limits.bodyBytes) throw bodyTooLarge();
    return await parse(request, createParser(request));
  } catch (error) {
    drain(request);
    throw error;
  }
}

function parse(request: IncomingMessage, parser: BusboyInstance): Promise<MultipartParts> {
  return new Promise((resolve, reject) => {
    let settled = false;
    const settle = (error?: DarkroomError) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      request.off('data', count).off('close', onClose).unpipe(parser);
      if (!error) return resolve(parts);
      parts.discard();
      reject(error);
    };
    const timer = setTimeout(
      () => settle(new DarkroomError('UPLOAD_ABORTED', 'The upload took too long.')),
      limits.timeoutMs,
    );
    let received = 0;
    const count = (chunk: Buffer) => {
      received += chunk.length;
      if (received > limits.bodyBytes) settle(bodyTooLarge());
    };
    const onClose = () => {
      if (!request.complete) settle(new DarkroomError('UPLOAD_ABORTED'));
    };
    const parts = new PartCollector(parser, settle);
    parser.on('error', error => settle(badMultipart(`${(error as Error).message}.`)));
    parser.on('finish', () => settle());
    request.on('error', () => settle(new DarkroomError('UPLOAD_ABORTED')));
    request.on('close', onClose);
    request.on('data', count);
    request.pipe(parser);
  });
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
    throw badMultipart('The content-type names no boundary, or too long a one.');
  }
}

/**
 * Reads and drops the rest of a body. If we closed at once, the connection would be reset before a client that is still
 * sending has read our answer. The bytes are bounded here as well.
 */
function drain(request: IncomingMessage): void {
  let drained = 0;
  request.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > limits.bodyBytes) request.destroy();
  });
  request.resume();
}

function bodyTooLarge(): DarkroomError {
  return tooLarge(`The body is larger than ${limits.bodyBytes} bytes.`);
}
