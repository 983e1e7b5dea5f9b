import type { ErrorCode } from '../../src/kernel/errors.js';
import type { VendorFacts } from '../../src/kernel/vendor-error.js';

/**
 * What one code of one endpoint means to us. Of a call that bills, `safeToRetry` is never true where `billed` is not NO.
 */
export interface Verdict {
  code: ErrorCode;
  billed: VendorFacts['billed'];
  safeToRetry: boolean;
  /** The answer was lost on its way to us. The vendor may have done the work. */
  outcomeUnknown?: boolean;
  /** What a public source says of the charge where `billed` is UNKNOWN, and which source. It decides nothing. */
  evidence?: string;
}

/** For a code that no guide explains. The call may have been charged, so it is not sent again. */
export const UNEXPLAINED: Verdict = { code: 'VENDOR_ERROR', billed: 'UNKNOWN', safeToRetry: false };
