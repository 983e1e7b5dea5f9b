import { DarkroomError, type ErrorCode } from './errors.js';

export interface VendorFacts {
  /** As the vendor spells it: `205`, `APIG.0303`, `B403MQ`, `-4`. */
  vendorCode?: string | undefined;
  billed: 'YES' | 'NO' | 'UNKNOWN';
  /**
   * True only where the same request may be sent again without any chance of a second charge: it never reached the
   * vendor, or the vendor says that it did nothing.
   */
  safeToRetry: boolean;
  /** The answer never came, so it is not known whether the work was done. */
  outcomeUnknown?: boolean | undefined;
  retryAfterMs?: number | undefined;
  /** The vendor's id of the request, for its support. */
  requestId?: string | undefined;
  /** The vendor's own words. For the operator's log only; never for a caller, and without personal data. */
  vendorMessage?: string | undefined;
}

/** A vendor call that failed, with what is known about money and about trying again. */
export class VendorError extends DarkroomError {
  constructor(
    code: ErrorCode,
    readonly facts: VendorFacts,
    message?: string,
    options?: { cause?: unknown },
  ) {
    super(code, message, [], options);
    this.name = 'VendorError';
  }

  static override is(error: unknown): error is VendorError {
    return DarkroomError.is(error) && 'facts' in error;
  }
}
