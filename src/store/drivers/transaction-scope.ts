import { AsyncLocalStorage } from 'node:async_hooks';
import { DarkroomError } from '../../kernel/errors.js';

/**
 * Finds statements on the database itself from inside a transaction, which would wait for ever: embedded always, on Postgres
 * once all connections are taken. It follows the work of a transaction by Node's AsyncLocalStorage, whose hook costs each
 * promise of the process: a sixth of a request from the catalogue. So production goes without, and the tests go every way
 * with it.
 */
export class TransactionScope {
  readonly #storage: AsyncLocalStorage<{ open: boolean }> | undefined;

  constructor(production = false) {
    this.#storage = production ? undefined : new AsyncLocalStorage();
  }

  /** Runs the work of a transaction. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const scope = { open: true };
    try {
      return await (this.#storage === undefined ? work() : this.#storage.run(scope, work));
    } finally {
      scope.open = false;
    }
  }

  /** Throws INTERNAL. */
  requireOutside(): void {
    if (this.#storage?.getStore()?.open)
      throw new DarkroomError('INTERNAL', "Inside a transaction only the transaction's own sql may be used.");
  }
}
