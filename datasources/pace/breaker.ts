import { type Clock, systemClock } from '../../src/kernel/clock.js';
import type { ErrorCode } from '../../src/kernel/errors.js';
import { LIMITS } from '../../src/kernel/limits.js';
import { VendorError } from '../../src/kernel/vendor-error.js';

export const BREAKER_STATES = ['CLOSED', 'OPEN', 'HALF_OPEN'] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

/** Errors that count as failures. With any other VendorError the vendor has answered, so it works. */
const FAILURES: ReadonlySet<ErrorCode> = new Set(['VENDOR_UNAVAILABLE', 'OUTCOME_UNKNOWN', 'VENDOR_ERROR']);
/** These last until an operator acts, so trying again does not help. */
const NEED_OPERATOR: ReadonlySet<ErrorCode> = new Set(['VENDOR_AUTH', 'QUOTA_EXHAUSTED']);

const WINDOW_MS = 60_000;
const WINDOW_CALLS = 20;
/** It opens after so many failures in a row, or when this share of the recent calls failed, if they are enough. */
const CONSECUTIVE_FAILURES = 5;
const FAILURE_SHARE = 0.5;
const MIN_CALLS = 10;
/** How long it stays open; doubled after each probe that failed. */
const REST_MS = 15_000;
const MAX_REST_MS = 5 * 60_000;
const OPERATOR_REST_MS = 10 * 60_000;
/** How soon to try again while another call is the probe. */
const PROBE_WAIT_MS = 1_000;

/** A breaker that is not closed, as replicas tell each other of it: in spans from now, because their clocks differ. */
export interface Rest {
  /** Of the failure that opened it. */
  code: ErrorCode;
  /** Until a probe may go; 0 or less: one may now. */
  waitMs: number;
  /** How long an ordinary rest is at present; a probe that fails doubles it. */
  restMs: number;
  /** How long a probe that is under way keeps all others out; 0: none is. */
  probeMs: number;
}

/**
 * A circuit breaker for one vendor. Closed: all calls pass. Open: none, until its rest is over. Half-open: one call (the
 * probe) passes, and its outcome closes or opens it. Each `acquire` that gave 0 is followed by one `succeeded` or `failed`.
 *
 * It counts the failures of its own process. What it comes to (`rest`) can be kept elsewhere, and what another process
 * came to is taken over by `adopt`.
 *
 * Not a library's: see "Decisions that differ from the first design" in ARCHITECTURE.md.
 */
