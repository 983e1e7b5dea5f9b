import { setImmediate as endOfTurn } from 'node:timers/promises';
import type { Database } from '../../store/database.js';
import { type Claim, extendLeases, releaseLeases } from '../../store/queue-rows.js';

/**
 * The leases of one worker. What is given back within one turn of the event loop, or while another write is under way,
 * is one statement: with a hundred polls under way that was measured at a sixth of the CPU of a statement each (bench
 * poll). One write at a time: two that lock the same rows in different orders could end in a deadlock.
 */
export class Leases {
  private last: Promise<unknown> = Promise.resolve();
  private given: { claim: Claim; delayMs: number }[] = [];
  private giving: Promise<void> | undefined;

  constructor(private readonly database: Database) {}

  /** The task is due again after `delayMs`, for whoever claims next; nothing happens where the lease is lost. */
  release(claim: Claim, delayMs: number): Promise<void> {
    this.given.push({ claim, delayMs });
    this.giving ??= this.inTurn(async () => {
      await endOfTurn();
      this.giving = undefined;
      await releaseLeases(this.database, this.given.splice(0));
    });
    return this.giving;
  }

  /** Pushes the leases on; the ids of the tasks that are still held. */
  extend(claims: readonly Claim[], leaseMs: number): Promise<Set<string>> {
    return this.inTurn(() => extendLeases(this.database, claims, leaseMs));
  }

  private inTurn<T>(write: () => Promise<T>): Promise<T> {
    const written = this.last.then(write);
    this.last = written.catch(() => undefined);
    return written;
  }
}
