import {
  type Capability,
  type DataSource,
  type Jobs,
  type Operation,
  type SourceKey,
  sourceKey,
  type VendorName,
} from '../../../datasources/contract.js';

/** What a unit of each vendor's package costs, in 1/10,000 yuan, as far as the operator said. */
export type UnitPrices = Readonly<Partial<Record<VendorName, number | undefined>>>;

/** The most that a task may come to at one source: whoever takes over does so only while nobody can have charged. */
export interface Charge {
  source: SourceKey;
  units: number;
  /** In 1/10,000 yuan; null: the operator did not say what a unit costs. */
  cost: number | null;
  unitPrice: number | null;
}

/** Units that each of the calls of a job uses up, if it is charged. */
export function unitsOfCall<O extends Operation>({ bills, units, parts }: Capability<O>, job: Jobs[O]): number {
  return bills ? Math.max(1, Math.round(units(job) / parts(job))) : 0;
}

export function chargeOf<O extends Operation>(
  source: DataSource,
  capability: Capability<O>,
  job: Jobs[O],
  prices: UnitPrices,
): Charge {
  const key = sourceKey(source);
  if (source.sandbox || !capability.bills) return { source: key, units: 0, cost: 0, unitPrice: 0 };
  const units = unitsOfCall(capability, job) * capability.parts(job);
  const unitPrice = prices[source.vendor] ?? null;
  return { source: key, units, cost: unitPrice === null ? null : units * unitPrice, unitPrice };
}
