import { runKills } from './kill-run.js';

/** The whole of it, 200 kills on each driver, is `npm run test:long` (kill.long.ts). */
test('kill -9 at six points: nothing acknowledged is lost or stuck, nothing is paid for twice, and the books are right', async () => {
  const report = await runKills({ kills: 6, seed: 20_261, replicas: 1, environment: {} });
  expect(report).toMatchObject({
    kills: 6,
    lost: [],
    stuck: [],
    billedTwice: [],
    wrongBooks: [],
    withoutPicture: [],
    unexpected: [],
    refusals: [],
  });
  expect(report.inReview).toBeGreaterThanOrEqual(3);
  expect(report.succeeded).toBeGreaterThan(0);
}, 240_000);
