import { type Clock, systemClock } from '../../src/kernel/clock.js';
import type { ErrorCode } from '../../src/kernel/errors.js';
import { VendorError } from '../../src/kernel/vendor-error.js';

export const BREAKER_STATES = ['CLOSED', 'OPEN', 'HALF_OPEN'] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

/** The vendor did not do its part. Any other VendorError is an answer: it read the request and refused the photo. */
const FAILURES: ReadonlySet<ErrorCode> = new Set(['VENDOR_UNAVAILABLE', 'OUTCOME_UNKNOWN', 'VENDOR_ERROR']);
/** Nothing gets better by asking again until an operator has done something. */
const HOPELESS: ReadonlySet<ErrorCode> = new Set(['VENDOR_AUTH', 'QUOTA_EXHAUSTED']);

const WINDOW_MS = 60_000;
const KEPT = 20;
/** Opens after so many failures in a row, or where half of at least ten recent calls failed: ten failures at most. */
const IN_A_ROW = 5;
const ENOUGH = 10;
const FAILED_SHARE = 0.5;
/** The rest after opening; doubled after each probe that failed. */
const REST_MS = 15_000;
const MOST_REST_MS = 5 * 60_000;
const HOPELESS_REST_MS = 10 * 60_000;
/** How soon to look again while somebody else's probe is under way. */
const PROBE_WAIT_MS = 1_000;

/**
 * Stops calls to a vendor that fails. Closed: all calls pass. Open: none, until its rest is over. Half-open: one passes,
 * and its outcome closes or opens. Each `enter` that gave 0 is followed by one `succeeded` or `failed`.
 */
export class Breaker {
  private recent: { at: number; failed: boolean }[] = [];
  private openUntil: number | undefined;
  private givenMs = 0;
  private restMs = REST_MS;
  private probing = false;
  private reason: VendorError | undefined;

  constructor(private readonly clock: Clock = systemClock) {}

  get state(): BreakerState {
    if (this.openUntil === undefined) return 'CLOSED';
    return this.waitMs > 0 ? 'OPEN' : 'HALF_OPEN';
  }

  /** The refusal (login, package) that opened it: no call helps until an operator has done something. */
  get hopeless(): VendorError | undefined {
    return this.state === 'OPEN' ? this.reason : undefined;
  }

  /** Milliseconds until a call may go, without taking part; 0 if one may now. */
  get restsMs(): number {
    if (this.openUntil === undefined) return 0;
    return Math.max(this.waitMs, this.probing ? PROBE_WAIT_MS : 0);
  }

  /** Never more than was given: a clock that went back prolongs no rest. */
  private get waitMs(): number {
    return Math.min(this.givenMs, (this.openUntil ?? 0) - this.clock.now());
  }

  /** 0: the call may go. Else the milliseconds after which it is worth asking again. */
  enter(): number {
    if (this.openUntil === undefined) return 0;
    const wait = this.waitMs;
    if (wait > 0) return wait;
    if (this.probing) return PROBE_WAIT_MS;
    this.probing = true;
    return 0;
  }

  succeeded(): void {
    if (this.openUntil === undefined) this.note(false);
    // Calls that began before it opened still come in; only what came after the rest says that the vendor is back.
    else if (this.state === 'HALF_OPEN') this.close();
  }

  /** Takes whatever the call threw: an abort or an error of our own says nothing about the vendor. */
  failed(error: unknown): void {
    if (!VendorError.is(error)) this.probing = false;
    else if (HOPELESS.has(error.code)) this.open(Math.max(HOPELESS_REST_MS, error.facts.retryAfterMs ?? 0), error);
    else if (!FAILURES.has(error.code)) this.succeeded();
    else this.countFailure(error.facts.retryAfterMs ?? 0);
  }

  private countFailure(retryAfterMs: number): void {
    if (this.state === 'OPEN') return;
    if (this.state === 'HALF_OPEN') {
      this.restMs = Math.min(MOST_REST_MS, this.restMs * 2);
      this.open(Math.max(this.restMs, retryAfterMs));
      return;
    }
    this.note(true);
    const failures = this.recent.filter(({ failed }) => failed).length;
    const inARow = this.recent.length - 1 - this.recent.findLastIndex(({ failed }) => !failed);
    if (inARow >= IN_A_ROW || (this.recent.length >= ENOUGH && failures >= this.recent.length * FAILED_SHARE)) {
      this.open(Math.max(this.restMs, retryAfterMs));
    }
  }

  private note(failed: boolean): void {
    const now = this.clock.now();
    this.recent = this.recent.filter(({ at }) => now - at < WINDOW_MS).slice(1 - KEPT);
    this.recent.push({ at: now, failed });
  }

  private open(forMs: number, reason?: VendorError): void {
    this.reason = reason;
    const now = this.clock.now();
    this.openUntil = Math.max(this.openUntil ?? 0, now + forMs);
    this.givenMs = Math.max(this.givenMs, forMs);
    this.probing = false;
    this.recent = [];
  }

  private close(): void {
    this.openUntil = undefined;
    this.givenMs = 0;
    this.restMs = REST_MS;
    this.probing = false;
  }
}
