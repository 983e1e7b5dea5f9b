import table from './candidate-specs.json';

/** `spec`: the vendor's number. `colors`: the only backgrounds that the guide lists for it. */
interface CandidateSpec {
  readonly spec: string;
  readonly colors: readonly string[];
}

const candidates: Readonly<Record<string, CandidateSpec>> = table;

/**
 * The number that a spec of ours may have at Jumei. UNVERIFIED: the guide's table has lost its column of numbers. These
 * come from a public app on the same upstream, and only those whose pixels agree with the guide's to one pixel.
 */
export function candidateSpec(specId: string): CandidateSpec | undefined {
  return Object.hasOwn(candidates, specId) ? candidates[specId] : undefined;
}
