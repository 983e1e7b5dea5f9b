import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import type { ToyServer } from './server-fixture.js';

export const BOUNDARY = 'darkroom-boundary';

export interface Part {
  name?: string;
  filename?: string;
  type?: string;
  content: string | Buffer;
}

/** A multipart body by hand: what FormData cannot express has to be expressible too. */
export function multipartBody(parts: readonly Part[], boundary = BOUNDARY): Buffer {
  const pieces: (string | Buffer)[] = [];
  for (const { name, filename, type, content } of parts) {
    const disposition = ['form-data'];
    if (name !== undefined) disposition.push(`name="${name}"`);
    if (filename !== undefined) disposition.push(`filename="${filename}"`);
    pieces.push(`--${boundary}\r\ncontent-disposition: ${disposition.join('; ')}\r\n`);
    if (type !== undefined) pieces.push(`content-type: ${type}\r\n`);
    pieces.push('\r\n', content, '\r\n');
  }
  pieces.push(`--${boundary}--\r\n`);
  return Buffer.concat(pieces.map(piece => Buffer.from(piece as string)));
}

export const UPLOAD = 'mutation($file: Upload!) { upload(file: $file) { filename mimetype bytes text } }';

export function operations(query = UPLOAD, variables: unknown = { file: null }): Part {
  return { name: 'operations', content: JSON.stringify({ query, variables }) };
}

export function mapPart(map: unknown = { '0': ['variables.file'] }): Part {
  return { name: 'map', content: JSON.stringify(map) };
}

export function filePart(name = '0', content: string | Buffer = 'a photo', filename = 'photo.jpg'): Part {
  return { name, filename, type: 'image/jpeg', content };
}

export interface UploadAnswer {
  status: number;
  code: unknown;
  message: string | undefined;
  data: unknown;
}

export async function send(
  server: ToyServer,
  body: Buffer | readonly Part[],
  headers: Record<string, string> = { 'apollo-require-preflight': '1' },
  place = '/graphql',
): Promise<UploadAnswer> {
  const response = await fetch(`${server.origin}${place}`, {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, ...headers },
    body: new Uint8Array(Buffer.isBuffer(body) ? body : multipartBody(body)),
    signal: AbortSignal.timeout(5_000),
  });
  const answer = (await response.json()) as {
    data?: unknown;
    errors?: { message: string; extensions?: { code?: unknown } }[];
  };
  const error = answer.errors?.[0];
  return { status: response.status, code: error?.extensions?.code, message: error?.message, data: answer.data };
}

/** Sends the beginning of a request and then goes away; resolves when the connection is gone. */
export function sendAndAbort(server: ToyServer, body: Buffer, sentBytes: number): Promise<void> {
  return new Promise(resolve => {
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(head(server, body));
      socket.write(body.subarray(0, sentBytes), () => socket.destroy());
    });
    socket.on('error', () => {});
    socket.once('close', () => resolve());
  });
}

/** Sends the first bytes, waits for an answer, and sends the rest only then. `error`: the connection was reset under it. */
export function sendSlowly(
  server: ToyServer,
  body: Buffer,
  firstBytes: number,
): Promise<{ answer: string; error: Error | undefined }> {
  return new Promise(resolve => {
    let answer = '';
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(head(server, body));
      socket.write(body.subarray(0, firstBytes));
    });
    socket.on('data', chunk => {
      const first = answer === '';
      answer += chunk;
      if (!first) return;
      setTimeout(() => {
        socket.write(body.subarray(firstBytes), error => {
          resolve({ answer, error: error ?? undefined });
          socket.destroy();
        });
      }, 100);
    });
    socket.on('error', error => resolve({ answer, error }));
  });
}

function head(server: ToyServer, body: Buffer): string {
  return [
    'POST /graphql HTTP/1.1',
    `host: 127.0.0.1:${server.port}`,
    'apollo-require-preflight: 1',
    `content-type: multipart/form-data; boundary=${BOUNDARY}`,
    `content-length: ${body.length}`,
    '',
    '',
  ].join('\r\n');
}

const INTRINSICS = [
  Object,
  Function,
  Array,
  String,
  Number,
  Boolean,
  Symbol,
  BigInt,
  Date,
  RegExp,
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  Map,
  Set,
  WeakMap,
  WeakSet,
  WeakRef,
  Promise,
  ArrayBuffer,
  DataView,
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  Buffer,
  URL,
  URLSearchParams,
];
const NAMESPACES = [JSON, Math, Reflect, Intl, Atomics];

/** A hash of the names that the built-ins have: equal before and after, or something was poisoned. */
export function intrinsicNames(): string {
  const holders: object[] = [...NAMESPACES];
  for (const intrinsic of INTRINSICS) holders.push(intrinsic, intrinsic.prototype as object);
  // Node sets Error.prepareStackTrace itself when source maps are on.
  const names = holders.map(holder =>
    Reflect.ownKeys(holder)
      .map(String)
      .filter(name => name !== 'prepareStackTrace'),
  );
  return createHash('sha256').update(JSON.stringify(names)).digest('hex');
}
