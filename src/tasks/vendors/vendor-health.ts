import type { Logger } from 'pino';
import { type DataSource, type SourceKey, sourceKey } from '../../../datasources/contract.js';
import { Breaker, type BreakerState } from '../../../datasources/pace/breaker.js';
import type { Clock } from '../../kernel/clock.js';
import type { ErrorCode } from '../../kernel/errors.js';
import type { Database } from '../../store/database.js';
import { findVendorHealth, swapVendorHealth, type VendorHealthRow } from '../../store/vendor-health-rows.js';

/** How a vendor is, as callers see it. */
export interface Health {
  state: BreakerState;
  /** When it opened, or closed for the last time; null if it never was anything but closed. */
  since: Date | null;
  /** When a call tries it again; null unless it is open. */
  retryAt: Date | null;
  /** Of the failure for which it is not closed. */
  reason: ErrorCode | null;
}

interface Watched {
  readonly key: SourceKey;
  readonly breaker: Breaker;
  /** Of the row as it was last seen; 0: there was none. */
  token: number;
  /** The breaker's `changes` that are written, or were overruled. */
  written: number;
  /** Rises each time what another replica wrote is taken over. */
  adopted: number;
  /** Writes of one source go one after the other. */
  writing: Promise<void>;
  since: Date | null;
  /** The end of the rest of which the log has a line; undefined where the last line says that it is closed. */
  logged: number | undefined;
}

export interface HealthParts {
  log: Logger;
  database: Database;
  clock: Clock;
}

/**
 * The breakers of all sources, one health for all replicas. Each replica counts failures by itself, in memory, so that a
 * call costs no statement; what its breakers come to is written to a row, and what others wrote is taken over.
 *
 * A write is conditional on the row that was seen before (`token`): of two replicas that saw the same one, the second
 * takes over what the first wrote. So there is one opening, one line in the log, and one probe for all of them.
 * The database is never waited for by a call, but for the claim of a probe, and a failure of it reaches no call: what
 * could not be written holds here, and is written when the database is back.
 *
 * The sandbox and LOCAL run in each process, so their health is each process's own.
 */
export class VendorHealth {
  private readonly watched = new Map<SourceKey, Watched>();
  private readonly shared: SourceKey[];
  /** The database failed last time: it is told once. */
  private away = false;
  private readOnce = false;

  constructor(
    private readonly parts: HealthParts,
    sources: readonly DataSource[],
    /** Called after each change, whoever brought it about. */
    private readonly changed: (source: SourceKey) => void,
  ) {
    for (const source of sources) {
      const key = sourceKey(source);
      this.watched.set(key, {
        key,
        breaker: new Breaker(parts.clock),
        token: 0,
        written: 0,
        adopted: 0,
        writing: Promise.resolve(),
        since: null,
        logged: undefined,
      });
    }
    this.shared = sources.filter(({ sandbox, inProcess }) => !sandbox && inProcess !== true).map(sourceKey);
  }

  isShared(source: SourceKey): boolean {
    return this.shared.includes(source);
  }

  of(source: SourceKey): Health {
    const { breaker, since } = this.watched.get(source)!;
    const { state, restUntil, rest } = breaker;
    return {
      state,
      since,
      retryAt: state === 'OPEN' ? new Date(restUntil!) : null,
      reason: rest?.code ?? null,
    };
  }

  breaker(source: SourceKey): Breaker {
    return this.watched.get(source)!.breaker;
  }

  /** Milliseconds until a call is worth trying; 0: it may go. The one call that may while half-open is one for all replicas. */
  async admit(source: SourceKey): Promise<number> {
    const entry = this.watched.get(source)!;
    const { breaker } = entry;
    for (;;) {
      const wait = breaker.acquire();
      if (wait > 0 || breaker.state === 'CLOSED') return wait;
      const { adopted } = entry;
      await this.write(entry);
      if (entry.adopted === adopted) return 0;
      // Another replica was first. Its probe may be under way, or may have closed the breaker in the meantime.
    }
  }

