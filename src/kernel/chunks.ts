/** Bytes of a known length that can be read piece by piece, and again from the start: for a hash, or for a second try. */
export interface Chunks {
  readonly byteLength: number;
  read(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

export type Bytes = Uint8Array | Chunks;

const PIECE = 65_536;

/** In pieces of 64 KiB, which share the memory of the whole. */
export function* pieces(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let from = 0; from < bytes.byteLength; from += PIECE) yield bytes.subarray(from, from + PIECE);
}

export function chunksOf(bytes: Bytes): Chunks {
  return bytes instanceof Uint8Array ? { byteLength: bytes.byteLength, read: () => pieces(bytes) } : bytes;
}
