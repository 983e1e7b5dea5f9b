import type { PhotoReport } from '../engine/report.js';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { Database } from '../store/database.js';
import type { PhotoRow } from '../store/photo-rows.js';
import { checkOf, PhotoReports } from './photo-reports.js';

const REPORT: PhotoReport = { verdict: 'PASS', stage: 'FINISHED', widthPx: 295, heightPx: 413, head: null, checks: [] };
const OPTIONS = {
  ...{ widthPx: 295, heightPx: 413, dpi: 300, headRatio: 0.6 },
  backgrounds: [{ kind: 'solid', hex: '#FFFFFF' } as const, { kind: 'transparent' } as const],
};
const ROW = { id: 'photo_1', tenantId: 't', index: 0, measured: null, cleanAssetId: 'asset_1' } as PhotoRow;
const ABSENT = { absence: 'UNAVAILABLE' };

/** `finish` ends the analysis that was begun first of those that run. */
function setUp() {
  const waiting: { resolve(): void; reject(error: unknown): void }[] = [];
  const kept: unknown[] = [];
  let now = 0;
  let begun = 0;
  let read: () => Promise<Uint8Array> = async () => new Uint8Array();
  const reports = new PhotoReports({
    database: { query: async (_: string, values: unknown[]) => kept.push(values) } as unknown as Database,
    assets: { bytesOf: () => read() },
    checker: {
      check: () => {
        begun++;
        return new Promise((resolve, reject) => waiting.push({ resolve: () => resolve(REPORT), reject }));
      },
    },
    clock: { now: () => now },
    log: { warn: () => {} },
  });
  const settle = () => new Promise(resolve => setImmediate(resolve));
  return {
    reports,
    kept,
    begun: () => begun,
    gone: (error: DarkroomError) => {
      read = () => Promise.reject(error);
    },
    later: (ms: number) => {
      now += ms;
    },
    settle,
    end: async (error?: unknown) => {
      await settle();
      const first = waiting.shift()!;
      if (error === undefined) first.resolve();
      else first.reject(error);
    },
  };
}

test('a report is made once for all who ask, and kept', async () => {
  const { reports, kept, begun, end } = setUp();
  const asked = Array.from({ length: 1_000 }, () => reports.of(ROW, OPTIONS));
  await end();
  expect(new Set((await Promise.all(asked)).map(found => JSON.stringify(found)))).toEqual(
    new Set([JSON.stringify({ report: REPORT })]),
  );
  expect(begun()).toBe(1);
  expect(kept).toEqual([['t', 'photo_1', 'asset_1', JSON.stringify(REPORT)]]);
  const made = { ...ROW, measured: { report: REPORT } };
  expect(await reports.of(made, OPTIONS)).toEqual({ report: REPORT });
  expect(begun()).toBe(1);
});

test('more than a few at a time have to ask again, and can', async () => {
  const { reports, begun, end } = setUp();
  const { atOnce } = LIMITS.reports;
  const rows = Array.from({ length: atOnce + 3 }, (_, n) => ({ ...ROW, id: `photo_${n}` }));
  const asked = rows.map(row => reports.of(row, OPTIONS));
  expect(await Promise.all(asked.slice(atOnce))).toEqual([ABSENT, ABSENT, ABSENT]);
  for (let n = 0; n < atOnce; n++) await end();
  await Promise.all(asked);
  const again = reports.of(rows.at(-1)!, OPTIONS);
  await end();
  expect(await again).toEqual({ report: REPORT });
  expect(begun()).toBe(atOnce + 1);
});

test('a photo that broke the engine is left alone for a while', async () => {
  const { reports, begun, end, later } = setUp();
  const first = reports.of(ROW, OPTIONS);
  await end(new Error('the worker died'));
  expect(await first).toEqual(ABSENT);
  expect(await reports.of(ROW, OPTIONS)).toEqual(ABSENT);
  expect(begun()).toBe(1);
  later(LIMITS.reports.againMs);
  const again = reports.of(ROW, OPTIONS);
  await end();
  expect(await again).toEqual({ report: REPORT });
});

test('a preview is not judged, and a photo that went says so', async () => {
  const { reports, begun, gone } = setUp();
  expect(await reports.of({ ...ROW, cleanAssetId: null }, OPTIONS)).toEqual({ absence: 'NOT_RELEASED' });
  gone(new DarkroomError('PHOTO_GONE'));
  expect(await reports.of(ROW, OPTIONS)).toEqual({ absence: 'PHOTO_GONE' });
  expect(begun()).toBe(0);
});

test('the size that was asked for is judged, and no background of a transparent photo', () => {
  const options = { ...OPTIONS, traits: { named: {}, backgrounds: { hexes: ['#FFFFFF'], rule: 'r' } } };
  const { asked, traits } = checkOf(options, 0);
  expect(asked).toContainEqual({ code: 'WIDTH_PX', min: 295, max: 295, strength: 'SPEC', rule: null });
  expect(traits.backgrounds).toBeDefined();
  expect(checkOf(options, 1).traits.backgrounds).toBeUndefined();
});
