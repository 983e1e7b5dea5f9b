import { inputValues, planeOf } from './onnx-model.js';

const PICTURE = { data: Uint8Array.from([255, 0, 51, 0, 255, 102]), width: 2, height: 1 };
const INPUT = { name: 'x', width: 2, height: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const;
const rounded = (values: Float32Array) => Array.from(values, value => Math.round(value * 100) / 100);

test('colours go in by planes or by pixels, red or blue first', () => {
  const values = (layout: 'NCHW' | 'NHWC', colours: 'RGB' | 'BGR') =>
    rounded(inputValues(PICTURE, { ...INPUT, layout, colours }));
  expect(values('NCHW', 'RGB')).toEqual([1, 0, 0, 1, 0.2, 0.4]);
  expect(values('NCHW', 'BGR')).toEqual([0.2, 0.4, 0, 1, 1, 0]);
  expect(values('NHWC', 'RGB')).toEqual([1, 0, 0.2, 0, 1, 0.4]);
  expect(values('NHWC', 'BGR')).toEqual([0.2, 0, 1, 0.4, 1, 0]);
});

test('mean and deviation are those of each channel', () => {
  const values = inputValues(PICTURE, {
    ...INPUT,
    layout: 'NHWC',
    colours: 'RGB',
    mean: [0.5, 0, 0.2],
    std: [0.5, 2, 0.1],
  });
  expect(rounded(values)).toEqual([1, 0, 0, -1, 0.5, 2]);
});

test.each([
  [
    [1, 1, 2, 3],
    [1, 2, 3, 1],
    [2, 3],
  ],
])('an output of the dimensions %j is taken as rows and columns', (...shapes) => {
  for (const dims of shapes)
    expect(planeOf({ type: 'float32', data: [0, 1, 2, 3, 4, 5], dims }, [0, 10])).toEqual({
      data: Float32Array.from([0, 0.1, 0.2, 0.3, 0.4, 0.5]),
      width: 3,
      height: 2,
    });
});

test('what lies beyond the range is cut off', () => {
  const { data } = planeOf({ type: 'float32', data: [-3, 0, 1, 9], dims: [2, 2] }, [-1, 3]);
  expect([...data]).toEqual([0, 0.25, 0.5, 1]);
});

test.each([
  ['two channels', 'float32', [1, 2, 4, 4], 0],
  ['one number', 'float32', [1, 1], 0],
  ['whole numbers', 'int64', [1, 1, 4, 4], 0],
  ['values that are no numbers', 'float32', [1, 1, 4, 4], Number.NaN],
])('an output of %s is refused', (_, type, dims, value) => {
  const data = new Float32Array(dims.reduce((product, size) => product * size, 1)).fill(value);
  expect(() => planeOf({ type, data, dims }, [0, 1])).toThrow(/^its output/);
});
