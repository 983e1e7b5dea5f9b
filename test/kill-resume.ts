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
 * Who works on what, by the word of the servers, and how long what a kill left lay there until somebody took it up. It is
 * all that the dead had in hand that counts, and not the one task that the kill was aimed at; and nothing else: what
 * nobody had begun, or what waits for a vendor, waits its turn in the queue as it would without a kill.
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
      // The dead gave it back without coming to say so: it was in nobody's hand, and waited its turn.
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

  /** What this kill left of a task; undefined where the dead did not have it in hand. */
  of(taskId: string, killedAt: number): Left | undefined {
    return this.left.get(taskId)?.find(left => left.killedAt === killedAt);
  }

  /** How long each task that was taken up had to wait for it. */
  get taken(): number[] {
    return [...this.left.values()].flat().flatMap(({ resumeMs }) => resumeMs ?? []);
  }
}
