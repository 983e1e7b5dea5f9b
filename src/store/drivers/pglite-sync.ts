import { closeSync, fsyncSync, openSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';

/** The part of Emscripten's file system over Node's that fsync needs. */
interface NodeFileSystem {
  realPath(node: unknown): string;
  stream_ops: { fsync?: (stream: { node: unknown; nfd?: number }) => number };
}

const EIO = 29; // WASI's number

/**
 * Makes Postgres' fsync reach the disk. Emscripten asks the file system of a stream to sync it, and its Node file system
 * has no answer, so every fsync succeeds without doing anything; this is the answer.
 * Postgres stops at a failed fsync (its pages may be gone), and so do we: after EIO every query fails until a restart.
 */
export function syncToDisk(pglite: PGlite): void {
  // Not in the types: PGlite shows its Emscripten module without the file systems compiled into it.
  const { NODEFS } = pglite.Module as unknown as { NODEFS: NodeFileSystem };
  NODEFS.stream_ops.fsync = stream => {
    try {
      if (stream.nfd !== undefined) fsyncSync(stream.nfd);
      else syncFolder(NODEFS.realPath(stream.node));
      return 0;
    } catch {
      return EIO;
    }
  };
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
