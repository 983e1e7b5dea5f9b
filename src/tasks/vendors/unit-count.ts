import type { SourceKey } from '../../../datasources/contract.js';
import type { Clock } from '../../kernel/clock.js';
import type { Database } from '../../store/database.js';
import { countChanges, countUnits, findCountable, type Units } from '../../store/ledger-rows.js';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** Packages last a year; what was used before does not count against today's. */
const PACKAGE_MS = 365 * DAY_MS;

/** Calls of a package as the ledger stood at one of its entries. */
interface Counted extends Units {
  upTo: number;
  since: Date;
  at: number;
}

/**
 * Units of the last year's calls of a source. To count all of them takes some 8 µs a call, on the embedded database of the
 * event loop, and each call is a reason to count. So it is done once a day, a week of calls at a time; after that only the
 * calls that the ledger has written to since are looked at.
 */
export class UnitCount {
  private readonly counted = new Map<SourceKey, Counted>();

  constructor(private readonly parts: { database: Database; clock: Clock }) {}

  async count(source: SourceKey): Promise<Units> {
    const { database, clock } = this.parts;
    const known = this.counted.get(source);
    const base = known === undefined || clock.now() - known.at > DAY_MS ? await this.countAll(source) : known;
    const { upTo, settled, now } = await countChanges(database, source, base.since, base.upTo);
    const plus = (change: Units): Units => ({
      charged: base.charged + change.charged,
      inDoubt: base.inDoubt + change.inDoubt,
    });
    this.counted.set(source, { ...base, ...plus(settled), upTo });
    return plus(now);
  }

  private async countAll(source: SourceKey): Promise<Counted> {
    const { database, clock } = this.parts;
    const at = clock.now();
    const since = new Date(at - PACKAGE_MS);
    const { upTo, first, now } = await findCountable(database, source, since);
    const sum: Counted = { charged: 0, inDoubt: 0, upTo, since, at };
    for (let from = first?.getTime() ?? Number.POSITIVE_INFINITY; from <= now.getTime(); from += WEEK_MS) {
      const units = await countUnits(database, source, new Date(from), new Date(from + WEEK_MS), upTo);
      sum.charged += units.charged;
      sum.inDoubt += units.inDoubt;
    }
    return sum;
  }
}
