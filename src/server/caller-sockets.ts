import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { Account } from './parts.js';
import { Shares } from './shares.js';

/** What is counted of a socket. */
interface Socket {
  /** Operations that have not ended. */
  readonly running: number;
}

/** The WebSockets of each caller, from the connection that was admitted to its close. */
export class CallerSockets {
  readonly #open = new Map<string, Set<Socket>>();
  readonly #shares: Shares;

  /** @param most WebSockets that may be open, of all callers together */
  constructor(most: number) {
    const { socketsPerCaller, tenantShare } = LIMITS.webSocket;
    this.#shares = new Shares(
      { caller: socketsPerCaller, tenant: Math.ceil(most * tenantShare) },
      (of, limit) =>
        new DarkroomError('QUOTA_EXCEEDED', `One ${of} has at most ${limit} WebSockets; one carries many operations.`),
    );
  }

  /** Throws QUOTA_EXCEEDED. */
  open(account: Account | undefined, socket: Socket): void {
    this.#shares.take(account, 1);
    if (account === undefined) return;
    const own = this.#open.get(account.caller) ?? new Set();
    this.#open.set(account.caller, own.add(socket));
  }

  close(account: Account | undefined, socket: Socket): void {
    this.#shares.give(account, 1);
    const own = account && this.#open.get(account.caller);
    if (own?.delete(socket) && own.size === 0) this.#open.delete(account!.caller);
  }

  /** Before one more begins that is among those that run. Throws QUOTA_EXCEEDED. */
  requireOperation(account: Account | undefined): void {
    const { operationsPerCaller: limit } = LIMITS.webSocket;
    let running = 0;
    for (const socket of (account && this.#open.get(account.caller)) ?? []) running += socket.running;
    if (running <= limit) return;
    throw new DarkroomError(
      'QUOTA_EXCEEDED',
      `One caller has at most ${limit} operations under way on its WebSockets; complete those that are no longer followed.`,
    );
  }
}
