/**
 * What is expected of a vendor before it has shown anything: milliseconds, as median and spread of the logarithm, and as
 * good as so many tasks seen.
 */
const PRIOR = { median: 12_000, spread: 0.5, tasks: 32 } as const;
/** How many tasks the estimate reaches back. */
const MEMORY = 200;
/** The spread may not collapse on a vendor that was steady for a while, nor grow until it says nothing. */
const SPREAD = { least: 0.1, most: 1.5 } as const;
/** The most that one answer may change the estimate: of the mean in spreads, of the spread's logarithm. */
const STEP = { mean: 0.5, spread: 0.3 } as const;

/** The first ask comes so many spreads below the median, where 40 % are done: earlier ones are paid by all and find few. */
const FIRST_BELOW = 0.25;
/** What a request is worth: as much as this many milliseconds of a finished task waiting. */
const ASK_COST_MS = 215;
const JITTER = 0.08;
const FLOOR_MS = 400;
const CAP_MS = 60_000;
/** Beyond this many spreads the task is stuck rather than late: waits grow by this share of the time since. */
const TAIL = { above: 2.33, growth: 0.15 } as const;
/** In a row. By chance alone first asks are all answered so once in 200,000, tasks late by over two spreads once in 80,000. */
const SURPRISE = { early: 14, late: 3, lateAbove: 2, tasks: 12 } as const;
/** The scale at which the logistic curve is closest to the normal one. It stands in for it, and falls with age as a log-normal's hazard does. */
const LOGISTIC = 1.702;

interface Estimate {
  /** Of ln(milliseconds). */
  mean: number;
  spread: number;
  /** How much is known of each, in tasks whose exact time would say as much. */
  meanTasks: number;
  spreadTasks: number;
  /** In a row: first asks that found the task done (positive), or tasks that were far later than expected (negative). */
  streak: number;
}

/**
 * When to ask a vendor next whether a task is done. Learned for each key (vendor and operation) from what it answers,
 * the times taken as log-normal: the first ask near an early quantile, then at intervals that follow the hazard, the
 * chance that a task which is not done yet is done within the next moment (Barlow, Proschan: Mathematical Theory of
 * Reliability, inspection policies: the interval that is best goes with 1 / sqrt(hazard)).
 *
 * Simulated on a log-normal of median 12 s (poll-schedule.test.ts), tasks arriving while others are open: with spread
 * 0.4, 0.48 of the requests of a poller that asks each 2 s, and a median of 1.1 s from done to noticed; with 0.25 it is
 * 0.42 and 0.8 s, with 0.6 0.53 and 1.4 s.
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

  /**
   * Learns from each answer: the task was done, or still not, `ageMs` after it was submitted. Both count. From the
   * finished ones alone, with many open at once, the quick ones are seen first and every vendor looks quick.
   *
   * What is certain is only that the task was open at the ask before. So a step goes up the likelihood of this one
   * answer given that, as far as what is known allows (the natural gradient: its length is the inverse of the Fisher
   * information so far).
   */
  answered(key: string, ageMs: number, done: boolean): void {
    const estimate = this.of(key);
    const age = Math.max(1, ageMs);
    const before = askBefore(estimate, age);
    this.noteSurprise(estimate, before === 0, done, scaled(estimate, age) > SURPRISE.lateAbove);
    const [now, then] = [curve(estimate, age), curve(estimate, before)];
    const open = now.open / then.open;
    if (open >= 1) return;
    const odds = open / (1 - open);
    // The slopes of ln(open), by the mean (in spreads) and by the spread's logarithm.
    const byMean = LOGISTIC * (now.done - then.done);
    const bySpread = LOGISTIC * (now.scaledDone - then.scaledDone);
    estimate.meanTasks = Math.min(MEMORY, estimate.meanTasks + byMean ** 2 * odds);
    estimate.spreadTasks = Math.min(MEMORY, estimate.spreadTasks + bySpread ** 2 * odds);
    const slope = done ? -odds : 1;
    estimate.mean += estimate.spread * clamp((slope * byMean) / estimate.meanTasks, -STEP.mean, STEP.mean);
    const grown = Math.exp(clamp((slope * bySpread) / estimate.spreadTasks, -STEP.spread, STEP.spread));
    estimate.spread = clamp(estimate.spread * grown, SPREAD.least, SPREAD.most);
  }

  /** A vendor that became faster or slower is learned anew within a few tasks, not within MEMORY of them. */
  private noteSurprise(estimate: Estimate, first: boolean, done: boolean, late: boolean): void {
    if (first) estimate.streak = done ? Math.max(0, estimate.streak) + 1 : Math.min(0, estimate.streak);
    else if (done) estimate.streak = late ? Math.min(0, estimate.streak) - 1 : Math.max(0, estimate.streak);
    if (estimate.streak < SURPRISE.early && -estimate.streak < SURPRISE.late) return;
    // Tasks that are always done at the first ask say nothing of how much earlier they were: one has to look.
    if (estimate.streak > 0) estimate.mean -= estimate.spread;
    estimate.streak = 0;
    estimate.meanTasks = Math.min(SURPRISE.tasks, estimate.meanTasks);
    estimate.spreadTasks = Math.min(SURPRISE.tasks, estimate.spreadTasks);
    estimate.spread = Math.max(estimate.spread, PRIOR.spread);
  }

  private of(key: string): Estimate {
    let estimate = this.estimates.get(key);
    if (estimate === undefined) {
      const { median, spread, tasks } = PRIOR;
      estimate = { mean: Math.log(median), spread, meanTasks: tasks, spreadTasks: tasks, streak: 0 };
      this.estimates.set(key, estimate);
    }
    return estimate;
  }
}

function firstAsk({ mean, spread }: Estimate): number {
  return Math.exp(mean - FIRST_BELOW * spread);
}

/** When the ask before the one at `age` was, as far as the schedule tells; 0 where that one was the first. */
function askBefore(estimate: Estimate, age: number): number {
  const first = firstAsk(estimate);
  if (age <= first * (1 + JITTER)) return 0;
  return Math.max(first, age - interval(estimate, age - interval(estimate, age) / 2));
}

/** Without jitter: how long to wait after an ask at `ageMs` that found the task not done. */
function interval(estimate: Estimate, ageMs: number): number {
  const age = Math.max(1, ageMs);
  let wait = 0;
  // The hazard in the middle of the interval counts, which depends on the interval; two rounds settle it.
  for (let round = 0; round < 3; round += 1) wait = Math.sqrt((2 * ASK_COST_MS) / hazard(estimate, age + wait / 2));
  const late = age - Math.exp(estimate.mean + TAIL.above * estimate.spread);
  return Math.min(CAP_MS, Math.max(FLOOR_MS, wait, TAIL.growth * late));
}

/** Per millisecond. */
function hazard(estimate: Estimate, age: number): number {
  return (LOGISTIC * curve(estimate, age).done) / (estimate.spread * age);
}

/** The shares that are done and open at an age. */
function curve(estimate: Estimate, age: number): { done: number; open: number; scaledDone: number } {
  if (age === 0) return { done: 0, open: 1, scaledDone: 0 };
  const z = scaled(estimate, age);
  const done = 1 / (1 + Math.exp(-LOGISTIC * z));
  return { done, open: 1 / (1 + Math.exp(LOGISTIC * z)), scaledDone: z * done };
}

/** An age in spreads from the median. */
function scaled({ mean, spread }: Estimate, age: number): number {
  return (Math.log(age) - mean) / spread;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
