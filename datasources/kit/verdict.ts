import type { ErrorCode } from '../../src/kernel/errors.js';
import type { VendorFacts } from '../../src/kernel/vendor-error.js';

/** What one code of one endpoint means to us. `safeToRetry` is never true where `billed` is not NO. */
export interface Verdict {
  code: ErrorCode;
  billed: VendorFacts['billed'];
  safeToRetry: boolean;
  /** The answer was lost on its way to us: the work may have been done. */
  outcomeUnknown?: boolean;
}

/** For what no guide explains: it may have been charged, so nobody sends it again. */
export const UNEXPLAINED: Verdict = { code: 'VENDOR_ERROR', billed: 'UNKNOWN', safeToRetry: false };
