import { plantedReports } from './planted-reports.js';

test('a report names each of the faults that were planted in a photo, and nothing else', async () => {
  const { results } = await plantedReports();
  expect(Object.keys(results).length).toBeGreaterThan(18);
  for (const [fault, { missed, wrong }] of Object.entries(results))
    expect([fault, { missed, wrong }]).toEqual([fault, { missed: false, wrong: [] }]);
}, 300_000);
