/** What is expected of a vendor before it has shown anything: milliseconds, as median and spread of the logarithm. */
const PRIOR = { median: 12_000, spread: 0.5, weight: 16 } as const;
/** How many answers back the estimate reaches. */
const MEMORY = 200;
/** The spread may not collapse on a vendor that was steady for a while, nor grow until it says nothing. */
const SPREAD = { least: 0.1, most: 1.5 } as const;

/**
 * The first ask comes where 36 % of the tasks are done (this many spreads below the median): earlier asks are paid by
 * all tasks and find few. Of a normal distribution's part below that point: its mean (in spreads) and its second moment.
 */
const FIRST = { below: 0.35, mean: -1.033, square: 1.362 } as const;
/** What a request is worth: as much as this many milliseconds of a finished task waiting. */
const ASK_COST_MS = 260;
const JITTER = 0.08;
const FLOOR_MS = 400;
const CAP_MS = 60_000;
/** Beyond this many spreads the task is stuck rather than late: waits grow by this share of the time since. */
const TAIL = { above: 2.33, growth: 0.15 } as const;
/** In a row. By chance alone, tasks done at their first ask come so once in 3,000, late ones (over two spreads) once in 80,000. */
const SURPRISE = { early: 8, late: 3, weight: 8 } as const;

interface Estimate {
  /** Mean and variance of ln(milliseconds). */
  mean: number;
  variance: number;
  weight: number;
  /** Answers in a row that were done at the first ask (positive), or far later than expected (negative). */
  streak: number;
}

/**
 * When to ask a vendor next whether a task is done. Learned for each key (vendor and operation) from how long its tasks
 * took, taken as log-normal: the first ask near an early quantile, then at intervals that follow the hazard, the chance
 * that a task which is not done yet is done within the next moment (Barlow, Proschan: Mathematical Theory of
 * Reliability, inspection policies: the interval that is best goes with 1 / sqrt(hazard)).
 *
 * Simulated on a log-normal of median 12 s (poll-schedule.test.ts): with spread 0.4, 0.49 of the requests of a poller
 * that asks each 2 s, and a median of 1.1 s from done to noticed; with 0.25 it is 0.45 and 0.8 s, with 0.6 0.52 and
 * 1.4 s. A search over first ask and fixed interval found nothing below 1.05 s for 0.4 and half the requests, and
 * nothing below 1.5 s for 0.6.
 */
export class PollSchedule {
  private readonly estimates = new Map<string, Estimate>();

  /**
   * Milliseconds until the next ask of a task that was submitted `ageMs` ago. `random` gives 0..1, for the jitter that
   * keeps tasks of one moment apart. A Retry-After of the vendor wins over all of it.
   */
  next(key: string, ageMs: number, random: () => number = Math.random, retryAfterMs = 0): number {
    const estimate = this.of(key);
    const jitter = 1 - JITTER + 2 * JITTER * random();
    const first = firstAsk(estimate);
    const wait = ageMs < first * (1 - JITTER) ? first * jitter - ageMs : interval(estimate, ageMs) * jitter;
    return Math.max(FLOOR_MS, retryAfterMs, Math.round(wait));
  }

  /** A task was found done `latencyMs` after it was submitted. */
  observed(key: string, latencyMs: number): void {
    const estimate = this.of(key);
    const spread = Math.sqrt(estimate.variance);
    const first = firstAsk(estimate);
    const atFirstAsk = latencyMs <= first * (1 + JITTER);
    let off: number;
    let square: number;
    if (atFirstAsk) {
      // All that is known is that it was done by then. Taking that moment itself would never let the first ask move
      // earlier again: the expectation below it stands in (a step of the EM algorithm for censored samples).
      const shift = Math.min(0, Math.log(Math.max(1, latencyMs) / first));
      off = shift + FIRST.mean * spread;
      square = FIRST.square * estimate.variance + shift ** 2;
    } else {
      // It was done somewhere between the ask before and this one.
      const between = interval(estimate, latencyMs - interval(estimate, latencyMs) / 2);
      off = Math.log(Math.max(1, latencyMs - between / 2)) - estimate.mean;
      square = off ** 2;
    }
    this.noteSurprise(estimate, atFirstAsk, off > 2 * spread);
    estimate.weight = Math.min(estimate.weight + 1, MEMORY);
    const share = 1 / estimate.weight;
    estimate.mean += share * off;
    const variance = estimate.variance + share * (square - share * off ** 2 - estimate.variance);
    estimate.variance = Math.min(SPREAD.most ** 2, Math.max(SPREAD.least ** 2, variance));
  }

  /** A vendor that became faster or slower is learned anew within a few tasks, not within MEMORY of them. */
  private noteSurprise(estimate: Estimate, early: boolean, late: boolean): void {
    if (early) estimate.streak = Math.max(0, estimate.streak) + 1;
    else estimate.streak = late ? Math.min(0, estimate.streak) - 1 : 0;
    if (estimate.streak < SURPRISE.early && -estimate.streak < SURPRISE.late) return;
    estimate.streak = 0;
    estimate.weight = SURPRISE.weight;
    estimate.variance = Math.max(estimate.variance, PRIOR.spread ** 2);
  }

  private of(key: string): Estimate {
    let estimate = this.estimates.get(key);
    if (estimate === undefined) {
      estimate = { mean: Math.log(PRIOR.median), variance: PRIOR.spread ** 2, weight: PRIOR.weight, streak: 0 };
      this.estimates.set(key, estimate);
    }
    return estimate;
  }
}

function firstAsk({ mean, variance }: Estimate): number {
  return Math.exp(mean - FIRST.below * Math.sqrt(variance));
}

/** Without jitter: how long to wait after an ask at `ageMs` that found the task not done. */
function interval(estimate: Estimate, ageMs: number): number {
  const age = Math.max(1, ageMs);
  let wait = 0;
  // The hazard in the middle of the interval counts, which depends on the interval; two rounds settle it.
  for (let round = 0; round < 3; round += 1) wait = Math.sqrt((2 * ASK_COST_MS) / hazard(estimate, age + wait / 2));
  const late = age - Math.exp(estimate.mean + TAIL.above * Math.sqrt(estimate.variance));
  return Math.min(CAP_MS, Math.max(FLOOR_MS, wait, TAIL.growth * late));
}

/** Per millisecond. The logistic curve (its scale 1.702) stands in for the normal one: close to it in the middle, and it falls with age, as a log-normal's does. */
function hazard({ mean, variance }: Estimate, age: number): number {
  const spread = Math.sqrt(variance);
  const z = (Math.log(age) - mean) / spread;
  return 1.702 / (1 + Math.exp(-1.702 * z)) / (spread * age);
}
