import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { Database } from '../store/database.js';
import { countQueued, sumKeptBytes } from '../store/quota-rows.js';

export interface TenantLimits {
  /** Tasks on which there is work. */
  readonly waitingTasks: number;
  /** Bytes of photos and results; what is paid for is kept beyond it. */
  readonly keptBytes: number;
}

const DEFAULTS: TenantLimits = {
  waitingTasks: LIMITS.quota.waitingTasks,
  keptBytes: LIMITS.quota.keptGb * 1_000_000_000,
};

/** What a tenant may have: told before a photo is kept and before anything is paid. */
export class TenantQuotas {
  readonly #tasks: Counts;
  readonly #bytes: Counts;

  constructor(
    database: Database,
    private readonly limits: TenantLimits = DEFAULTS,
    now: () => number = () => performance.now(),
  ) {
    const { tasksCountedMs, bytesCountedMs } = LIMITS.quota;
    this.#tasks = new Counts(tenant => countQueued(database, tenant, limits.waitingTasks + 1), tasksCountedMs, now);
    this.#bytes = new Counts(tenant => sumKeptBytes(database, tenant), bytesCountedMs, now);
  }

  /** Counts one more. Throws QUOTA_EXCEEDED. */
  async requireTask(tenantId: string): Promise<void> {
    const { waitingTasks } = this.limits;
    if (await this.#tasks.add(tenantId, 1, waitingTasks)) return;
    throw new DarkroomError(
      'QUOTA_EXCEEDED',
      `Of this tenant ${waitingTasks} tasks wait or are under way, which is the most there may be; send more when some have ended, or cancel some with cancelTask.`,
    );
  }

  /** The same for a photo of so many bytes. Throws QUOTA_EXCEEDED. */
  async requireRoom(tenantId: string, bytes: number): Promise<void> {
    const { keptBytes } = this.limits;
    if (await this.#bytes.add(tenantId, bytes, keptBytes)) return;
    throw new DarkroomError(
      'QUOTA_EXCEEDED',
      `The photos and results of this tenant would take more than ${keptBytes} bytes, which is the most that is kept; delete tasks with deleteTask, or wait until some have expired.`,
    );
  }
}

interface Count {
  /** As the database said at that time. */
  known: number;
  at: number;
  /** Since then. */
  added: number;
  counting: Promise<void> | undefined;
}

/**
 * Counts by tenant, without a statement for each addition: what the database said, and what was added since. Where that
 * comes to the limit it is counted anew, because some may have gone. What other replicas add, and what is under way
 * while it is counted, is seen at the next count: so much may come beyond the limit.
 */
class Counts {
  readonly #counts = new Map<string, Count>();

  constructor(
    private readonly count: (tenantId: string) => Promise<number>,
    private readonly heldMs: number,
    private readonly now: () => number,
  ) {}

  /** False where that would be beyond the limit; then nothing is added. */
  async add(tenantId: string, amount: number, limit: number): Promise<boolean> {
    const held = this.#of(tenantId);
    const hasRoom = () => held.known + held.added + amount <= limit;
    const age = this.now() - held.at;
    if (age > this.heldMs || (!hasRoom() && age > LIMITS.quota.fullCountedMs)) await this.#recount(tenantId, held);
    if (!hasRoom()) return false;
    held.added += amount;
    return true;
  }

  #of(tenantId: string): Count {
    let held = this.#counts.get(tenantId);
    if (held === undefined) {
      held = { known: 0, at: Number.NEGATIVE_INFINITY, added: 0, counting: undefined };
      this.#counts.set(tenantId, held);
    }
    return held;
  }

  async #recount(tenantId: string, held: Count): Promise<void> {
    held.counting ??= this.count(tenantId)
      .then(known => void Object.assign(held, { known, at: this.now(), added: 0 }))
      .finally(() => {
        held.counting = undefined;
      });
    await held.counting;
  }
}
