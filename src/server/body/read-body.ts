import type { IncomingMessage } from 'node:http';
import { DarkroomError, type ErrorCode } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import type { BodyShare } from './body-budget.js';

const { http: limits } = LIMITS;

export interface BodyReading {
  readonly share: BodyShare;
  /** Throws DarkroomError. */
  take(chunk: Buffer): void;
  readonly maxBytes: number;
  readonly tooLarge: () => DarkroomError;
  readonly timeoutMs: number;
  /** The code of a body that breaks off, or comes too slowly. */
  readonly slow: ErrorCode;
  readonly aborted: ErrorCode;
}

/**
 * Reads a body to its end, chunk by chunk, within its limits of length, time and pace. Rejects with a DarkroomError,
 * after which the rest of the body is read and dropped.
 */
export async function readBody(request: IncomingMessage, reading: BodyReading): Promise<void> {
  try {
    if ((declaredLength(request) ?? 0) > reading.maxBytes) throw reading.tooLarge();
    await readChunks(request, reading);
  } catch (error) {
    drain(request, reading.maxBytes);
    throw error;
  }
}

export function declaredLength(request: IncomingMessage): number | undefined {
  const { 'content-length': length } = request.headers;
  return length === undefined ? undefined : Number(length);
}

function readChunks(request: IncomingMessage, reading: BodyReading): Promise<void> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    let received = 0;
    const settle = (error?: unknown) => {
      clearInterval(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onData = (chunk: Buffer) => {
      received += chunk.length;
      try {
        if (received > reading.maxBytes) throw reading.tooLarge();
        reading.share.came(chunk.length);
        reading.take(chunk);
      } catch (error) {
        settle(error);
      }
    };
    const onEnd = () => settle();
    const onClose = () => settle(new DarkroomError(reading.aborted));
    // What came with its head, as small bodies do, is there already.
    const timer = request.complete
      ? undefined
      : setInterval(() => {
          const elapsedMs = performance.now() - begun;
          const due = ((elapsedMs - limits.slowGraceMs) / 1_000) * limits.slowestBytesPerSecond;
          if (elapsedMs > reading.timeoutMs || received < due)
            settle(new DarkroomError(reading.slow, 'The body of the request came too slowly.'));
        }, 1_000).unref();
    if (request.destroyed) onClose();
    request.on('error', () => settle(new DarkroomError(reading.aborted)));
    request.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}

/**
 * Reads and drops the rest of a body. If we closed at once, the connection would be reset before a client that is still
 * sending has read our answer. The bytes are bounded here as well, and the time by Node's own limit for a request.
 */
export function drain(request: IncomingMessage, maxBytes: number): void {
  let drained = 0;
  request.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > maxBytes) request.destroy();
  });
  request.resume();
}
