import { closeSync, fsyncSync, openSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

type ModuleOptions = Parameters<NodeFS['init']>[1];

/** The methods of Emscripten's Node file system that fsync needs. */
interface EmscriptenNodeFs {
  realPath(node: unknown): string;
  stream_ops: { fsync?: (stream: { node: unknown; nfd?: number }) => number };
}

const EIO = 29; // WASI's number

/**
 * PGlite's file system with an fsync that reaches the disk. Emscripten asks the file system of a stream to sync it. Its
 * Node file system does not implement that, so every fsync succeeds without doing anything. Here it is implemented,
 * before Postgres starts, so that recovery after a crash is durable as well.
 * Postgres panics at a failed fsync, since written data may be lost: see `stopAtPanic`.
 */
export class SyncedNodeFs extends NodeFS {
  override init(pglite: PGlite, options: ModuleOptions): ReturnType<NodeFS['init']> {
    const installFsync = (module: object) => {
      // Missing in the types: the file systems compiled into the Emscripten module.
      const { NODEFS } = module as { NODEFS: EmscriptenNodeFs };
      NODEFS.stream_ops.fsync = stream => sync(NODEFS, stream);
    };
    return super.init(pglite, { ...options, preRun: [...(options.preRun ?? []), installFsync] });
  }
}

function sync(files: EmscriptenNodeFs, stream: { node: unknown; nfd?: number }): number {
  try {
    if (stream.nfd !== undefined) fsyncSync(stream.nfd);
    else syncFolder(files.realPath(stream.node));
    return 0;
  } catch {
    return EIO;
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
