import { closeSync, fsyncSync, openSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

type ModuleOptions = Parameters<NodeFS['init']>[1];

/** The methods of Emscripten's Node file system that are changed here. */
interface EmscriptenNodeFs {
  realPath(node: unknown): string;
  node_ops: { setattr(node: unknown, attributes: { mode?: number }): void };
  stream_ops: { fsync?: (stream: { node: unknown; nfd?: number }) => number };
}

const EIO = 29; // WASI's number
/** Without the bits of group and others; the type of the file is in the same number. */
const OWNER = ~0o077;

/**
 * PGlite's file system with an fsync that reaches the disk. Emscripten asks the file system of a stream to sync it. Its
 * Node file system does not implement that, so every fsync succeeds without doing anything. Here it is implemented,
 * before Postgres starts, so that recovery after a crash is durable as well.
 * Postgres panics at a failed fsync, since written data may be lost: see `stopAtPanic`.
 *
 * Nor does Emscripten heed the umask: it sets the mode of a new file once more, by chmod, and a few files of Postgres ask
 * for 0644. Here everything is its owner's alone.
 */
export class SyncedNodeFs extends NodeFS {
  override init(pglite: PGlite, options: ModuleOptions): ReturnType<NodeFS['init']> {
    const installFsync = (module: object) => {
      // Missing in the types: the file systems compiled into the Emscripten module.
      const { NODEFS } = module as { NODEFS: EmscriptenNodeFs };
      NODEFS.stream_ops.fsync = stream => sync(NODEFS, stream);
      const { setattr } = NODEFS.node_ops;
      NODEFS.node_ops.setattr = (node, attributes) => {
        const { mode } = attributes;
        setattr(node, typeof mode === 'number' ? { ...attributes, mode: mode & OWNER } : attributes);
      };
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
