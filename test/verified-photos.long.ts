import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { Engine } from '../src/engine/engine.js';
import type { EditProof } from '../src/engine/photo.js';
import { DarkroomError } from '../src/kernel/errors.js';
import { ROOT } from '../src/kernel/paths.js';
import { readProof, verifyPhoto } from '../src/maintenance/verify-photo.js';
import { readIdPhotoJob } from '../src/operations/id-photo.js';
import { specs } from '../src/specs/catalogue.js';
import { RuleBook } from '../src/specs/rules/rule-book.js';
import { silentLog } from './store-setup.js';

/** The fixture as people send photos. */
const fixture = () => sharp(readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')));
const SENT: Record<string, () => Promise<Buffer>> = {
  'a PNG': async () => readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')),
  'a JPEG': () => fixture().jpeg({ quality: 92 }).toBuffer(),
  'a progressive JPEG in Display P3': () => fixture().withIccProfile('p3').jpeg({ progressive: true }).toBuffer(),
  'a JPEG on its side': () => fixture().rotate(-90).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
  'a mirrored JPEG': () => fixture().flop().withMetadata({ orientation: 2 }).jpeg().toBuffer(),
  'a WebP': () => fixture().webp({ quality: 90 }).toBuffer(),
  'a transparent PNG': () => fixture().ensureAlpha(0.9).png().toBuffer(),
  'a grey JPEG': () => fixture().greyscale().jpeg().toBuffer(),
  'a JPEG in CMYK': () => fixture().toColourspace('cmyk').jpeg().toBuffer(),
  'a JPEG that was cut off': async () => {
    const whole = await fixture().jpeg({ quality: 95 }).toBuffer();
    return whole.subarray(0, Math.floor(whole.length * 0.97));
  },
};
/** Of all shapes and sizes; every thirtieth. */
const SPECS = specs.list.filter((_, index) => index % 30 === 0);

let engine: Engine;
beforeAll(() => {
  engine = new Engine({ workers: 2, log: silentLog });
});
afterAll(() => engine.close());

const asJson = ({ crop, ...proof }: EditProof) =>
  JSON.stringify({
    quality: null,
    ...proof,
    cropLeft: crop.left,
    cropTop: crop.top,
    cropWidth: crop.width,
    cropHeight: crop.height,
  });

test('50 and more photos without edits are made again by their proofs of the very files that were sent', async () => {
  const book = new RuleBook();
  let verified = 0;
  const faults: string[] = [];
  for (const [what, make] of Object.entries(SENT)) {
    const sent = await make();
    const { bytes: upright } = await engine.normalise(sent);
    for (const { id } of SPECS) {
      const { options } = readIdPhotoJob({ specId: id, edit: 'NONE' }, book);
      const photo = await engine
        .renderUnedited(
          what,
          async () => upright,
          async () => sent,
          options,
        )
        .catch((error: unknown) => {
          if (DarkroomError.is(error) && error.code === 'CROP_IMPOSSIBLE') return undefined;
          throw error;
        });
      if (photo === undefined) continue;
      const proof = readProof(asJson(photo.proof!));
      const said = await verifyPhoto(engine, { photo: photo.bytes, proof, source: sent });
      faults.push(...said.map(fault => `${what}, ${id}: ${fault}`));
      verified += 1;
    }
  }
  expect(faults).toEqual([]);
  expect(verified).toBeGreaterThanOrEqual(50);
}, 600_000);
