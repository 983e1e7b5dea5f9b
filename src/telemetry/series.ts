import type { Metric } from 'prom-client';

/** A line of the exposition format. */
interface Sample {
  labels: Record<string, string | number>;
  value: number;
  metricName?: string;
}

/** What prom-client asks of a metric of a registry, which writes it. */
interface Exposed {
  name: string;
  get(): Promise<{ name: string; help: string; type: string; values: Sample[]; aggregator: string }>;
}

/**
 * The series of one metric, one for each combination of labels, found by one look into a map. The counters and histograms
 * of prom-client check, sort and join the labels at each call, several times a request.
 */
abstract class Series<Label extends string, One> implements Exposed {
  readonly #series = new Map<string, { labels: Record<Label, string>; one: One }>();

  constructor(
    readonly name: string,
    private readonly help: string,
    private readonly type: 'counter' | 'histogram',
    private readonly labelNames: readonly Label[],
  ) {}

  /** For `Registry.registerMetric`, whose type knows the classes of prom-client alone. */
  get exposed(): Metric {
    return this as unknown as Metric;
  }

  async get() {
    const values = [...this.#series.values()].flatMap(({ labels, one }) => this.samplesOf(labels, one));
    return { name: this.name, help: this.help, type: this.type, values, aggregator: 'sum' };
  }

  protected find(labels: Record<Label, string>): One {
    let key = '';
    for (const name of this.labelNames) key += `${labels[name]}\n`;
    let found = this.#series.get(key);
    if (found === undefined) {
      found = { labels: { ...labels }, one: this.start() };
      this.#series.set(key, found);
    }
    return found.one;
  }

  protected abstract start(): One;
  protected abstract samplesOf(labels: Record<Label, string>, one: One): Sample[];
}

export class CounterSeries<Label extends string> extends Series<Label, { count: number }> {
  constructor(name: string, help: string, labelNames: readonly Label[]) {
    super(name, help, 'counter', labelNames);
  }

  inc(labels: Record<Label, string>, by = 1): void {
    this.find(labels).count += by;
  }

  protected start() {
    return { count: 0 };
  }

  protected samplesOf(labels: Record<Label, string>, { count }: { count: number }): Sample[] {
    return [{ labels, value: count }];
  }
}

interface Buckets {
  /** Those up to each bound and above the one before, and last those above all. */
  counts: number[];
  sum: number;
}

export class HistogramSeries<Label extends string> extends Series<Label, Buckets> {
  /** `bounds`: ascending; a value that is equal to one counts below it. */
  constructor(
    name: string,
    help: string,
    private readonly bounds: readonly number[],
    labelNames: readonly Label[],
  ) {
    super(name, help, 'histogram', labelNames);
    // Without labels there is one series, which stands at 0 from the start.
    if (labelNames.length === 0) this.zero({} as Record<Label, string>);
  }

  observe(labels: Record<Label, string>, value: number): void {
    const found = this.find(labels);
    let bucket = 0;
    while (bucket < this.bounds.length && value > this.bounds[bucket]!) bucket += 1;
    found.counts[bucket]! += 1;
    found.sum += value;
  }

  /** A series that stands at 0 before the first value. */
  zero(labels: Record<Label, string>): void {
    this.find(labels);
  }

  protected start(): Buckets {
    return { counts: new Array<number>(this.bounds.length + 1).fill(0), sum: 0 };
  }

  protected samplesOf(labels: Record<Label, string>, { counts, sum }: Buckets): Sample[] {
    let count = 0;
    const buckets = counts.map((more, index) => {
      count += more;
      const le = this.bounds[index] ?? '+Inf';
      return { labels: { le, ...labels }, value: count, metricName: `${this.name}_bucket` };
    });
    const total = (suffix: string, value: number) => ({ labels, value, metricName: `${this.name}_${suffix}` });
    return [...buckets, total('sum', sum), total('count', count)];
  }
}
