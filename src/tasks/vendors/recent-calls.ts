import type { SourceKey } from '../../../datasources/contract.js';
import { ERRORS, type ErrorCode } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import type { Database } from '../../store/database.js';
import { type CallSums, sumRecentCalls } from '../../store/recent-call-rows.js';

const { recentMs: sinceMs, recentCalls: most, recentKeptMs } = LIMITS.vendor;
const NONE: CallSums = { calls: 0, failedCalls: 0, medianSeconds: null, p95Seconds: null };
const faultsOfPhotos = (Object.keys(ERRORS) as ErrorCode[]).filter(code => ERRORS[code].userFixable);

/** How quick the sources are and how often they fail, at all replicas together; asked of the database once for all who look. */
export class RecentCalls {
  #sums: Promise<ReadonlyMap<SourceKey, CallSums>> | undefined;
  #until = 0;

  constructor(
    private readonly database: Database,
    private readonly sources: readonly SourceKey[],
  ) {}

  async of(source: SourceKey): Promise<CallSums> {
    if (this.#sums === undefined || performance.now() >= this.#until) {
      this.#until = performance.now() + recentKeptMs;
      this.#sums = this.read();
      this.#sums.catch(() => {
        this.#sums = undefined;
      });
    }
    return (await this.#sums).get(source) ?? NONE;
  }

  private async read(): Promise<ReadonlyMap<SourceKey, CallSums>> {
    const rows = await sumRecentCalls(this.database, this.sources, { sinceMs, most, faultsOfPhotos });
    return new Map(rows.map(({ source, ...sums }) => [source, sums]));
  }
}