export class Breaker {
  private recent: { at: number; failed: boolean }[] = [];
  private openUntil: number | undefined;
  private openForMs = 0;
  private restMs = REST_MS;
  private probeUntil: number | undefined;
  private reason: VendorError | undefined;
  private ownChanges = 0;
  private offeredUntil = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Clock = systemClock) {}

  get state(): BreakerState {
    if (this.openUntil === undefined) return 'CLOSED';
    return this.waitMs > 0 ? 'OPEN' : 'HALF_OPEN';
  }

  /** The refusal (login, package) that opened it. It lasts until an operator acts. */
  get blockedBy(): VendorError | undefined {
    return this.state === 'OPEN' && this.reason !== undefined && NEED_OPERATOR.has(this.reason.code)
      ? this.reason
      : undefined;
  }

  /** Undefined while it is closed. */
  get rest(): Rest | undefined {
    if (this.openUntil === undefined) return undefined;
    return { code: this.reason!.code, waitMs: this.waitMs, restMs: this.restMs, probeMs: this.probeMs };
  }

  /** When its rest ends, by the clock; undefined while it is closed. */
  get restUntil(): number | undefined {
    return this.openUntil;
  }

  /** Rises with each change of `rest` that its own calls brought about; not with `adopt`, and not as time passes. */
  get changes(): number {
    return this.ownChanges;
  }

  /** Milliseconds until a call may go; 0 if one may now. Unlike `acquire` it does not become the probe. */
  get retryInMs(): number {
    if (this.openUntil === undefined) return 0;
    return Math.max(0, this.waitMs, this.probeMs > 0 ? PROBE_WAIT_MS : 0);
  }

  /**
   * Asked before something is written down for a call: 0 if that call may go. Of all that ask while it is half-open one is
   * told so, for as long as the others are told to wait: they would write for nothing, because one call is the probe.
   */
  offer(): number {
    const wait = this.retryInMs;
    if (wait > 0 || this.openUntil === undefined) return wait;
    const now = this.clock.now();
    this.offeredUntil = Math.min(this.offeredUntil, now + PROBE_WAIT_MS);
    if (this.offeredUntil > now) return this.offeredUntil - now;
    this.offeredUntil = now + PROBE_WAIT_MS;
    return 0;
  }

  /** Never more than the rest itself: a clock that went back must not prolong it, so the rest begins anew by the new time. */
  private get waitMs(): number {
    const now = this.clock.now();
    this.openUntil = Math.min(this.openUntil ?? 0, now + this.openForMs);
    return this.openUntil - now;
  }

  private get probeMs(): number {
    if (this.probeUntil === undefined) return 0;
    const now = this.clock.now();
    this.probeUntil = Math.min(this.probeUntil, now + LIMITS.vendor.probeMs);
    return Math.max(0, this.probeUntil - now);
  }

  /** 0: the call may go. Else milliseconds until it is worth trying again. */
  acquire(): number {
    if (this.openUntil === undefined) return 0;
    const wait = this.waitMs;
    if (wait > 0) return wait;
    if (this.probeMs > 0) return PROBE_WAIT_MS;
    this.probeUntil = this.clock.now() + LIMITS.vendor.probeMs;
    this.ownChanges += 1;
    return 0;
  }

  succeeded(): void {
    if (this.openUntil === undefined) this.record(false);
    // A call that began before it opened may end now. Only after the rest does a success show that the vendor is back.
    else if (this.state === 'HALF_OPEN') {
      this.close();
      this.ownChanges += 1;
    }
  }

  /** Takes whatever the call threw. An abort or an error of our own says nothing about the vendor. */
  failed(error: unknown): void {
    if (!VendorError.is(error)) this.giveProbeBack();
    else if (NEED_OPERATOR.has(error.code)) this.open(Math.max(OPERATOR_REST_MS, error.facts.retryAfterMs ?? 0), error);
    else if (!FAILURES.has(error.code)) this.succeeded();
    else this.countFailure(error);
  }

  /** Takes over what another process, or the one before this, came to. Undefined: it is closed. */
  adopt(rest: Rest | undefined): void {
    this.recent = [];
    if (rest === undefined) {
      this.close();
      return;
    }
    const now = this.clock.now();
    this.openUntil = now + rest.waitMs;
    this.openForMs = rest.waitMs;
    this.restMs = rest.restMs;
    this.probeUntil = rest.probeMs > 0 ? now + rest.probeMs : undefined;
    this.reason = new VendorError(rest.code, { billed: 'NO', safeToRetry: false });
  }

  private giveProbeBack(): void {
    if (this.probeUntil === undefined) return;
    this.probeUntil = undefined;
    this.ownChanges += 1;
  }

  private countFailure(error: VendorError): void {
    if (this.state === 'OPEN') return;
    const retryAfterMs = error.facts.retryAfterMs ?? 0;
    if (this.state === 'HALF_OPEN') {
      this.restMs = Math.min(MAX_REST_MS, this.restMs * 2);
      this.open(Math.max(this.restMs, retryAfterMs), error);
      return;
    }
    this.record(true);
    const failures = this.recent.filter(({ failed }) => failed).length;
    const consecutive = this.recent.length - 1 - this.recent.findLastIndex(({ failed }) => !failed);
    const share = failures / this.recent.length;
    const mostFail = this.recent.length >= MIN_CALLS && share >= FAILURE_SHARE;
    if (consecutive >= CONSECUTIVE_FAILURES || mostFail) this.open(Math.max(this.restMs, retryAfterMs), error);
  }

  private record(failed: boolean): void {
    const now = this.clock.now();
    this.recent = this.recent.filter(({ at }) => now - at < WINDOW_MS).slice(1 - WINDOW_CALLS);
    this.recent.push({ at: now, failed });
  }

  private open(forMs: number, reason: VendorError): void {
    this.reason = reason;
    const now = this.clock.now();
    this.openUntil = Math.max(this.openUntil ?? 0, now + forMs);
    this.openForMs = Math.max(this.openForMs, forMs);
    this.probeUntil = undefined;
    this.recent = [];
    this.ownChanges += 1;
  }

  private close(): void {
    this.openUntil = undefined;
    this.openForMs = 0;
    this.restMs = REST_MS;
    this.probeUntil = undefined;
  }
}
