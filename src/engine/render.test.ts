import sharp from 'sharp';
import type { Analysis } from './analysis.js';
import type { IdPhotoOptions, RenderedPhoto } from './photo.js';
import { renderPhotos } from './render.js';

const [WIDTH, HEIGHT] = [300, 400];
const PERSON = 120;
const ROOM = 30;
const SPEC: IdPhotoOptions = {
  widthPx: 150,
  heightPx: 200,
  dpi: 300,
  headRatio: 0.5,
  topMargin: 0.1,
  backgrounds: [{ kind: 'solid', hex: '#FFFFFF' }],
};

const LIGHT = { sharpness: 0.3, luminance: 150, brighterHalf: 150, evenness: 0.5 };

const FACE = {
  eyesOpen: 0.08,
  mouthOpen: 0.01,
  yawDegrees: 0,
  pitchDegrees: 0,
  luminanceMean: 0.4,
  luminanceVariance: 0.03,
  dynamicRange: 7,
  overExposed: 0,
  underExposed: 0,
  lightOfSides: 0.5,
  darkerSide: 0.8,
  unnatural: 0,
  chroma: 20,
  glare: 0,
};

/** A head from row 80 to 200 and a body below it to the lower edge, in a photo whose edge may lie inside the frame. */
function analysis(photo: { left?: number; top?: number; width?: number; height?: number } = {}): Analysis {
  const { left = 0, top = 0, width = WIDTH, height = HEIGHT } = photo;
  const inside = (x: number, y: number) => x >= left && y >= top && x < left + width && y < top + height;
  const isPerson = (x: number, y: number) =>
    inside(x, y) && (y < 200 ? Math.abs(x - 150) < 45 && y >= 80 : Math.abs(x - 150) < 130);
  const grid = Array.from({ length: WIDTH * HEIGHT }, (_, i) => isPerson(i % WIDTH, Math.floor(i / WIDTH)));
  return {
    facts: { faces: 1, eyeDistancePx: 40, rollDegrees: 3, yaw: 0, eyeOpenness: 0.3, matteQuality: 0.9, light: LIGHT },
    warnings: [],
    frame: {
      width: WIDTH,
      height: HEIGHT,
      toPhoto: { xx: 1, xy: 0, x0: -left, yx: 0, yy: 1, y0: -top },
      photoWidth: width,
      photoHeight: height,
    },
    head: {
      centreX: 150,
      crownY: 80,
      chinY: 180,
      eyes: [
        [130, 130],
        [170, 130],
      ],
      faceWidth: 80,
    },
    measures: {
      face: FACE,
      headCut: 0,
      background: null,
      boxes: {
        face: [
          [110, 90],
          [190, 180],
        ],
        eyes: [
          [120, 120],
          [180, 140],
        ],
        mouth: [
          [135, 155],
          [165, 165],
        ],
      },
    },
    bystanders: [],
    source: {
      data: Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (grid[Math.floor(i / 3)] ? PERSON : ROOM)),
      width: WIDTH,
      height: HEIGHT,
    },
    toSource: { xx: 1, xy: 0, x0: left, yx: 0, yy: 1, y0: top },
    sourceScale: 1,
    alpha: Uint8Array.from(grid, on => (on ? 255 : 0)),
    correction: new Int16Array(WIDTH * HEIGHT * 3),
    labels: [],
  };
}

async function render(of: Analysis, options: Partial<IdPhotoOptions> = {}): Promise<RenderedPhoto[]> {
  const photos: RenderedPhoto[] = [];
  await renderPhotos(of, { ...SPEC, ...options }, photo => photos.push(photo));
  return photos;
}

const pixels = async (photo: RenderedPhoto) => sharp(photo.bytes).raw().toBuffer();

test('head ratio, top margin and eyes are measured on the rendered photo', async () => {
  const [photo] = await render(analysis());
  expect(photo!.geometry.headRatio).toBeCloseTo(0.5, 1);
  expect(photo!.geometry.topMargin).toBeCloseTo(0.1, 1);
  expect(photo!.geometry.eyeDistancePx).toBeCloseTo(40);
  expect(photo!.geometry.faceCenter.x).toBeCloseTo(0.5);
  expect(photo!.warnings).toEqual([]);
});

test('a crown that the matte puts elsewhere is reported as it is, not as it was asked for', async () => {
  const wrong = analysis();
  const [photo] = await render({ ...wrong, head: { ...wrong.head, crownY: 100 } });
  expect(photo!.geometry.topMargin).toBeLessThan(0.05);
});

test('the colour of the person stays, and the background gets its own from top to bottom', async () => {
  const [photo] = await render(analysis(), { backgrounds: [{ kind: 'gradient', from: '#000000', to: '#C8C8C8' }] });
  const data = await pixels(photo!);
  const at = (x: number, y: number) => data[(y * 150 + x) * 3]!;
  expect(Math.abs(at(75, 60) - PERSON)).toBeLessThan(6);
  expect(at(5, 2)).toBeLessThan(12);
  expect(Math.abs(at(3, 100) - 100)).toBeLessThan(8);
});

test('a transparent photo holds no colour of the room where it is empty', async () => {
  const [photo] = await render(analysis(), { backgrounds: [{ kind: 'transparent' }] });
  const data = await pixels(photo!);
  expect(photo!.mime).toBe('image/png');
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] === 0) expect([...data.subarray(i, i + 3)]).toEqual([0, 0, 0]);
  }
});

test.each([
  ['CROWN_CUT', { top: 100, height: 300 }],
  ['BODY_CUT', { height: 215 }],
  ['SHOULDER_CUT', { left: 85, width: 215 }],
])('%s is told where the edge of the upload cuts through the person', async (warning, photo) => {
  const [rendered] = await render(analysis(photo), { allowBodyCut: true });
  expect(rendered!.warnings).toEqual([warning]);
});

test('a body that would float is BODY_CUT, unless it is allowed', async () => {
  await expect(render(analysis({ height: 215 }))).rejects.toMatchObject({ code: 'BODY_CUT' });
});

test('a body that ends a little too high moves down until nothing floats', async () => {
  const [photo] = await render(analysis({ height: 240 }));
  expect(photo!.warnings).toEqual([]);
  const data = await pixels(photo!);
  expect(Math.abs(data[(199 * 150 + 75) * 3]! - PERSON)).toBeLessThan(10);
  expect(photo!.geometry.headRatio).toBeLessThanOrEqual(0.5 * 1.13 + 0.01);
});

test('LOW_RESOLUTION is told where the source is enlarged too much', async () => {
  const large = { widthPx: 600, heightPx: 800 };
  expect((await render(analysis(), large))[0]!.warnings).toContain('LOW_RESOLUTION');
});

test('each background is rendered, in the order given', async () => {
  const backgrounds = ['#FF0000', '#00FF00', '#0000FF'].map(hex => ({ kind: 'solid', hex }) as const);
  const photos = await render(analysis(), { backgrounds });
  expect(photos.map(({ background }) => background)).toEqual(backgrounds);
});
