import { readSourceKey, type VendorName } from '../../../datasources/contract.js';
import { badInput } from '../../kernel/errors.js';
import type { Database } from '../../store/database.js';
import { sumUsage, type UsageKey, type UsageRow } from '../../store/ledger-rows.js';

const MOST_DAYS = 400;

/** With the source taken apart. */
export interface Usage extends Omit<UsageRow, 'source'> {
  vendor: VendorName | null;
  sandbox: boolean;
}

/** What was used of the vendors' packages, as the ledger has it. */
export class UsageService {
  constructor(private readonly database: Database) {}

  async sum(tenantId: string, from: Date, to: Date, by: readonly UsageKey[]): Promise<Usage[]> {
    const days = (to.getTime() - from.getTime()) / 86_400_000;
    if (!(days > 0 && days <= MOST_DAYS))
      throw badInput('to', 'RANGE', `after \`from\`, by ${MOST_DAYS} days at the most`);
    const rows = await sumUsage(this.database, tenantId, from, to, [...new Set(by)]);
    return rows.map(({ source, ...rest }) => ({
      ...rest,
      vendor: source === null ? null : readSourceKey(source).vendor,
      sandbox: source !== null && readSourceKey(source).sandbox,
    }));
  }
}
