import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { Engine } from '../src/engine/engine.js';
import type { EditProof } from '../src/engine/photo.js';
import { ROOT } from '../src/kernel/paths.js';
import { readProof, verifyPhoto } from '../src/maintenance/verify-photo.js';
import { type IdPhotoWish, readIdPhotoJob } from '../src/operations/id-photo.js';
import { RuleBook } from '../src/specs/rules/rule-book.js';
import { refused } from './refused.js';
import { silentLog } from './store-setup.js';

const BOOK = new RuleBook();
const US_VISA = 'mei-guo-qian-zheng-602x602';
const GAOKAO = 'gao-kao-bao-ming-420x560';
const ONE_INCH = { customSize: { widthPx: 295, heightPx: 413 } };

let engine: Engine;
let portrait: Uint8Array;
const fixture = () => sharp(readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')));
beforeAll(async () => {
  engine = new Engine({ workers: 1, log: silentLog });
  portrait = await fixture().jpeg({ quality: 95 }).toBuffer();
});
afterAll(() => engine.close());

async function make(wish: IdPhotoWish, photo = portrait, key = 'portrait') {
  const { options } = readIdPhotoJob(wish, BOOK);
  const bytes = async () => photo;
  return engine.renderUnedited(key, bytes, bytes, { ...options, edit: 'NONE' });
}

/** What contradicts a proof, once it has been read from JSON. */
const verified = (photo: Uint8Array, proof: EditProof, source: Uint8Array) =>
  verifyPhoto(engine, { photo, proof: readProof(asJson(proof)), source });

/** As the API gives it. */
function asJson({ crop, ...proof }: EditProof): string {
  const { left: cropLeft, top: cropTop, width: cropWidth, height: cropHeight } = crop;
  return JSON.stringify({ quality: null, ...proof, cropLeft, cropTop, cropWidth, cropHeight });
}

const raw = async (picture: Uint8Array | sharp.Sharp) =>
  (picture instanceof Uint8Array ? sharp(picture) : picture).removeAlpha().raw().toBuffer();

/** The mean difference of two pictures of one size, 0..255. */
function difference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, value, index) => sum + Math.abs(value - b[index]!), 0) / a.length;
}

test('a photo without edits is the crop of its source, scaled, and nothing else', async () => {
  const { bytes, proof, geometry, background, matteQuality } = await make({ specId: US_VISA });
  const { left, top, width, height } = proof!.crop;
  const crop = sharp(portrait).extract({ left, top, width, height }).resize(602, 602, { fit: 'fill' });
  expect(difference(await raw(bytes), await raw(crop))).toBeLessThan(1.5);
  expect(width / height).toBeCloseTo(1, 1);
  expect([background.kind, matteQuality]).toEqual(['original', null]);
  // 0.50 to 0.69 of the height, the eyes 0.56 to 0.69 above the lower edge.
  expect(geometry.headRatio).toBeGreaterThan(0.5);
  expect(geometry.headRatio).toBeLessThan(0.69);
  expect(1 - geometry.faceCenter.y).toBeGreaterThan(0.56);
  expect(1 - geometry.faceCenter.y).toBeLessThan(0.69);
});

test('it is made again by its proof, byte by byte, and of no other source', async () => {
  const { bytes, proof } = await make({ specId: US_VISA });
  expect(await verified(bytes, proof!, portrait)).toEqual([]);
  const touched = await sharp(portrait).blur(1).jpeg({ quality: 95 }).toBuffer();
  expect(await verified(bytes, proof!, touched)).toEqual([expect.stringContaining('another file')]);
  const { version: _, ...old } = proof!;
  expect(await verified(bytes, old, touched)).toEqual([expect.stringContaining('It differs')]);
});

test('a proof of before, which names no source, is still good for the copy that it was made of', async () => {
  const { bytes, proof } = await make({ specId: US_VISA });
  const { version: _, sourceSha256: __, orientation: ___, operations: ____, ...old } = proof!;
  expect(await verified(bytes, old, portrait)).toEqual([]);
});

test('a padded file is made again, too', async () => {
  const { bytes, proof } = await make({ ...ONE_INCH, fileSize: { minKb: 150, maxKb: 200 } });
  expect(bytes.byteLength).toBeGreaterThanOrEqual(150 * 1_024);
  expect(await verified(bytes, proof!, portrait)).toEqual([]);
});

test('a head that leans is not levelled, and told', async () => {
  const tilted = await fixture().rotate(8, { background: '#555555' }).jpeg({ quality: 95 }).toBuffer();
  const { proof, bytes, geometry } = await make(ONE_INCH, tilted, 'tilted');
  const { left, top, width, height } = proof!.crop;
  const crop = sharp(tilted).extract({ left, top, width, height }).resize(295, 413, { fit: 'fill' });
  expect(difference(await raw(bytes), await raw(crop))).toBeLessThan(1.5);
  const upright = await make(ONE_INCH);
  expect(geometry.rollDegrees - upright.geometry.rollDegrees).toBeCloseTo(8, 0);
});

test('a face that fills the photo leaves no room for a crop', async () => {
  const tight = await fixture().extract({ left: 130, top: 0, width: 200, height: 260 }).resize(800).jpeg().toBuffer();
  const small = { ...ONE_INCH, headRatio: 0.35 };
  const { report, warnings } = await make(small, tight, 'tight');
  expect(report.checks).toContainEqual(
    expect.objectContaining({ code: 'HEAD_HEIGHT', source: 'CALLER', verdict: 'FAIL' }),
  );
  expect(warnings).toContain('RULE_MISSED');
  const wide = { customSize: { widthPx: 1_200, heightPx: 400 } };
  expect(await refused(() => make(wide, tight, 'tight'))).toMatch(/^CROP_IMPOSSIBLE/);
});

test('where enlarging is forbidden, too few pixels are no photo', async () => {
  const { options } = readIdPhotoJob({ customSize: { widthPx: 1_200, heightPx: 1_600 } }, BOOK);
  const bytes = async () => portrait;
  const small = { ...options, edit: 'NONE', mayEnlarge: false } as const;
  expect(await refused(() => engine.renderUnedited('portrait', bytes, bytes, small))).toMatch(/^CROP_IMPOSSIBLE/);
});

describe('what may be edited', () => {
  const job = (wish: IdPhotoWish) => readIdPhotoJob(wish, BOOK);

  test('follows the rule of that very document', () => {
    expect(job({ specId: US_VISA }).options).toMatchObject({ edit: 'NONE', backgrounds: [{ kind: 'original' }] });
    expect(job({ specId: 'yi-cun-295x413' }).options.edit).toBeUndefined();
    // The standard of the college entrance examination forbids rotation by name.
    expect(job({ specId: GAOKAO }).options).toMatchObject({ level: false });
  });

  test('a background or a vendor that is named is an edit, and told where the rule forbids it', () => {
    const white = { specId: US_VISA, backgrounds: [{ color: 'white' }] };
    expect(job(white)).toMatchObject({ editsAgainstRule: true });
    expect(job(white).options.edit).toBeUndefined();
    expect(job({ specId: US_VISA, vendor: 'LEQI' })).toMatchObject({ editsAgainstRule: true });
    expect(job({ specId: US_VISA }).editsAgainstRule).toBeUndefined();
  });

  test('no background goes with `edit: NONE`', async () => {
    const wish = { specId: US_VISA, edit: 'NONE', backgrounds: [{ color: 'white' }] } as const;
    expect(await refused(() => job(wish))).toMatch('BAD_USER_INPUT input.backgrounds NOT_WITH_EDIT_NONE');
  });
});
