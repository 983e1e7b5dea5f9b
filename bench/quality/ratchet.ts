import type { Figures } from './section.js';

/** The figures of each case of each section, as `bench/quality.json` keeps them. */
export type Measured = Record<string, Record<string, Figures>>;

/** Another machine's arithmetic may move the last digits; a real loss is larger. */
const TOLERANCE = { share: 0.1, least: 0.5 };

/** What became worse than was kept, and what is missing: one line each. A case that is new is no fault. */
export function worsened(kept: Measured, measured: Measured): string[] {
  const lines: string[] = [];
  for (const [section, cases] of Object.entries(kept)) {
    for (const [name, figures] of Object.entries(cases)) {
      const now = measured[section]?.[name];
      if (!now) lines.push(`${section}: ${name} is no longer measured`);
      for (const [figure, before] of Object.entries(now ? figures : {})) {
        const value = now![figure];
        if (value === undefined) lines.push(`${section}: ${name} has no ${figure} any more`);
        else if (value > before + Math.max(TOLERANCE.least, Math.abs(before) * TOLERANCE.share)) {
          lines.push(`${section}: ${name}: ${figure} was ${before}, is ${value}`);
        }
      }
    }
  }
  return lines;
}

export function rounded(measured: Measured): Measured {
  const map = <From, To>(object: Record<string, From>, to: (value: From) => To) =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, to(value)]));
  return map(measured, cases => map(cases, figures => map(figures, value => Math.round(value * 100) / 100)));
}
