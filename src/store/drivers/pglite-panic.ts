import type { PGlite } from '@electric-sql/pglite';

/** The functions of PGlite's Emscripten module that its protocol loop calls. */
interface ProtocolLoop {
  _PostgresMainLoopOnce(): void;
  _pq_buffer_remaining_data(): number;
}

/** Exit status of a longjmp of Postgres, which every ordinary error uses. */
const LONGJMP = 100;

/**
 * Postgres panics when it cannot write its write-ahead log: a full disk, a failed fsync. PGlite 0.5.16 ignores that end
 * and calls the dead program in an endless loop, within one turn of the event loop. The server would hang at full load,
 * and not even a signal handler would run (seen with a full disk).
 * With this patch the query that met the panic gets the error, and every later call throws the error that `stopped`
 * returns.
 */
export function stopAtPanic(pglite: PGlite, stopped: (cause: unknown) => Error): void {
  let end: Error | undefined;
  // Missing in the types: the functions that the WebAssembly program exports.
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
