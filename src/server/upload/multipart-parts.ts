import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import busboy from 'busboy';
import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import { type UploadedFile, uploadedFile } from './uploaded-file.js';

export interface MultipartParts {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, UploadedFile>;
}

/**
 * Reads a multipart body into memory, in whatever order its parts come. Throws DarkroomError: BAD_MULTIPART,
 * FILE_TOO_LARGE, UPLOAD_ABORTED.
 *
 * busboy emits `error` by hand, possibly again after it was destroyed; a second one without a listener ends the
 * process (50 bytes are enough for graphql-upload-minimal). So its error listener stays for good. And it goes on using
 * a file stream after it told us of the limit: destroyed inside that call, it throws; so it is destroyed later.
 */
export function readParts(request: IncomingMessage): Promise<MultipartParts> {
  const { upload: limits } = LIMITS;
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length']) > limits.bodyBytes) {
      discard(request);
      return reject(bodyTooLarge());
    }
    const fields = new Map<string, string>();
    const files = new Map<string, UploadedFile>();
    const open = new Set<Readable>();
    const parser = createParser(request);
    if (!parser) {
      discard(request);
      return reject(badMultipart('The content-type names no boundary.'));
    }

    let settled = false;
    const settle = (error?: DarkroomError) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      request.off('data', count).off('end', onEnd).off('close', onClose).unpipe(parser);
      if (!error) return resolve({ fields, files });
      files.clear();
      discard(request);
      setImmediate(() => {
        for (const stream of open) stream.destroy();
        parser.destroy();
      });
      reject(error);
    };
    let timer = setTimeout(
      () => settle(new DarkroomError('UPLOAD_ABORTED', 'The upload took too long.')),
      limits.timeoutMs,
    );
    let received = 0;
    const count = (chunk: Buffer) => {
      received += chunk.length;
      if (received > limits.bodyBytes) settle(bodyTooLarge());
    };
    // A closing delimiter in the middle and a file that is cut off after it: busboy waits for that file for ever.
    const onEnd = () => {
      clearTimeout(timer);
      timer = setTimeout(() => settle(badMultipart('A part has no end.')), limits.parseMs);
    };
    const onClose = () => {
      if (!request.complete) settle(new DarkroomError('UPLOAD_ABORTED'));
    };

    parser.on('field', (name, value, { valueTruncated }) => {
      if (settled) return;
      if (name === undefined) return settle(badMultipart('A part has no name.'));
      if (valueTruncated) return settle(tooLarge(`A text part is larger than ${limits.fieldBytes} bytes.`));
      if (fields.has(name)) return settle(badMultipart('Two text parts have the same name.'));
      fields.set(name, value);
    });
    parser.on('file', (name, stream, { filename: given = '', encoding, mimeType: mimetype }) => {
      const filename = given.slice(0, 255);
      stream.on('error', () => {});
      if (settled) return void stream.resume();
      if (name === undefined) return settle(badMultipart('A part has no name.'));
      if (files.has(name)) return settle(badMultipart('Two files have the same part name.'));
      files.set(name, uploadedFile({ filename, mimetype, encoding, bytes: Buffer.alloc(0) }));
      const chunks: Buffer[] = [];
      open.add(stream);
      stream.on('limit', () => settle(tooLarge(`A file is larger than ${limits.fileBytes} bytes.`)));
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        open.delete(stream);
        if (!settled) files.set(name, uploadedFile({ filename, mimetype, encoding, bytes: Buffer.concat(chunks) }));
      });
      stream.on('close', () => {
        chunks.length = 0;
      });
    });
    parser.on('filesLimit', () => settle(badMultipart(`More than ${limits.files} files.`)));
    parser.on('fieldsLimit', () => settle(badMultipart(`More than ${limits.fields} text parts.`)));
    parser.on('error', error => settle(badMultipart(`${error.message}.`)));
    parser.on('close', () => settle());
    request.on('error', () => settle(new DarkroomError('UPLOAD_ABORTED')));
    request.on('close', onClose);
    request.on('end', onEnd);
    request.on('data', count);
    request.pipe(parser);
  });
}

/** busboy calls a value of exactly its limit truncated, so both sizes are given one byte more. */
function createParser(request: IncomingMessage) {
  const { upload: limits } = LIMITS;
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: {
        fieldSize: limits.fieldBytes + 1,
        fields: limits.fields,
        fileSize: limits.fileBytes + 1,
        files: limits.files,
      },
    });
  } catch {
    return undefined;
  }
}

/**
 * A client that is still sending reads our answer only if we go on taking its bytes; closing at once would reset the
 * connection under the answer. What we take so is bounded too.
 */
function discard(request: IncomingMessage): void {
  let discarded = 0;
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > LIMITS.upload.bodyBytes) request.destroy();
  });
  request.resume();
}

function badMultipart(message: string): DarkroomError {
  return new DarkroomError('BAD_MULTIPART', message);
}

function tooLarge(message: string): DarkroomError {
  return new DarkroomError('FILE_TOO_LARGE', message);
}

function bodyTooLarge(): DarkroomError {
  return tooLarge(`The body is larger than ${LIMITS.upload.bodyBytes} bytes.`);
}
