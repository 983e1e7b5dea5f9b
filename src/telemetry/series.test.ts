import { Counter, Histogram, Registry } from 'prom-client';
import { CounterSeries, HistogramSeries } from './series.js';

const BOUNDS = [0.01, 0.1, 1];
const NAMES = ['route', 'status'] as const;

/** As a reader of the metrics gets them, in any order of the series. */
const linesOf = async (registry: Registry) => (await registry.metrics()).split('\n').sort();

/** The same sequence in each run: values on, below and above the bounds, and labels that have to be escaped. */
function* observed(): Generator<[{ route: string; status: string }, number]> {
  const routes = ['/graphql', '/files/:id', 'a"quote', 'a\\slash', 'two\nlines', ''];
  for (let n = 0; n < 500; n += 1)
    yield [{ route: routes[n % routes.length]!, status: String(200 + (n % 3)) }, [0, 0.01, 0.05, 0.1, 1, 7][n % 6]!];
}

test('histograms are written as prom-client writes its own', async () => {
  const [ours, theirs] = [new Registry(), new Registry()];
  const mine = new HistogramSeries('seconds', 'How long.', BOUNDS, NAMES);
  ours.registerMetric(mine.exposed);
  const own = new Histogram({
    name: 'seconds',
    help: 'How long.',
    buckets: BOUNDS,
    labelNames: NAMES,
    registers: [theirs],
  });
  for (const [labels, value] of observed()) {
    mine.observe(labels, value);
    own.observe(labels, value);
  }
  mine.zero({ route: 'none', status: '0' });
  own.zero({ route: 'none', status: '0' });
  expect(await linesOf(ours)).toEqual(await linesOf(theirs));
});

test('counters, and a histogram without labels from its start', async () => {
  const [ours, theirs] = [new Registry(), new Registry()];
  const mine = new CounterSeries('requests_total', 'How many.', NAMES);
  ours.registerMetric(mine.exposed);
  ours.registerMetric(new HistogramSeries('waited', 'How long.', BOUNDS, []).exposed);
  const own = new Counter({ name: 'requests_total', help: 'How many.', labelNames: NAMES, registers: [theirs] });
  new Histogram({ name: 'waited', help: 'How long.', buckets: BOUNDS, registers: [theirs] });
  for (const [labels, value] of observed()) {
    mine.inc(labels, value);
    own.inc(labels, value);
  }
  mine.inc({ status: '200', route: '/graphql' });
  own.inc({ status: '200', route: '/graphql' });
  expect(await linesOf(ours)).toEqual(await linesOf(theirs));
});
