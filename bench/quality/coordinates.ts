import type { Affine } from '../../src/engine/affine.js';
import type { Analysis } from '../../src/engine/analysis.js';
import { decodeWhole } from '../../src/engine/decode.js';
import type { IdPhotoOptions, RenderedPhoto } from '../../src/engine/photo.js';
import { renderPhotos } from '../../src/engine/render.js';

/** Values of the first and the last column, or row. Away from both ends, so that nothing is clipped. */
const [FIRST, LAST] = [20, 235];

/**
 * Where each point of a rendered photo was taken from, in pixels of `analysis.source`, as the picture itself shows it:
 * a picture whose red grows with the column and whose green with the row is rendered in place of the person, and a
 * plane is fitted to what comes out. It owes nothing to the engine's own account of its geometry.
 */
export async function sourceOfPhoto(analysis: Analysis, options: IdPhotoOptions): Promise<Affine> {
  const { width, height } = analysis.source;
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    data[i * 3] = Math.round(FIRST + ((LAST - FIRST) * ((i % width) + 0.5)) / width);
    data[i * 3 + 1] = Math.round(FIRST + ((LAST - FIRST) * (Math.floor(i / width) + 0.5)) / height);
  }
  const rendered: RenderedPhoto[] = [];
  const correction = new Int16Array(analysis.correction.length);
  const onWhite = { ...options, backgrounds: [{ kind: 'solid', hex: '#FFFFFF' } as const] };
  await renderPhotos({ ...analysis, source: { data, width, height }, correction }, onWhite, photo =>
    rendered.push(photo),
  );
  const { image } = await decodeWhole(rendered[0]!.bytes);
  const [columns, rows] = [planeOf(image, 0), planeOf(image, 1)];
  const scale = (length: number) => length / (LAST - FIRST);
  return {
    xx: columns.x * scale(width),
    xy: columns.y * scale(width),
    x0: (columns.constant - FIRST) * scale(width),
    yx: rows.x * scale(height),
    yy: rows.y * scale(height),
    y0: (rows.constant - FIRST) * scale(height),
  };
}

/** The plane through the values of a channel, by least squares. The person has no blue, the background has. */
function planeOf(image: { data: Uint8Array; width: number; height: number }, channel: number) {
  const points: [x: number, y: number, value: number][] = [];
  for (let i = 0; i < image.width * image.height; i++) {
    if (image.data[i * 3 + 2]! > 12) continue;
    points.push([(i % image.width) + 0.5, Math.floor(i / image.width) + 0.5, image.data[i * 3 + channel]!]);
  }
  const mean = [0, 1, 2].map(k => points.reduce((sum, point) => sum + point[k]!, 0) / points.length);
  const moment = (a: number, b: number) =>
    points.reduce((sum, point) => sum + (point[a]! - mean[a]!) * (point[b]! - mean[b]!), 0);
  const [xx, xy, yy, xv, yv] = [moment(0, 0), moment(0, 1), moment(1, 1), moment(0, 2), moment(1, 2)];
  const determinant = xx * yy - xy * xy;
  const x = (xv * yy - yv * xy) / determinant;
  const y = (yv * xx - xv * xy) / determinant;
  return { x, y, constant: mean[2]! - x * mean[0]! - y * mean[1]! };
}
