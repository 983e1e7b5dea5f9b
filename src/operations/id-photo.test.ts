import type { MadePicture } from '../../datasources/contract.js';
import { refused } from '../../test/refused.js';
import { FILE, OPTIONS } from '../../test/task-house.js';
import { specs } from '../specs/catalogue.js';
import { RuleBook } from '../specs/rules/rule-book.js';
import type { KeptPicture, TaskOf } from '../store/task.js';
import { byIndex, type IdPhotoWish, idPhoto, readIdPhotoJob } from './id-photo.js';
import type { Lookup } from './operation.js';

const LOOKUP = { rules: new RuleBook() } as Lookup;

const SIZE = { customSize: { widthPx: 295, heightPx: 413 } };
const BOOK = new RuleBook();
const options = (wish: IdPhotoWish) => readIdPhotoJob(wish, BOOK).options;

describe('the size', () => {
  test('is that of the spec, with its density, its file size and its first colour', () => {
    const spec = specs.byId('jian-kang-zheng-yi-cun-295x413')!;
    expect(readIdPhotoJob({ specId: spec.id }, BOOK)).toMatchObject({
      specId: spec.id,
      options: { widthPx: 295, heightPx: 413, dpi: spec.dpi ?? 300 },
    });
  });

  test.each([
    ['pixels', { widthPx: 295, heightPx: 413 }, undefined, [295, 413, 300]],
    ['millimetres at the usual density', { widthMm: 25, heightMm: 35 }, undefined, [295, 413, 300]],
    ['millimetres at another', { widthMm: 25, heightMm: 35 }, 600, [591, 827, 600]],
    ['the smallest', { widthPx: 48, heightPx: 48 }, 72, [48, 48, 72]],
    ['the largest', { widthPx: 3_000, heightPx: 3_000 }, 1_200, [3_000, 3_000, 1_200]],
  ])('can be one of our own: %s', (_, customSize, dpi, [widthPx, heightPx, density]) => {
    expect(options({ customSize, dpi })).toMatchObject({ widthPx, heightPx, dpi: density });
  });

  test.each<[string, IdPhotoWish, string]>([
    ['neither spec nor size', {}, 'BAD_USER_INPUT input EXACTLY_ONE'],
    ['both', { ...SIZE, specId: 'x' }, 'BAD_USER_INPUT input EXACTLY_ONE'],
    ['a spec that does not exist', { specId: 'x' }, 'SPEC_NOT_FOUND input.specId UNKNOWN'],
    ['one side', { customSize: { widthPx: 295 } }, 'BAD_USER_INPUT input.customSize EXACTLY_ONE'],
    ['no side', { customSize: {} }, 'BAD_USER_INPUT input.customSize EXACTLY_ONE'],
    ['mixed units', { customSize: { widthPx: 295, heightMm: 35 } }, 'BAD_USER_INPUT input.customSize EXACTLY_ONE'],
    [
      'a side too many',
      { customSize: { widthPx: 295, heightPx: 413, widthMm: 25 } },
      'BAD_USER_INPUT input.customSize EXACTLY_ONE',
    ],
    ['too few pixels', { customSize: { widthPx: 47, heightPx: 413 } }, 'BAD_USER_INPUT input.customSize.widthPx RANGE'],
    ['too many', { customSize: { widthPx: 295, heightPx: 3_001 } }, 'BAD_USER_INPUT input.customSize.heightPx RANGE'],
    ['half pixels', { customSize: { widthPx: 295.5, heightPx: 413 } }, 'BAD_USER_INPUT input.customSize.widthPx RANGE'],
    [
      'millimetres that come to too few pixels',
      { customSize: { widthMm: 25, heightMm: 2 } },
      'BAD_USER_INPUT input.customSize.heightMm RANGE',
    ],
    [
      'millimetres that are no number',
      { customSize: { widthMm: Number.NaN, heightMm: 35 } },
      'BAD_USER_INPUT input.customSize.widthMm RANGE',
    ],
    ['too low a density', { ...SIZE, dpi: 71 }, 'BAD_USER_INPUT input.dpi RANGE'],
    ['too high a density', { ...SIZE, dpi: 1_201 }, 'BAD_USER_INPUT input.dpi RANGE'],
    ['a density in fractions', { ...SIZE, dpi: 299.5 }, 'BAD_USER_INPUT input.dpi RANGE'],
  ])('%s is refused', async (_, wish, why) => {
    expect(await refused(() => readIdPhotoJob(wish, BOOK))).toBe(why);
  });
});

