/**
 * In face widths: half the width of the column that is searched, and the width from which a row counts as head and not
 * as a stray hair.
 */
const COLUMN_HALF_WIDTH = 0.45;
const MIN_HEAD_WIDTH = 0.06;

/**
 * The row of the crown, hair and headwear included: the first row from the top in which the matte above the face is
 * wider than a stray hair. Alpha above `threshold` counts as person. Undefined where no row is wide enough.
 */
export function findCrown(
  alpha: { data: ArrayLike<number>; width: number; height: number },
  threshold: number,
  centreX: number,
  faceWidth: number,
): number | undefined {
  const left = Math.max(0, Math.round(centreX - faceWidth * COLUMN_HALF_WIDTH));
  const right = Math.min(alpha.width, Math.round(centreX + faceWidth * COLUMN_HALF_WIDTH));
  for (let y = 0; y < alpha.height; y++) {
    let width = 0;
    for (let x = left; x < right; x++) if (alpha.data[y * alpha.width + x]! > threshold) width++;
    if (width > faceWidth * MIN_HEAD_WIDTH) return y;
  }
  return undefined;
}
