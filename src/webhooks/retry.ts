import { LIMITS } from '../kernel/limits.js';

const { retryMs, jitter, maxRetryAfterMs } = LIMITS.webhook;

/**
 * The pause after a failed try; undefined: it was the last one. A receiver may ask for a longer one, not for a shorter.
 * @param tried the failed tries so far, this one included
 * @param chance from 0 to 1
 */
export function pauseAfter(
  tried: number,
  retryAfter: string | undefined,
  nowMs: number,
  chance: number,
): number | undefined {
  const pause = retryMs[tried - 1];
  if (pause === undefined) return undefined;
  return Math.max(pause * (1 + jitter * chance), Math.min(readRetryAfter(retryAfter, nowMs), maxRetryAfterMs));
}

/** Seconds or a date; 0 for anything else. */
function readRetryAfter(header: string | undefined, nowMs: number): number {
  if (header === undefined) return 0;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs);
}
