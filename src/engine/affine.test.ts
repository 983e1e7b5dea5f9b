import { compose, distance, invert, mean, scaling, transform, translation } from './affine.js';

const quarterTurn = { xx: 0, xy: -1, x0: 0, yx: 1, yy: 0, y0: 0 };

test('a composition applies the inner map first', () => {
  const map = compose(translation(10, 0), quarterTurn);
  expect(transform(map, 3, 1)).toEqual([9, 3]);
  expect(transform(compose(quarterTurn, translation(10, 0)), 3, 1)).toEqual([-1, 13]);
});

test('an inverse takes each point back', () => {
  const map = compose(translation(7, -3), compose(scaling(2, 0.5), quarterTurn));
  const [x, y] = transform(map, 11, 4);
  const [backX, backY] = transform(invert(map), x, y);
  expect(backX).toBeCloseTo(11);
  expect(backY).toBeCloseTo(4);
});

test('one factor scales both axes, two scale each its own', () => {
  expect(transform(scaling(3), 2, 5)).toEqual([6, 15]);
  expect(transform(scaling(3, 2), 2, 5)).toEqual([6, 10]);
});

test('distance and mean of points', () => {
  expect(distance([1, 2], [4, 6])).toBe(5);
  expect(
    mean([
      [0, 0],
      [4, 0],
      [2, 6],
    ]),
  ).toEqual([2, 2]);
});
