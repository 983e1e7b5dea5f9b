import Sequencer from '@jest/test-sequencer';

/**
 * Seconds on two cores, of those files that take more than ten. Only for a run whose cache does not know them: in CI,
 * and in a fresh clone. There jest goes by the size of a file, and a small one of 73 s came last, alone on its core.
 */
const SECONDS = new Map([
  ['test/conformance/harsh/harsh.test.js', 20],
  ['src/net/name-look-up.test.js', 11],
  ['test/server-bodies.test.js', 11],
  ['test/stop.test.js', 31],
  ['test/postgres-pooler.test.js', 40],
  ['test/kill.test.js', 26],
  ['test/restored-house.test.js', 30],
  ['test/backup.test.js', 19],
  ['test/store-crash.test.js', 18],
  ['test/faults.test.js', 14],
  ['test/server-web-socket.test.js', 12],
  ['test/crash.test.js', 11],
  ['test/postgres-tasks.test.js', 11],
  ['test/toy-vendor.test.js', 11],
  ['src/store/drivers/postgres-feed.test.js', 10],
  ['test/end-to-end.test.js', 10],
  ['test/model.test.js', 10],
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
