import { refused } from '../../test/refused.js';
import { RuleBook } from '../specs/rules/rule-book.js';
import type { AssetRow } from '../store/asset-rows.js';
import type { PhotoRow } from '../store/photo-rows.js';
import type { Lookup } from './operation.js';
import { type PrintSheetRequest, printSheet } from './print-sheet.js';

/** What the tenant has: two ID photos, of which one was released, and their assets. */
const lookup: Lookup = {
  rules: new RuleBook(),
  asset: async id => ({ id, width: 295, height: 413, dpi: id === 'asset_plain' ? null : 350 }) as AssetRow,
  idPhotos: async ids =>
    [
      { id: 'photo_clean', cleanAssetId: 'asset_clean' },
      { id: 'photo_preview', cleanAssetId: null },
    ].filter(({ id }) => ids.includes(id)) as PhotoRow[],
  tasks: async () => [],
};
const order = (request: PrintSheetRequest) => printSheet.order(request, lookup);

test.each<[string, PrintSheetRequest, string, object]>([
  ['a photo by its clean picture', { photoId: 'photo_clean', count: 8 }, 'asset_clean', { dpi: 350, count: 8 }],
  ['an asset; as many as fit', { assetId: 'asset_1' }, 'asset_1', { dpi: 350, count: null }],
  ['an asset of no density, at the usual one', { assetId: 'asset_plain' }, 'asset_plain', { dpi: 300 }],
])('takes %s', async (_, request, assetId, job) => {
  const size = { widthPx: 295, heightPx: 413, paper: 'SIX_INCH' };
  expect(await order(request)).toMatchObject({ job: { ...size, ...job }, photos: { photo: { assetId } } });
});

test.each<[string, PrintSheetRequest, string]>([
  ['nothing', {}, 'BAD_USER_INPUT input EXACTLY_ONE'],
  ['both', { photoId: 'photo_clean', assetId: 'asset_1' }, 'BAD_USER_INPUT input EXACTLY_ONE'],
  ['no copy', { assetId: 'asset_1', count: 0 }, 'BAD_USER_INPUT input.count RANGE'],
  ['61 copies', { assetId: 'asset_1', count: 61 }, 'BAD_USER_INPUT input.count RANGE'],
  ['a photo that is not there', { photoId: 'photo_x' }, 'NOT_FOUND input.photoId UNKNOWN'],
  ['a preview', { photoId: 'photo_preview' }, 'BAD_USER_INPUT input.photoId NOT_RELEASED'],
])('refuses %s', async (_, request, why) => {
  expect(await refused(() => order(request))).toBe(why);
});

test.each([
  [{ photoId: 'photo_clean' }, 'input.photoId'],
  [{ assetId: 'asset_1' }, 'input.assetId'],
])('an asset that is gone is told under the field that named it: %j', async (request, path) => {
  const paths: string[] = [];
  const asset: Lookup['asset'] = (id, at) => {
    paths.push(at);
    return lookup.asset(id, at);
  };
  await printSheet.order(request, { ...lookup, asset });
  expect(paths).toEqual([path]);
});
