import type { UsageReportQuery } from '../data/generated.ts';

export type UsageLine = NonNullable<UsageReportQuery['usage']>[number];
export type Measure = 'units' | 'money';

export const measuredOf = (line: UsageLine, measure: Measure) => (measure === 'units' ? line.units : Number(line.cost));
