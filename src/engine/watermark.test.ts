import sharp from 'sharp';
import { watermark } from './watermark.js';

const grey = (width: number, height: number, level: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: level, g: level, b: level } } })
    .png()
    .toBuffer();

/** Share of changed pixels in each cell of a grid of 3 x 3. */
async function changed(photo: Buffer, text: string, level: number): Promise<number[]> {
  const { bytes } = await watermark(photo, text);
  const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  const cells = new Array<number>(9).fill(0);
  for (let i = 0; i < data.length; i++) {
    const cell =
      Math.floor(((i % info.width) * 3) / info.width) + 3 * Math.floor((Math.floor(i / info.width) * 3) / info.height);
    if (Math.abs(data[i]! - level) > 12) cells[cell]! += 9 / data.length;
  }
  return cells;
}

test.each([0, 128, 255])('every part of a picture of grey %s is covered', async level => {
  for (const share of await changed(await grey(300, 420, level), 'PREVIEW', level)) expect(share).toBeGreaterThan(0.08);
});

test('no straight lane across the lines of text stays free', async () => {
  const { bytes } = await watermark(await grey(600, 600, 128), 'HHHH');
  const { data } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  const lanes = new Map<number, number>();
  for (let i = 0; i < data.length; i++) {
    // Along the text, which rises by 30 degrees.
    const along = ((i % 600) - 300) * Math.cos(Math.PI / 6) - (Math.floor(i / 600) - 300) * Math.sin(Math.PI / 6);
    const lane = Math.round(along / 4);
    if (Math.abs(along) < 200) lanes.set(lane, (lanes.get(lane) ?? 0) + (Math.abs(data[i]! - 128) > 12 ? 1 : 0));
  }
  expect(lanes.size).toBeGreaterThan(90);
  expect(Math.min(...lanes.values())).toBeGreaterThan(50);
});

test('a picture keeps its size and density', async () => {
  const photo = await sharp(await grey(300, 200, 90))
    .withMetadata({ density: 350 })
    .jpeg()
    .toBuffer();
  const result = await watermark(photo, 'PREVIEW');
  expect([result.width, result.height]).toEqual([300, 200]);
  expect((await sharp(result.bytes).metadata()).density).toBe(350);
});

test('a blank text is refused, because it would leave the photo usable', async () => {
  await expect(watermark(await grey(64, 64, 90), '  ')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});
