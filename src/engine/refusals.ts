import type { ErrorCode } from '../kernel/error-codes.js';
import type { PhotoCheck } from './report.js';

/** Errors of an analysis that a report says, too: the check that each fails. */
export const REFUSALS = {
  NO_FACE: 'FACE',
  FACE_CUT_OFF: 'FACE',
  FACE_TURNED_AWAY: 'YAW',
  MULTIPLE_FACES: 'SINGLE_FACE',
  FACE_TOO_SMALL: 'EYE_DISTANCE',
} as const satisfies Partial<Record<ErrorCode, PhotoCheck['code']>>;
export type Refusal = keyof typeof REFUSALS;
