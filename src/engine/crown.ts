/** Half the width of the column searched, and the width that makes a head out of a stray hair; in face widths. */
const COLUMN = 0.45;
const MIN_WIDTH = 0.06;

/**
 * The row of the crown, hair and headwear included: the highest one in which the matte over the face is wider than a
 * stray hair. `half` is the alpha that counts as person.
 */
export function findCrown(
  alpha: { data: ArrayLike<number>; width: number; height: number },
  half: number,
  centreX: number,
  faceWidth: number,
): number | undefined {
  const left = Math.max(0, Math.round(centreX - faceWidth * COLUMN));
  const right = Math.min(alpha.width, Math.round(centreX + faceWidth * COLUMN));
  for (let y = 0; y < alpha.height; y++) {
    let width = 0;
    for (let x = left; x < right; x++) if (alpha.data[y * alpha.width + x]! > half) width++;
    if (width > faceWidth * MIN_WIDTH) return y;
  }
  return undefined;
}
