import { DarkroomError, type ErrorCode } from './errors.js';

export interface VendorFacts {
  /** The vendor's own code: `205`, `APIG.0303`, `B403MQ`, `-4`. */
  vendorCode?: string | undefined;
  billed: 'YES' | 'NO' | 'UNKNOWN';
  /**
   * True only where sending the same request again cannot cause a second charge: it never reached the vendor, or the
   * vendor says that it did nothing.
   */
  safeToRetry: boolean;
  /** No answer arrived, so it is unknown whether the work was done. */
  outcomeUnknown?: boolean | undefined;
  retryAfterMs?: number | undefined;
  /**
   * What a public source says of the charge where `billed` is UNKNOWN, with the source: for the person who settles it. It
   * decides nothing by itself.
   */
  evidence?: string | undefined;
  /** The vendor's id of the request, for a question to its support. */
  requestId?: string | undefined;
  /** The vendor's own message. For the operator's log only, never for a caller, and without personal data. */
  vendorMessage?: string | undefined;
}

/** A vendor call that failed: what it cost, and whether it may be sent again. */
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
