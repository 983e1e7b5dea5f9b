import { refused } from '../../test/refused.js';
import { RuleBook } from '../specs/rules/rule-book.js';
import type { AssetRow } from '../store/asset-rows.js';
import type { PhotoRow } from '../store/photo-rows.js';
import type { Lookup } from './operation.js';
import { type PrintSheetItem, type PrintSheetRequest, printSheet } from './print-sheet.js';

/** What the tenant has: two ID photos, of which one was released, and their assets. */
const lookup: Lookup = {
  rules: new RuleBook(),
  asset: async id =>
    ({
      id,
      width: 295,
      height: 413,
      dpi: id === 'asset_plain' ? null : 350,
      watermarked: id === 'asset_preview',
    }) as AssetRow,
  idPhotos: async ids =>
    [
      { id: 'photo_clean', cleanAssetId: 'asset_clean' },
      { id: 'photo_preview', cleanAssetId: null },
    ].filter(({ id }) => ids.includes(id)) as PhotoRow[],
  tasks: async () => [],
};
const order = (request: PrintSheetRequest) => printSheet.order(request, lookup);
const of = (...items: PrintSheetItem[]) => order({ items });

test.each<[string, PrintSheetItem, string, object]>([
  ['a photo by its clean picture', { photoId: 'photo_clean', count: 8 }, 'asset_clean', { dpi: 350, count: 8 }],
  ['an asset; as many as fit', { assetId: 'asset_1' }, 'asset_1', { dpi: 350, count: null }],
  ['an asset of no density, at the usual one', { assetId: 'asset_plain' }, 'asset_plain', { dpi: 300 }],
])('takes %s', async (_, item, assetId, rest) => {
  const items = [{ widthPx: 295, heightPx: 413, ...rest }];
  expect(await of(item)).toMatchObject({ job: { items }, photos: { photos: [{ assetId }] } });
});

test('several photos, in their order, the same one twice too', async () => {
  const { job, photos } = await of(
    { assetId: 'asset_1', count: 1 },
    { photoId: 'photo_clean' },
    { assetId: 'asset_1' },
  );
  expect(job.items.map(({ count }) => count)).toEqual([1, null, null]);
  expect(photos.photos).toEqual(['asset_1', 'asset_clean', 'asset_1'].map(assetId => ({ assetId })));
});

test.each<[string, Partial<PrintSheetRequest>, object]>([
  [
    'nothing said',
    {},
    { widthMm: 152, heightMm: 102, dpi: 300, gapMm: 2, marginMm: 5, cropLines: 'LINES', rotate: 'AUTO' },
  ],
  ['a paper', { paper: 'A4' }, { widthMm: 297, heightMm: 210 }],
  ['a paper of its own', { customPaper: { widthMm: 90, heightMm: 300 } }, { widthMm: 90, heightMm: 300 }],
  [
    'all of it',
    { paper: 'INCH_5', dpi: 350, gapMm: 0, marginMm: 3.5, cropLines: 'NONE', rotate: 'SIDEWAYS' },
    { widthMm: 127, heightMm: 89, dpi: 350, gapMm: 0, marginMm: 3.5, cropLines: 'NONE', rotate: 'SIDEWAYS' },
  ],
])('the sheet with %s', async (_, request, job) => {
  expect((await order({ ...request, items: [{ assetId: 'asset_1' }] })).job).toMatchObject(job);
});

test.each<[string, PrintSheetItem[], string]>([
  ['no photo', [], 'BAD_USER_INPUT input.items COUNT'],
  ['seven photos', Array(7).fill({ assetId: 'asset_1', count: 1 }), 'BAD_USER_INPUT input.items COUNT'],
  ['nothing', [{}], 'BAD_USER_INPUT input.items.0 EXACTLY_ONE'],
  ['both', [{ photoId: 'photo_clean', assetId: 'asset_1' }], 'BAD_USER_INPUT input.items.0 EXACTLY_ONE'],
  ['no copy', [{ assetId: 'asset_1', count: 0 }], 'BAD_USER_INPUT input.items.0.count RANGE'],
  [
    'more copies than fit',
    [
      { assetId: 'asset_1', count: 1 },
      { assetId: 'asset_1', count: 60 },
    ],
    'BAD_USER_INPUT input.items.1.count DOES_NOT_FIT',
  ],
  ['a photo that is not there', [{ photoId: 'photo_x' }], 'NOT_FOUND input.items.0.photoId UNKNOWN'],
  ['an unreleased one', [{ photoId: 'photo_preview' }], 'BAD_USER_INPUT input.items.0.photoId NOT_RELEASED'],
  ['a preview', [{ assetId: 'asset_preview' }], 'BAD_USER_INPUT input.items.0.assetId WATERMARKED'],
])('refuses %s', async (_, items, why) => {
  expect(await refused(() => of(...items))).toBe(why);
});

test.each<[Partial<PrintSheetRequest>, string]>([
  [{ paper: 'A4', customPaper: { widthMm: 100, heightMm: 100 } }, 'input EXACTLY_ONE'],
  [{ customPaper: { widthMm: 49, heightMm: 100 } }, 'input.customPaper.widthMm RANGE'],
  [{ customPaper: { widthMm: 100, heightMm: Number.NaN } }, 'input.customPaper.heightMm RANGE'],
  [{ gapMm: -1 }, 'input.gapMm RANGE'],
  [{ marginMm: 51 }, 'input.marginMm RANGE'],
  [{ dpi: 601 }, 'input.dpi RANGE'],
  [{ dpi: 600, customPaper: { widthMm: 450, heightMm: 450 } }, 'input.dpi TOO_MANY_PIXELS'],
])('refuses a sheet with %j', async (request, why) => {
  expect(await refused(() => order({ ...request, items: [{ assetId: 'asset_1' }] }))).toBe(`BAD_USER_INPUT ${why}`);
});

test.each([
  [{ photoId: 'photo_clean' }, 'input.items.0.photoId'],
  [{ assetId: 'asset_1' }, 'input.items.0.assetId'],
])('an asset that is gone is told under the field that named it: %j', async (item, path) => {
  const paths: string[] = [];
  const asset: Lookup['asset'] = (id, at) => {
    paths.push(at);
    return lookup.asset(id, at);
  };
  await printSheet.order({ items: [item] }, { ...lookup, asset });
  expect(paths).toEqual([path]);
});
