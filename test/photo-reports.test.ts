import { plantedReports } from './planted-reports.js';

// All of them: photo-reports.long.ts.
const FAULTS = ['none', 'yaw 10', 'eyes shut', 'shadow', 'overexposed'];

test('a report names what was planted in a photo, and nothing else, and says where', async () => {
  const { results, eyes } = await plantedReports(FAULTS);
  const right = { missed: false, wrong: [] };
  for (const fault of FAULTS) expect([fault, results[fault]]).toEqual([fault, expect.objectContaining(right)]);
  const { left, top, width, height } = results['eyes shut']!.box!;
  for (const [x, y] of eyes) {
    expect(x).toBeGreaterThan(left);
    expect(x).toBeLessThan(left + width);
    expect(y).toBeGreaterThan(top);
    expect(y).toBeLessThan(top + height);
  }
}, 150_000);
