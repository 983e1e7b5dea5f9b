import { badInput } from '../src/kernel/errors.js';
import { LIMITS } from '../src/kernel/limits.js';

/** `first` of a connection, checked. */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? LIMITS.page.default;
  if (size < 1 || size > LIMITS.page.max) throw badInput('first', 'RANGE', `1 to ${LIMITS.page.max}`);
  return size;
}
