import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { Piece, Reply } from './server.js';

export interface Over {
  status?: number;
  /** Headers beside the length; undefined takes one away. */
  headers?: Readonly<Record<string, string | undefined>>;
}

const bytesOf = (body: unknown): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

function head(status: number, headers: Readonly<Record<string, string | undefined>>): Buffer {
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return Buffer.from([`HTTP/1.1 ${status} Status`, ...lines, '', ''].join('\r\n'), 'latin1');
}

/** A well-formed answer with a length. An object is sent as JSON. */
export function answer(body: unknown, { status = 200, headers = {} }: Over = {}): Reply {
  const bytes = bytesOf(body);
  const all = {
    'content-type': 'application/json',
    'content-length': String(bytes.length),
    connection: 'close',
    ...headers,
  };
  return { pieces: [head(status, all), bytes], end: all.connection === 'close' ? 'close' : 'keep' };
}

export const raw = (...pieces: (Piece | string)[]): Reply => ({
  pieces: pieces.map(piece => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)),
  end: 'close',
});

export const reset: Reply = { pieces: [], end: 'reset' };
export const hangUp: Reply = { pieces: [], end: 'close' };

const HTML_PAGE = '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';
export const html = (status = 200, type = 'text/html; charset=utf-8') =>
  answer(HTML_PAGE, { status, headers: { 'content-type': type } });

export type Encoding = 'gzip' | 'br' | 'deflate' | 'raw deflate';
const ENCODERS = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync, 'raw deflate': deflateRawSync };

export function encoded(body: unknown, encoding: Encoding, named: string = encoding.replace('raw ', '')): Reply {
  return answer(ENCODERS[encoding](bytesOf(body)), { headers: { 'content-encoding': named } });
}

/** Without a length, in chunks of so many bytes. */
export function chunked(body: unknown, size: number, { pauseMs = 0, headers = {}, trailer = '' } = {}): Reply {
  const bytes = bytesOf(body);
  const pieces: Piece[] = [
    head(200, {
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
      connection: 'close',
      ...headers,
    }),
  ];
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    pieces.push(Buffer.concat([Buffer.from(`${part.length.toString(16)};ext=1\r\n`), part, Buffer.from('\r\n')]));
    if (pauseMs > 0) pieces.push(pauseMs);
  }
  pieces.push(Buffer.from(`0\r\n${trailer}\r\n`));
  return { pieces, end: 'close' };
}

/** The body ends where the connection does. */
export function untilClose(body: unknown, version = '1.1', type = 'application/json'): Reply {
  return raw(`HTTP/${version} 200 OK\r\ncontent-type: ${type}\r\nconnection: close\r\n\r\n`, bytesOf(body));
}

/** It promises more bytes than it sends. */
export function cut(body: unknown, keep = 0.5, end: Reply['end'] = 'close', type = 'application/json'): Reply {
  const bytes = bytesOf(body);
  const whole = head(200, { 'content-type': type, 'content-length': String(bytes.length) });
  return { pieces: [whole, bytes.subarray(0, Math.floor(bytes.length * keep))], end };
}

/** The sender itself had lost the rest: the length is right. */
export function halved(body: unknown, type = 'application/json'): Reply {
  const bytes = bytesOf(body);
  return answer(bytes.subarray(0, Math.floor(bytes.length / 2)), { headers: { 'content-type': type } });
}

/** Other answers before the real one, as proxies and early hints send them. */
export function after(first: string, reply: Reply): Reply {
  return { ...reply, pieces: [Buffer.from(first, 'latin1'), 1, ...reply.pieces] };
}

/** In the two-byte encoding of Chinese servers. Node decodes it but does not encode, so its table is turned around. */
export function inGbk(body: unknown): Buffer {
  const table = gbkTable();
  return Buffer.concat(
    Array.from(JSON.stringify(body), letter => {
      const bytes = letter.charCodeAt(0) < 0x80 ? Buffer.from(letter) : table.get(letter);
      if (bytes === undefined) throw new Error(`GBK has no ${letter}`);
      return bytes;
    }),
  );
}

let letters: ReadonlyMap<string, Buffer> | undefined;

function gbkTable(): ReadonlyMap<string, Buffer> {
  if (letters !== undefined) return letters;
  const decoder = new TextDecoder('gbk');
  const table = new Map<string, Buffer>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1)
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const bytes = Buffer.from([lead, trail]);
      const letter = decoder.decode(bytes);
      if ([...letter].length === 1 && letter !== '\ufffd') table.set(letter, bytes);
    }
  letters = table;
  return table;
}