describe('the file size', () => {
  const limited = specs.list.find(({ minKb, maxKb }) => minKb !== null && maxKb !== null)!;

  test('is that of the spec, or what is asked for in its place; both ends go together', () => {
    expect(options({ specId: limited.id })).toMatchObject({ minKb: limited.minKb, maxKb: limited.maxKb });
    const asked = options({ specId: limited.id, fileSize: { maxKb: 40 } });
    expect([asked.minKb, asked.maxKb]).toEqual([undefined, 40]);
    expect(Object.keys(options(SIZE))).not.toContain('maxKb');
  });

  test.each([
    ['a minimum above the maximum', { minKb: 41, maxKb: 40 }, 'minKb'],
    ['less than a KB', { minKb: 0 }, 'minKb'],
    ['a part of a KB', { maxKb: 40.5 }, 'maxKb'],
    ['more than 10 MB', { maxKb: 10_001 }, 'maxKb'],
  ])('%s is refused', async (_, fileSize, field) => {
    const why = await refused(() => readIdPhotoJob({ ...SIZE, fileSize }, BOOK));
    expect(why).toBe(`BAD_USER_INPUT input.fileSize.${field} RANGE`);
  });
});

describe('the head', () => {
  test.each([
    ['as is usual for the size', {}, { headRatio: 0.62, topMargin: 0.085 }],
    ['of a size of its own', { headRatio: 0.5 }, { headRatio: 0.5, topMargin: 0.085 }],
    ['below a margin', { topMargin: 0.2 }, { headRatio: 0.62, topMargin: 0.2 }],
    ['filling the picture', { headRatio: 0.6, topMargin: 0.4 }, { headRatio: 0.6, topMargin: 0.4 }],
    ['around its centre', { faceCenter: { x: 0.5, y: 0.4 } }, { headRatio: 0.62, faceCenter: { x: 0.5, y: 0.4 } }],
  ])('stands %s', (_, wish, head) => {
    const { headRatio, topMargin, faceCenter } = options({ ...SIZE, ...wish });
    const placed = { headRatio, ...(topMargin !== undefined && { topMargin }), ...(faceCenter && { faceCenter }) };
    expect(placed).toEqual(head);
  });

  test('so large that the usual margin does not fit above it stands at the lower edge', () => {
    const square = options({ customSize: { widthPx: 600, heightPx: 600 }, headRatio: 0.9 });
    expect(square.topMargin).toBeCloseTo(0.1, 9);
  });

  test.each([
    ['too small', { headRatio: 0.29 }, 'input.headRatio RANGE'],
    ['too large', { headRatio: 0.91 }, 'input.headRatio RANGE'],
    ['that is no number', { headRatio: Number.NaN }, 'input.headRatio RANGE'],
    ['above the picture', { topMargin: -0.01 }, 'input.topMargin RANGE'],
    ['that does not fit below its margin', { headRatio: 0.6, topMargin: 0.45 }, 'input.topMargin RANGE'],
    ['with its face at the edge', { faceCenter: { x: 0.1, y: 0.5 } }, 'input.faceCenter.x RANGE'],
    ['with its face at the bottom', { faceCenter: { x: 0.5, y: 0.81 } }, 'input.faceCenter.y RANGE'],
    ['placed twice', { topMargin: 0.1, faceCenter: { x: 0.5, y: 0.5 } }, 'input.faceCenter EXACTLY_ONE'],
  ])('%s is refused', async (_, wish, why) => {
    expect(await refused(() => readIdPhotoJob({ ...SIZE, ...wish }, BOOK))).toBe(`BAD_USER_INPUT ${why}`);
  });
});

