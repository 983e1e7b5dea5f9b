import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { Engine, type IdPhotoOptions } from '../src/engine/engine.js';
import { ROOT } from '../src/kernel/paths.js';

const log = { info() {}, warn() {} };
const portrait = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
const ONE_INCH: IdPhotoOptions = {
  widthPx: 295,
  heightPx: 413,
  dpi: 300,
  headRatio: 0.62,
  topMargin: 0.085,
  backgrounds: [{ kind: 'solid', hex: '#438EDB' }],
};

let engine: Engine;
beforeAll(() => {
  engine = new Engine({ workers: 1, log });
});
afterAll(() => engine.close());

async function pixelsOf(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { at: (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x + 1) * 3)] };
}

describe('what no office takes', () => {
  test('moves a body down that ends too high, and refuses one that would float', async () => {
    const bust = async (height: number, degrees: number) => {
      const turned = await sharp(portrait).rotate(degrees, { background: '#c8c0b8' }).png().toBuffer();
      return sharp(turned).extract({ left: 30, top: 0, width: 450, height }).png().toBuffer();
    };
    for (const degrees of [0, 3]) {
      const bytes = await bust(237, degrees);
      const [fitted] = await engine.render(`bust ${degrees}`, async () => bytes, ONE_INCH);
      expect(fitted!.warnings).not.toContain('BODY_CUT');
      const { at } = await pixelsOf(fitted!.bytes);
      for (const x of [60, 147, 230]) {
        const blue = at(x, 411).every((value, c) => Math.abs(value - [0x43, 0x8e, 0xdb][c]!) < 12);
        expect([x, blue]).toEqual([x, false]);
      }
    }
    const short = await bust(200, 0);
    await expect(engine.render('short', async () => short, ONE_INCH)).rejects.toMatchObject({ code: 'BODY_CUT' });
  });

  test('a face that the edge cuts is FACE_CUT_OFF', async () => {
    const half = sharp(portrait).extract({ left: 195, top: 0, width: 317, height: 512 }).png().toBuffer();
    await expect(engine.analyse('half', () => half)).rejects.toMatchObject({ code: 'FACE_CUT_OFF' });
  });

  test('blur and darkness are told', async () => {
    const warningsFor = async (bytes: Promise<Uint8Array>) => {
      const made = await bytes;
      return (await engine.render(`light ${Math.random()}`, async () => made, ONE_INCH))[0]!.warnings;
    };
    expect(await warningsFor(sharp(portrait).blur(4).png().toBuffer())).toContain('BLURRED');
    const dim = await warningsFor(
      sharp(portrait)
        .removeAlpha()
        .linear(1 / 3, 0)
        .png()
        .toBuffer(),
    );
    expect(dim).toContain('DARK');
    expect(dim).not.toContain('BLURRED');
  });
});
