import type { PGlite } from '@electric-sql/pglite';

/** The part of PGlite's Emscripten module that its protocol loop turns on. */
interface ProtocolLoop {
  _PostgresMainLoopOnce(): void;
  _pq_buffer_remaining_data(): number;
}

/** How Postgres' own longjmp arrives, which is what every ordinary error does. */
const LONGJMP = 100;

/**
 * Postgres ends itself (PANIC) when it cannot write its log: a full disk, a failed fsync. PGlite swallows that end and
 * calls into the dead program for ever, in one turn of the event loop: the server would hang at full load, not even a
 * signal handler would run (seen with a full disk, PGlite 0.5.16). With this, the query that met the end gets the error
 * and every later call throws what `stopped` gives.
 */
export function stopAtPanic(pglite: PGlite, stopped: (cause: unknown) => Error): void {
  let end: Error | undefined;
  // Not in the types: the functions that the WebAssembly program exports.
  const module = pglite.Module as unknown as ProtocolLoop;
  const { _PostgresMainLoopOnce: once, _pq_buffer_remaining_data: remaining } = module;
  const execute = pglite.execProtocolRawSync.bind(pglite);

  module._PostgresMainLoopOnce = () => {
    try {
      once();
    } catch (error) {
      if ((error as { status?: number }).status !== LONGJMP) end ??= stopped(error);
      throw error;
    }
  };
  module._pq_buffer_remaining_data = () => (end ? 0 : remaining());
  pglite.execProtocolRawSync = message => {
    if (end) throw end;
    return execute(message);
  };
}