test('a wrong background is told with its path', async () => {
  expect(await refused(() => idPhoto.quote({ ...SIZE, backgrounds: [{}] }, LOOKUP))).toContain('input.backgrounds.0');
  expect(options(SIZE).backgrounds).toEqual([{ kind: 'solid', hex: '#FFFFFF' }]);
});

test('an order and its quote are one job; what the caller left to us is told to the route', async () => {
  const wish = { ...SIZE, dpi: 300, vendor: 'LEQI', leqi: { poseFix: true } } as const;
  const quote = await idPhoto.quote(wish, LOOKUP);
  expect(quote).toMatchObject({ job: { specId: null, leqi: { poseFix: true } }, vendor: 'LEQI' });
  expect(quote.defaulted).toEqual(['input.headRatio', 'input.topMargin', 'input.faceCenter', 'input.fileSize']);
  const photo = { assetId: 'asset_1' };
  expect(idPhoto.order({ ...wish, photo }, LOOKUP)).toEqual({ ...quote, photos: { photo } });
});

describe('what a vendor returns is measured', () => {
  const deviations = (over: Partial<typeof FILE>, picture: Partial<MadePicture> = {}, kb: object = {}) =>
    idPhoto.deviations!(
      { input: { specId: null, options: { ...OPTIONS, ...kb } } } as TaskOf<'ID_PHOTO'>,
      { role: 'CLEAN', from: { url: '' }, ...picture },
      { ...FILE, mime: 'image/jpeg', widthPx: 295, heightPx: 413, ...over },
    );
  const bytes = (length: number) => ({ bytes: Buffer.alloc(length) });

  test.each([
    ['as asked for', {}, {}, []],
    ['a pixel off, which is rounding', { widthPx: 296, heightPx: 412 }, {}, []],
    ['wider', { widthPx: 297 }, {}, ['SIZE_DIFFERS']],
    ['lower', { heightPx: 411 }, {}, ['SIZE_DIFFERS']],
    ['large enough', bytes(20_000), { minKb: 20 }, []],
    ['too small a file', bytes(19_999), { minKb: 20 }, ['FILE_SIZE_DIFFERS']],
    ['small enough', bytes(40_960), { maxKb: 40 }, []],
    ['too large a file', bytes(40_961), { maxKb: 40 }, ['FILE_SIZE_DIFFERS']],
    ['another format', { mime: 'image/webp' }, {}, ['FORMAT_DIFFERS']],
    ['both', { widthPx: 1, ...bytes(1) }, { minKb: 20 }, ['SIZE_DIFFERS', 'FILE_SIZE_DIFFERS']],
  ])('%s', (_, file, kb, warnings) => {
    expect(deviations(file, {}, kb)).toEqual(warnings);
  });

  test('and neither a preview nor what our own engine has measured', () => {
    expect(deviations({ widthPx: 1 }, { role: 'PREVIEW' })).toEqual([]);
    expect(deviations({ widthPx: 1 }, { measured: {} as never })).toEqual([]);
  });
});

test('pictures belong together by their background; one without a place belongs to the first', () => {
  const picture = (assetId: string, index?: number): KeptPicture => ({ role: 'CLEAN', assetId, index });
  const groups = byIndex([picture('a', 1), picture('b'), picture('c', 1), picture('d', 0)]);
  expect([...groups].map(([index, ofIndex]) => [index, ofIndex.map(({ assetId }) => assetId)])).toEqual([
    [1, ['a', 'c']],
    [0, ['b', 'd']],
  ]);
});
