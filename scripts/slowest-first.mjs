import Sequencer from '@jest/test-sequencer';

/**
 * Seconds on two cores, of those files that take more than twenty while others run beside them. Only for a run whose cache does not know them: in CI,
 * and in a fresh clone. There jest goes by the size of a file, and a small one of 73 s came last, alone on its core.
 */
const SECONDS = new Map([
  ['test/browser-tokens.test.js', 96],
  ['test/hostile/tenancy.test.js', 96],
  ['test/client.test.js', 94],
  ['test/release-later.test.js', 79],
  ['test/crash.test.js', 68],
  ['test/kill.test.js', 56],
  ['test/end-to-end.test.js', 54],
  ['src/store/drivers/pglite.test.js', 53],
  ['test/rule-photos.test.js', 52],
  ['test/small-photos.test.js', 51],
  ['test/mini-program.test.js', 48],
  ['test/budgets.test.js', 47],
  ['test/backup.test.js', 46],
  ['test/originals.test.js', 46],
  ['test/stop.test.js', 45],
  ['test/photo-checks.test.js', 43],
  ['test/engine.test.js', 42],
  ['test/postgres-tasks.test.js', 40],
  ['test/start-errors.test.js', 39],
  ['test/postgres-server.test.js', 36],
  ['test/labels-server.test.js', 35],
  ['src/store/open-store.test.js', 35],
  ['test/examples.test.js', 35],
  ['test/budget-kills.test.js', 32],
  ['test/photo-form.test.js', 31],
  ['src/engine/pool.test.js', 30],
  ['test/budgets-server.test.js', 29],
  ['test/workshop.test.js', 29],
  ['test/engine-pictures.test.js', 28],
  ['src/access/browser-tokens.test.js', 27],
  ['test/quotes.test.js', 26],
  ['test/move-to-postgres.test.js', 25],
  ['src/assets/asset-service.test.js', 25],
  ['test/store-crash.test.js', 25],
  ['test/postgres-roles.test.js', 24],
  ['test/metrics.test.js', 23],
  ['test/photo-link-page.test.js', 22],
  ['test/paid-results.test.js', 22],
  ['test/toy-vendor.test.js', 22],
  ['src/readiness.test.js', 22],
  ['test/docs/commands.test.js', 21],
  ['test/model.test.js', 21],
  ['test/client-browser.test.js', 20],
]);

/** The order of a run: what failed last time, then the slowest first. */
// biome-ignore lint/style/noDefaultExport: jest asks for it
export default class SlowestFirst extends Sequencer {
  sort(tests) {
    const rank = new Map(
      tests.map(test => [test, this.hasFailed(test) ? Number.POSITIVE_INFINITY : this.#seconds(test)]),
    );
    return [...tests].sort((a, b) => (rank.get(b) === rank.get(a) ? 0 : rank.get(b) - rank.get(a)));
  }

  #seconds(test) {
    // Jest's estimates go by it as well.
    test.duration = this.time(test) ?? undefined;
    if (test.duration !== undefined) return test.duration / 1000;
    const path = test.path.slice(test.context.config.rootDir.length + 1).replaceAll('\\', '/');
    return SECONDS.get(path) ?? 0;
  }
}
