import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../../src/kernel/limits.js';

/** A task that this process may work on while its lease lasts. */
export interface Due {
  readonly taskId: string;
  readonly source: string;
}

export interface PollLoopParts<Claim extends Due> {
  /** How many tasks of each source may be begun now. */
  capacities(busy: ReadonlyMap<string, number>): { source: string; free: number }[];
  /** Claims due tasks and leases them; never more than the capacities say. */
  claim(capacities: { source: string; free: number }[]): Promise<Claim[]>;
  /** Works on one task: submits it, or asks its vendor once. It commits what came of it and when to look again. */
  work(claim: Claim, signal: AbortSignal): Promise<void>;
  /** Milliseconds until something is due; undefined if nothing waits. */
  nextDue(): Promise<number | undefined>;
  /** Pushes the leases on; the ids that are still held. */
  extend(claims: Claim[]): Promise<Set<string>>;
  onError(error: unknown, what: string, taskId?: string): void;
}

interface Held<Claim> {
  readonly claim: Claim;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/**
 * The one loop that drives every vendor: it claims what is due and has each worked on once. There is no timer a task and
 * no state here that matters: all of it is in the database, so a process that dies is followed by whoever claims its
 * tasks when their leases end.
 */
export class PollLoop<Claim extends Due> {
  private readonly held = new Map<string, Held<Claim>>();
  private timer: NodeJS.Timeout | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private again = false;
  private ended = false;

  constructor(private readonly parts: PollLoopParts<Claim>) {}

  get stopping(): boolean {
    return this.ended;
  }

  start(): void {
    this.heartbeat = setInterval(() => void this.beat(), LIMITS.task.heartbeatMs);
    this.wake();
  }

  /** Something may be due: look now. */
  wake(): void {
    if (this.ended) return;
    if (this.looking !== undefined) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.looking = this.look().then(waitMs => {
      this.looking = undefined;
      if (this.ended) return;
      if (this.again) {
        this.again = false;
        this.wake();
      } else this.timer = setTimeout(() => this.wake(), waitMs);
    });
  }

  /** Tells whoever works on this task here to stop. What it commits all the same, the database refuses. */
  abort(taskId: string): void {
    this.held.get(taskId)?.abort.abort();
  }

  /** Takes no more, waits up to `graceMs` for what runs, then aborts the rest. */
  async stop(graceMs: number): Promise<void> {
    this.ended = true;
    clearTimeout(this.timer);
    clearInterval(this.heartbeat);
    await this.looking;
    const idle = () => Promise.all([...this.held.values()].map(held => held.done));
    await Promise.race([idle(), sleep(graceMs, undefined, { ref: false })]);
    for (const { abort } of this.held.values()) abort.abort();
    // Who does not listen to the signal is left behind: to the next start it is work whose process died.
    await Promise.race([idle(), sleep(LIMITS.task.abortMs, undefined, { ref: false })]);
  }

  /** Begins all that may begin, and says when to look again. */
  private async look(): Promise<number> {
    try {
      for (;;) {
        const capacities = this.parts.capacities(this.busy()).filter(({ free }) => free > 0);
        if (capacities.length === 0 || this.ended) return LIMITS.task.pollMs;
        const claims = await this.parts.claim(capacities);
        for (const claim of claims) this.hold(claim);
        const full =
          claims.length > 0 &&
          capacities.some(({ source, free }) => claims.filter(claim => claim.source === source).length === free);
        if (!full) break;
      }
      const due = await this.parts.nextDue();
      // What is due now and was not claimed waits for capacity: whoever ends wakes us, and a rate limit opens by time.
      return Math.min(LIMITS.task.pollMs, Math.max(LIMITS.task.minPollMs, due ?? LIMITS.task.pollMs));
    } catch (error) {
      this.parts.onError(error, 'the queue could not be read; trying again');
      return LIMITS.task.pollMs;
    }
  }

  private busy(): Map<string, number> {
    const busy = new Map<string, number>();
    for (const { claim } of this.held.values()) busy.set(claim.source, (busy.get(claim.source) ?? 0) + 1);
    return busy;
  }

  private hold(claim: Claim): void {
    const abort = new AbortController();
    const done = this.parts
      .work(claim, abort.signal)
      .catch(error =>
        this.parts.onError(
          error,
          'a task was left as it is after an error of ours; its lease brings it back',
          claim.taskId,
        ),
      )
      .finally(() => {
        this.held.delete(claim.taskId);
        this.wake();
      });
    this.held.set(claim.taskId, { claim, abort, done });
  }

  private async beat(): Promise<void> {
    const held = [...this.held.values()];
    if (held.length === 0) return;
    try {
      const kept = await this.parts.extend(held.map(({ claim }) => claim));
      for (const { claim, abort } of held) if (!kept.has(claim.taskId)) abort.abort();
    } catch (error) {
      this.parts.onError(error, 'the heartbeat failed; trying again');
    }
  }
}
