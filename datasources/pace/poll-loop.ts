import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../../src/kernel/limits.js';

/** Work that this process may do while its lease lasts. */
export interface Due {
  /** Whose places it takes. */
  readonly source: string;
}

export interface Capacity {
  readonly source: string;
  /** How much of its work may be begun now. */
  readonly free: number;
  /** Milliseconds until a place opens by time alone; infinite where only the end of a task opens one. */
  readonly opensInMs: number;
}

export interface PollLoopParts<Claim extends Due> {
  /** What is worked on, e.g. the id of the task. */
  idOf(claim: Claim): string;
  /** Of every source, given how many of its tasks are worked on here. */
  capacities(busy: ReadonlyMap<string, number>): Capacity[];
  /** Claims due tasks and leases them; never more than the capacities say. */
  claim(capacities: readonly Capacity[]): Promise<Claim[]>;
  /** Works on one task: submits it, or asks its vendor once. It commits what came of it and when to look again. */
  work(claim: Claim, signal: AbortSignal): Promise<void>;
  /** Milliseconds until something is due, for each of these sources of which something waits. */
  nextDue(sources: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Pushes the leases on; the ids that are still held. */
  extend(claims: Claim[]): Promise<Set<string>>;
  onError(error: unknown, what: string, id?: string): void;
}

interface Held<Claim> {
  readonly claim: Claim;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/**
 * The one loop that drives every vendor, and the deliveries of webhooks: it claims what is due and has each worked on
 * once. There is no timer a task and no state here that matters: all of it is in the database, so a process that dies is
 * followed by whoever claims its tasks when their leases end.
 */
export class PollLoop<Claim extends Due> {
  private readonly held = new Map<string, Held<Claim>>();
  private timer: NodeJS.Timeout | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private again = false;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private started = false;
  private ended = false;

  constructor(private readonly parts: PollLoopParts<Claim>) {}

  get stopping(): boolean {
    return this.ended;
  }

  start(): void {
    this.started = true;
    this.heartbeat = setInterval(() => void this.beat(), LIMITS.task.heartbeatMs);
    this.wake();
  }

  /** Something may be due: look now, or within a moment if we have just looked. Before the start, that one will. */
  wake(): void {
    if (!this.started || this.ended) return;
    if (this.looking !== undefined) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    const gap = this.lookedAt + LIMITS.task.minClaimIntervalMs - performance.now();
    if (gap > 0) {
      this.timer = setTimeout(() => this.wake(), Math.ceil(gap));
      return;
    }
    this.lookedAt = performance.now();
    this.looking = this.look().then(waitMs => {
      this.looking = undefined;
      if (this.ended) return;
      if (this.again) {
        this.again = false;
        this.wake();
      } else this.timer = setTimeout(() => this.wake(), waitMs);
    });
  }

  /** Tells whoever works on it here to stop. What it commits all the same, the database refuses. */
  abort(id: string): void {
    this.held.get(id)?.abort.abort();
  }

  /** Whether it is worked on here. */
  holds(id: string): boolean {
    return this.held.has(id);
  }

  /**
   * Takes no more, waits up to `graceMs` for what runs, then aborts the rest. What runs keeps its lease until then: the
   * time may be longer than a lease, and nobody may take over a call that is under way.
   */
  async stop(graceMs: number): Promise<void> {
    this.ended = true;
    clearTimeout(this.timer);
    await this.looking;
    const idle = () => Promise.all([...this.held.values()].map(held => held.done));
    await Promise.race([idle(), sleep(graceMs, undefined, { ref: false })]);
    for (const { abort } of this.held.values()) abort.abort();
    // Who does not listen to the signal is left behind: to the next start it is work whose process died.
    await Promise.race([idle(), sleep(LIMITS.task.abortMs, undefined, { ref: false })]);
    clearInterval(this.heartbeat);
  }

  /** Begins all that may begin, and says when to look again. */
  private async look(): Promise<number> {
    try {
      for (;;) {
        if (this.ended) return LIMITS.task.pollMs;
        const capacities = this.parts.capacities(this.busy()).filter(({ free }) => free > 0);
        if (capacities.length === 0) break;
        const claims = await this.parts.claim(capacities);
        for (const claim of claims) this.hold(claim);
        const full =
          claims.length > 0 &&
          capacities.some(({ source, free }) => claims.filter(claim => claim.source === source).length === free);
        if (!full) break;
      }
      return Math.min(LIMITS.task.pollMs, Math.max(LIMITS.task.minPollMs, await this.nextMs()));
    } catch (error) {
      this.parts.onError(error, 'the queue could not be read; trying again');
      return LIMITS.task.pollMs;
    }
  }

  /**
   * Milliseconds until something may begin. A source whose places are all taken is left out: whoever ends wakes us. One
   * that has used up its rate is looked at when the rate opens, and the queue is not asked about it before: with a
   * backlog that was twenty queries a second for nothing, and one for each task that came (bench vendors, poll).
   */
  private async nextMs(): Promise<number> {
    const opening = this.parts.capacities(this.busy()).filter(({ opensInMs }) => Number.isFinite(opensInMs));
    const open = opening.filter(({ opensInMs }) => opensInMs <= 0).map(({ source }) => source);
    const due = open.length === 0 ? new Map<string, number>() : await this.parts.nextDue(open);
    return Math.min(
      ...opening.map(({ source, opensInMs }) =>
        opensInMs > 0 ? opensInMs : (due.get(source) ?? Number.POSITIVE_INFINITY),
      ),
    );
  }

  private busy(): Map<string, number> {
    const busy = new Map<string, number>();
    for (const { claim } of this.held.values()) busy.set(claim.source, (busy.get(claim.source) ?? 0) + 1);
    return busy;
  }

  private hold(claim: Claim): void {
    const id = this.parts.idOf(claim);
    const abort = new AbortController();
    const done = this.parts
      .work(claim, abort.signal)
      .catch(error =>
        this.parts.onError(error, 'work was left as it is after an error of ours; its lease brings it back', id),
      )
      .finally(() => {
        this.held.delete(id);
        this.wake();
      });
    this.held.set(id, { claim, abort, done });
  }

  private async beat(): Promise<void> {
    const held = [...this.held.values()];
    if (held.length === 0) return;
    try {
      const kept = await this.parts.extend(held.map(({ claim }) => claim));
      for (const { claim, abort } of held) if (!kept.has(this.parts.idOf(claim))) abort.abort();
    } catch (error) {
      this.parts.onError(error, 'the heartbeat failed; trying again');
    }
  }
}
