import { type Jobs, type Operation, readSourceKey, type SourceKey } from '../../datasources/contract.js';

/**
 * The calls of a job that can cost money, as the data sources have them: null where none can. A restore has to know it of
 * vendors that are not configured any more, so it does not ask them; a test compares this with every one of them.
 */
export function billedCalls(
  source: SourceKey,
  operation: Operation,
  job: Jobs[Operation],
): { parts: number; unitsEach: number } | null {
  const { vendor } = readSourceKey(source);
  if (vendor === 'LOCAL' || (vendor === 'LEQI' && operation === 'ID_PHOTO')) return null;
  switch (operation) {
    case 'ID_PHOTO':
      return { parts: (job as Jobs['ID_PHOTO']).options.backgrounds.length, unitsEach: 1 };
    case 'RELEASE':
      return { parts: (job as Jobs['RELEASE']).photos.length, unitsEach: 1 };
    case 'PAINTING':
      return { parts: 1, unitsEach: (job as Jobs['PAINTING']).count };
    default:
      return { parts: 1, unitsEach: 1 };
  }
}
