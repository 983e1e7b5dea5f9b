/**
 * The estimate for a vendor before its first answer: median in milliseconds, spread of the logarithm, and the number of
 * tasks that it weighs as much as.
 */
const PRIOR = { median: 12_000, spread: 0.5, tasks: 32 } as const;
/** The estimate weighs at most so many tasks. */
const MEMORY = 200;
/** Bounds of the spread. A vendor that was steady for a while must not narrow it to nothing. */
const SPREAD = { least: 0.1, most: 1.5 } as const;
/** How far one answer may move the mean (in spreads) and the logarithm of the spread. */
const STEP = { mean: 0.5, spread: 0.3 } as const;

/** The first poll comes so many spreads below the median, where 40 % are done. An earlier one would rarely find a task done. */
const FIRST_BELOW = 0.25;
/** The cost of a poll, in milliseconds that a finished task waits. */
const POLL_COST_MS = 215;
const JITTER = 0.08;
const FLOOR_MS = 400;
const CAP_MS = 60_000;
/** Beyond this many spreads above the median a task is stuck. From there waits grow by this share of the time since. */
const TAIL = { above: 2.33, growth: 0.15 } as const;
/** So many in a row are a change of the vendor: by chance they come once in 200,000 (early) and in 80,000 (late). */
const SURPRISE = { early: 14, late: 3, lateAbove: 2, tasks: 12 } as const;
/** The scale at which the logistic curve is closest to the normal one, which it replaces. Its hazard falls with age, too. */
const LOGISTIC = 1.702;

interface Estimate {
  /** Of ln(milliseconds). */
  mean: number;
  spread: number;
  /** How well each is known, in tasks of exactly known duration. */
  meanTasks: number;
  spreadTasks: number;
  /** Consecutive first polls that found the task done (positive), or consecutive tasks that were very late (negative). */
  streak: number;
}

/**
 * When to poll a vendor for a task. It learns how long tasks take, for each key (vendor and operation), and takes the
 * times as log-normal. The first poll comes near an early quantile. The others follow the hazard: the chance that an
 * unfinished task is done within the next moment. The best interval is proportional to 1 / sqrt(hazard) (Barlow,
 * Proschan: Mathematical Theory of Reliability, inspection policies).
 *
 * ARCHITECTURE.md (Polling) has figures; poll-schedule.test.ts holds them.
 */
export class PollSchedule {
  private readonly estimates = new Map<string, Estimate>();

  /**
   * Milliseconds until the next poll of a task that was submitted `ageMs` ago. `random` gives 0..1, for a jitter that
   * separates tasks of the same moment. It is never less than the vendor's Retry-After.
   */
  next(key: string, ageMs: number, random: () => number = Math.random, retryAfterMs = 0): number {
    const estimate = this.of(key);
    const jitter = 1 - JITTER + 2 * JITTER * random();
    const first = firstPoll(estimate);
    const wait = ageMs < first * (1 - JITTER) ? first * jitter - ageMs : interval(estimate, ageMs) * jitter;
    return Math.max(FLOOR_MS, retryAfterMs, Math.round(wait));
  }

  /**
   * Learns from an answer: `ageMs` after its submission the task was done, or not yet. Both count: of many open tasks the
   * quick ones finish first, so finished tasks alone make every vendor look quick.
   *
   * All that is certain is that the task was open at the poll before. So each answer moves the estimate along the natural
   * gradient of its likelihood given that. The step is the inverse of the Fisher information so far.
   */
  answered(key: string, ageMs: number, done: boolean): void {
    const estimate = this.of(key);
    const age = Math.max(1, ageMs);
    const before = pollBefore(estimate, age);
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

  /** Forgets most of the estimate when the vendor has become faster or slower, to learn it anew within a few tasks. */
  private noteSurprise(estimate: Estimate, first: boolean, done: boolean, late: boolean): void {
    if (first) estimate.streak = done ? Math.max(0, estimate.streak) + 1 : Math.min(0, estimate.streak);
    else if (done) estimate.streak = late ? Math.min(0, estimate.streak) - 1 : Math.max(0, estimate.streak);
    if (estimate.streak < SURPRISE.early && -estimate.streak < SURPRISE.late) return;
    // Tasks that are always done at the first poll do not show how much earlier they were, so poll earlier.
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

function firstPoll({ mean, spread }: Estimate): number {
  return Math.exp(mean - FIRST_BELOW * spread);
}

/** When the poll before the one at `age` was, by the schedule; 0 if that one was the first. */
function pollBefore(estimate: Estimate, age: number): number {
  const first = firstPoll(estimate);
  if (age <= first * (1 + JITTER)) return 0;
  return Math.max(first, age - interval(estimate, age - interval(estimate, age) / 2));
}

/** Without jitter: how long to wait after a poll at `ageMs` that found the task not done. */
function interval(estimate: Estimate, ageMs: number): number {
  const age = Math.max(1, ageMs);
  let wait = 0;
  // The hazard is taken at the middle of the interval, which depends on it. Three rounds are close enough.
  for (let round = 0; round < 3; round += 1) wait = Math.sqrt((2 * POLL_COST_MS) / hazard(estimate, age + wait / 2));
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
