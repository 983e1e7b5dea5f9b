/** Head size and position where a spec does not give them. The main thread imports this file: no models, no sharp. */

interface HeadGeometry {
  /** (chin - crown) / height. */
  headRatio: number;
  /** (crown - upper edge) / height. */
  topMargin: number;
}

/**
 * Chinese documents: GA/T 1180 and the immigration administration's 33 x 48 mm drawing (head 28-33 mm high, 3-5 mm
 * above it) give 0.58-0.69 and 0.06-0.10. One-inch and two-inch photos follow the same look.
 */
const CHINESE: HeadGeometry = { headRatio: 0.62, topMargin: 0.085 };

/** ICAO 9303-3 and ISO/IEC 19794-5, 35 x 45 mm: chin to crown 32-36 mm, that is 0.70-0.80 of the height. */
const ICAO: HeadGeometry = { headRatio: 0.755, topMargin: 0.09 };

/** US Department of State, 2 x 2 in: head 1 to 1 3/8 in (0.50-0.69), eyes 0.56-0.69 above the lower edge. */
const UNITED_STATES: HeadGeometry = { headRatio: 0.6, topMargin: 0.12 };

const FOREIGN_DOCUMENT = /签证|护照|visa|passport/i;
/** China's own passport and travel permits are 33 x 48 mm and follow the drawing above. */
const CHINESE_DOCUMENT = /中国|港澳|台湾|大陆|往来|通行证|china|chinese/i;

/**
 * The usual head geometry for a size. The `title` of a spec tells foreign travel documents from other photos of that
 * shape.
 */
export function defaultGeometry(spec: { widthPx: number; heightPx: number; title?: string }): HeadGeometry {
  const shape = spec.widthPx / spec.heightPx;
  if (Math.abs(shape - 1) < 0.02) return UNITED_STATES;
  const foreign = FOREIGN_DOCUMENT.test(spec.title ?? '') && !CHINESE_DOCUMENT.test(spec.title ?? '');
  return foreign && Math.abs(shape - 35 / 45) < 0.02 ? ICAO : CHINESE;
}