  /** After a call: what it changed is told, logged and written. Returns at once. */
  settle(source: SourceKey): void {
    const entry = this.watched.get(source)!;
    if (entry.breaker.changes === entry.written) return;
    entry.since = this.sinceOf(entry);
    this.changed(source);
    void this.write(entry);
  }

  /** Writes what could not be written before, and takes over what other replicas wrote. Never throws. */
  async refresh(): Promise<VendorHealthRow[]> {
    if (this.shared.length === 0) return [];
    const entries = this.shared.map(key => this.watched.get(key)!);
    for (const entry of entries) if (entry.breaker.changes !== entry.written) await this.write(entry);
    const { database } = this.parts;
    // Embedded there are no others: after the start, what we wrote is all there is.
    if (database.kind === 'pglite' && this.readOnce) return [];
    try {
      const rows = await findVendorHealth(database, this.shared);
      for (const row of rows) {
        const entry = this.watched.get(row.source)!;
        if (row.token > entry.token && entry.breaker.changes === entry.written) this.adopt(entry, row);
      }
      this.away = false;
      this.readOnce = true;
      return rows;
    } catch (error) {
      this.complain(error);
      return [];
    }
  }

  /** Resolves when no write is under way. */
  async flush(): Promise<void> {
    await Promise.all([...this.watched.values()].map(({ writing }) => writing));
  }

  private write(entry: Watched): Promise<void> {
    entry.writing = entry.writing.then(() => this.swap(entry));
    return entry.writing;
  }

  private async swap(entry: Watched): Promise<void> {
    const { breaker, key, token } = entry;
    const { changes } = breaker;
    // A write before this one had it all.
    if (changes === entry.written) return;
    if (!this.isShared(key)) {
      entry.written = changes;
      this.announce(entry);
      return;
    }
    const { database } = this.parts;
    try {
      const row = await swapVendorHealth(database, key, token, breaker.rest);
      this.away = false;
      if (row === undefined) {
        const [theirs] = await findVendorHealth(database, [key]);
        this.adopt(entry, theirs);
        return;
      }
      entry.token = row.token;
      entry.since = row.since;
      entry.written = changes;
    } catch (error) {
      this.complain(error);
    }
    this.announce(entry);
  }

  private adopt(entry: Watched, row: VendorHealthRow | undefined): void {
    const { breaker } = entry;
    breaker.adopt(row?.rest);
    entry.token = row?.token ?? 0;
    entry.since = row?.since ?? null;
    entry.written = breaker.changes;
    entry.adopted += 1;
    entry.logged = breaker.restUntil;
    this.changed(entry.key);
  }

  /** One line for an opening, one for each probe that failed, one for the closing: of the replica that brought it about. */
  private announce(entry: Watched): void {
    const { log } = this.parts;
    const { key: source, breaker } = entry;
    const { restUntil, rest } = breaker;
    if (restUntil === entry.logged) return;
    if (rest === undefined) log.info({ source }, 'a vendor is well again and is called as usual');
    else {
      const said = { source, code: rest.code, restSeconds: Math.max(0, Math.ceil(rest.waitMs / 1_000)) };
      if (entry.logged === undefined) log.warn(said, 'a vendor failed and is not called for a while');
      else log.info(said, 'a vendor still fails and is not called for a while longer');
    }
    entry.logged = restUntil;
  }

  private complain(error: unknown): void {
    if (!this.away)
      this.parts.log.warn(
        { err: error },
        "the vendors' health could not be shared; until it can, this replica goes by its own calls",
      );
    this.away = true;
  }

  /** When the state began that the breaker has now; the row says it by the database's clock as soon as it is written. */
  private sinceOf({ breaker, since, logged }: Watched): Date | null {
    const wasOpen = logged !== undefined;
    const isOpen = breaker.rest !== undefined;
    return wasOpen === isOpen ? since : new Date(this.parts.clock.now());
  }
}
