import { numberOf } from './spec-facts.tsx';
import type { Spec } from './wish.ts';

/** Where the head is to be, as far as a rule says it. */
export function placeOf(spec: Spec): { head?: number; top?: number } {
  const head = wantedOf(spec, 'HEAD_HEIGHT');
  const top = wantedOf(spec, 'TOP_MARGIN');
  return head === undefined || top === undefined ? {} : { head, top };
}

/** The middle of what a rule takes. */
function wantedOf(spec: Spec | undefined, code: 'HEAD_HEIGHT' | 'TOP_MARGIN'): number | undefined {
  const number = numberOf(spec, code);
  if (number === undefined) return undefined;
  return ((number.min ?? number.max ?? 0) + (number.max ?? number.min ?? 0)) / 2;
}
