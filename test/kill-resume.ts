/** A task as it stands in the queue when it is claimed; a claim leaves `dueAt` as it is, and only giving back moves it. */
export interface Claimed {
  taskId: string;
  dueAt: number;
}

/** A task that a killed server worked on. */
interface Left {
  claimedAt: number;
  killedAt: number;
  /** From the kill until another process claimed it; undefined: nobody has yet. */
  resumeMs: number | undefined;
}

/**
 * Which server works on which task, as the servers report it, and how long a task waited after the kill of its server
 * until another one claimed it. Every task that the killed server held counts, not only the one that the kill was aimed
 * at. Nothing else counts: a task that nobody had begun, or that waits for a vendor, waits as it would without a kill.
 */
export class KillResume {
  /** Tasks that some server has claimed at some time. */
  readonly begun = new Set<string>();
  private readonly holders = new Map<string, { server: string; claimedAt: number }>();
  private readonly left = new Map<string, Left[]>();

  claimed(server: string, claims: readonly Claimed[], at: number): void {
    for (const { taskId, dueAt } of claims) {
      this.begun.add(taskId);
      this.holders.set(taskId, { server, claimedAt: at });
      const all = this.left.get(taskId);
      const last = all?.at(-1);
      if (last === undefined || last.resumeMs !== undefined) continue;
      // The killed server had given the task back, and did not live to report that: it waited as usual.
      if (dueAt > last.claimedAt) all!.pop();
      else last.resumeMs = at - last.killedAt;
    }
  }

  /** They ended, or were given back to the queue. */
  released(server: string, taskIds: readonly string[]): void {
    // Its next holder may have been heard first.
    for (const taskId of taskIds) if (this.holders.get(taskId)?.server === server) this.holders.delete(taskId);
  }

  /** Everything that the server said before has to have been heard. */
  killed(server: string, killedAt: number): void {
    for (const [taskId, { server: holder, claimedAt }] of this.holders) {
      if (holder !== server) continue;
      this.holders.delete(taskId);
      this.left.set(taskId, [...(this.left.get(taskId) ?? []), { claimedAt, killedAt, resumeMs: undefined }]);
    }
  }

  /** The house was lost and restored: what servers held of the old one, nobody takes up. */
  restored(): void {
    this.holders.clear();
    for (const [taskId, all] of this.left)
      this.left.set(
        taskId,
        all.filter(({ resumeMs }) => resumeMs !== undefined),
      );
  }

  /** What this kill left of a task; undefined where the killed server did not hold it. */
  of(taskId: string, killedAt: number): Left | undefined {
    return this.left.get(taskId)?.find(left => left.killedAt === killedAt);
  }

  /** What killed servers held, and nobody has taken up yet. */
  get orphans(): string[] {
    return [...this.left]
      .filter(([, all]) => all.length > 0 && all.at(-1)!.resumeMs === undefined)
      .map(([taskId]) => taskId);
  }

  /** How long each task that was taken up had to wait for it. */
  get taken(): number[] {
    return [...this.left.values()].flat().flatMap(({ resumeMs }) => resumeMs ?? []);
  }
}
