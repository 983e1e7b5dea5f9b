/** Affine maps of the plane. The main thread uses them too: no heavy import. */

export type Point = readonly [x: number, y: number];

/** (x, y) -> (xx·x + xy·y + x0, yx·x + yy·y + y0). Edges of pixels are at integers, centres at halves. */
export interface Affine {
  xx: number;
  xy: number;
  x0: number;
  yx: number;
  yy: number;
  y0: number;
}

export function transform(map: Affine, x: number, y: number): Point {
  return [map.xx * x + map.xy * y + map.x0, map.yx * x + map.yy * y + map.y0];
}

/** The map that applies `inner` first, then `outer`. */
export function compose(outer: Affine, inner: Affine): Affine {
  return {
    xx: outer.xx * inner.xx + outer.xy * inner.yx,
    xy: outer.xx * inner.xy + outer.xy * inner.yy,
    x0: outer.xx * inner.x0 + outer.xy * inner.y0 + outer.x0,
    yx: outer.yx * inner.xx + outer.yy * inner.yx,
    yy: outer.yx * inner.xy + outer.yy * inner.yy,
    y0: outer.yx * inner.x0 + outer.yy * inner.y0 + outer.y0,
  };
}

export function invert(map: Affine): Affine {
  const determinant = map.xx * map.yy - map.xy * map.yx;
  const xx = map.yy / determinant;
  const xy = -map.xy / determinant;
  const yx = -map.yx / determinant;
  const yy = map.xx / determinant;
  return { xx, xy, x0: -(xx * map.x0 + xy * map.y0), yx, yy, y0: -(yx * map.x0 + yy * map.y0) };
}

export function scaling(x: number, y = x): Affine {
  return { xx: x, xy: 0, x0: 0, yx: 0, yy: y, y0: 0 };
}

export function translation(x: number, y: number): Affine {
  return { xx: 1, xy: 0, x0: x, yx: 0, yy: 1, y0: y };
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

export function mean(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point[0];
    y += point[1];
  }
  return [x / points.length, y / points.length];
}
