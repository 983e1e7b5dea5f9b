import { LIMITS } from '../src/kernel/limits.js';
import { startPostgres } from './embedded-postgres.js';
import { type KillReport, runKills, tableOf } from './kill-run.js';

const KILLS = Number(process.env.DARKROOM_TEST_KILLS ?? 200);
const SEED = Number(process.env.DARKROOM_TEST_SEED ?? 4_711);
/** A restore after every 50th kill, from a backup of half as many before. */
const RESTORE_EVERY = 50;

const runs: { driver: string; report: KillReport }[] = [];
// Straight to the file descriptor: what a run found is its result, and jest keeps the standard output for its own report.
afterAll(() => process.stderr.write(`\nkill -9, seed ${SEED}\n${tableOf(runs)}\n\n`));

const CLEAN = {
  lost: [],
  stuck: [],
  billedTwice: [],
  wrongBooks: [],
  withoutPicture: [],
  unexpected: [],
  refusals: [],
};

test(`${KILLS} kills, and restores among them, of a server on the embedded database`, async () => {
  const report = await runKills({
    kills: KILLS,
    seed: SEED,
    replicas: 1,
    restoreEvery: RESTORE_EVERY,
    environment: {},
  });
  runs.push({ driver: 'pglite', report });
  expect(report).toMatchObject({ kills: KILLS, ...CLEAN });
  // A start, and no lease: an embedded server is alone on its directory, so it claims at once what the killed one held.
  expect(report.longestResumeMs).toBeLessThan(30_000);
});

test(`${KILLS} kills, and restores, among three replicas on Postgres`, async () => {
  const postgres = await startPostgres();
  try {
    const environment = { DATABASE_URL: postgres.url(), DARKROOM_SECRET: 'made up, and the same for all three' };
    const lostAfterMs = LIMITS.task.leaseMs + 15_000;
    const plan = { kills: KILLS, seed: SEED, replicas: 3, restoreEvery: RESTORE_EVERY, lostAfterMs, environment };
    const report = await runKills(plan);
    runs.push({ driver: 'postgres, 3 replicas', report });
    expect(report).toMatchObject({ kills: KILLS, ...CLEAN });
    // A run in which nobody took anything up would say nothing of the leases.
    expect(report.takenUp).toBeGreaterThan(0);
    // A lease, and a look.
    expect(report.longestResumeMs).toBeLessThan(75_000);
  } finally {
    await postgres.remove();
  }
});
