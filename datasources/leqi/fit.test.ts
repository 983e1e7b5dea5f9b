import type { IdPhotoJob } from '../contract.js';
import { fitIdPhoto, sizeWithinLimits } from './fit.js';

const specIds = new Map([['big-2000x3000', 5]]);
const plain: IdPhotoJob = {
  specId: null,
  options: {
    widthPx: 1050,
    heightPx: 1500,
    dpi: 300,
    headRatio: 0.62,
    topMargin: 0.085,
    backgrounds: [{ kind: 'solid', hex: '#FFFFFF' }],
  },
};
const withOptions = (over: Partial<IdPhotoJob['options']>): IdPhotoJob => ({
  ...plain,
  options: { ...plain.options, ...over },
});
const refusedPaths = (job: IdPhotoJob) => fitIdPhoto(job, specIds).refused.map(({ path, code }) => `${path} ${code}`);

test('the largest size fits, and our head geometry and dpi are listed as ignored', () => {
  expect(fitIdPhoto(plain, specIds)).toEqual({
    refused: [],
    ignored: ['input.dpi', 'input.headRatio', 'input.topMargin'],
  });
  expect(fitIdPhoto(withOptions({ faceCenter: { x: 0.5, y: 0.4 } }), specIds).ignored).toContain('input.faceCenter');
});

test.each([
  [withOptions({ widthPx: 1052 }), 'input.customSize RANGE'],
  [withOptions({ heightPx: 1502 }), 'input.customSize RANGE'],
  [{ ...withOptions({ widthPx: 1052 }), specId: 'a-1052x1500' }, 'input.specId RANGE'],
  [
    withOptions({ backgrounds: [{ kind: 'solid', hex: '#FFFFFF' }, { kind: 'transparent' }] }),
    'input.backgrounds.1 NOT_SUPPORTED',
  ],
  [
    withOptions({
      backgrounds: Array.from({ length: 7 }, (_, index) => ({ kind: 'solid' as const, hex: `#00000${index}` })),
    }),
    'input.backgrounds COUNT',
  ],
  [{ ...plain, jumei: { beautyDegree: 2 } }, 'input.jumei NOT_SUPPORTED'],
  [{ ...plain, leqi: { printType: 3 as 2 } }, 'input.leqi.printType RANGE'],
  [{ ...plain, leqi: { horizontalAlignment: 2 as 1 } }, 'input.leqi.horizontalAlignment RANGE'],
  [{ ...plain, leqi: { fairLevel: 0 } }, 'input.leqi.fairLevel RANGE'],
  [{ ...plain, leqi: { fairLevel: 6 } }, 'input.leqi.fairLevel RANGE'],
  [{ ...plain, leqi: { fairLevel: 2.5 } }, 'input.leqi.fairLevel RANGE'],
  [{ ...plain, leqi: { fairLevel: '3' as unknown as number } }, 'input.leqi.fairLevel RANGE'],
  [{ ...plain, leqi: { clothes: '' } }, 'input.leqi.clothes FORMAT'],
  [{ ...plain, leqi: { clothes: '西装' } }, 'input.leqi.clothes FORMAT'],
  [{ ...plain, leqi: { clothes: '../boy' } }, 'input.leqi.clothes FORMAT'],
  [{ ...plain, leqi: { clothes: 'a'.repeat(65) } }, 'input.leqi.clothes FORMAT'],
  [{ ...plain, leqi: { ratios: { eyeHeight: { min: -1, max: 0.5 } } } }, 'input.leqi.ratios.eyeHeight RANGE'],
  [{ ...plain, leqi: { ratios: { faceWidth: { min: 0.5, max: 1.01 } } } }, 'input.leqi.ratios.faceWidth RANGE'],
  [{ ...plain, leqi: { ratios: { topHeight: { min: 0.2, max: 0.1 } } } }, 'input.leqi.ratios.topHeight RANGE'],
  [{ ...plain, leqi: { ratios: { headHeight: { min: Number.NaN, max: 1 } } } }, 'input.leqi.ratios.headHeight RANGE'],
])('what Leqi cannot make is refused by its path (case %#)', (job, expected) => {
  expect(refusedPaths(job)).toEqual([expected]);
});

test('a spec that the operator mapped is Leqi’s own, whatever its size', () => {
  expect(refusedPaths({ ...withOptions({ widthPx: 2000, heightPx: 3000 }), specId: 'big-2000x3000' })).toEqual([]);
});

test('五寸, 1051 x 1500, fits by its one pixel; a size within the limits stays as it is', () => {
  const fiveInch = { ...withOptions({ widthPx: 1051, heightPx: 1501 }), specId: 'wu-cun-1051x1500' };
  expect(refusedPaths(fiveInch)).toEqual([]);
  expect(sizeWithinLimits(fiveInch.options)).toEqual({ widthPx: 1050, heightPx: 1500 });
  expect(sizeWithinLimits({ ...plain.options, widthPx: 48, heightPx: 60 })).toEqual({ widthPx: 48, heightPx: 60 });
});

test('options at the ends of their ranges fit', () => {
  const leqi = {
    ratios: { headHeight: { min: 0, max: 1 }, faceWidth: { min: 0.3, max: 0.3 } },
    printType: 1,
    horizontalAlignment: 0,
    clothes: 'api_20240521-3-boy',
  } as const;
  for (const fairLevel of [1, 5]) expect(refusedPaths({ ...plain, leqi: { ...leqi, fairLevel } })).toEqual([]);
  expect(refusedPaths({ ...plain, leqi })).toEqual([]);
});
