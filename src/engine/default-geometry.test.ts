import { defaultGeometry } from './default-geometry.js';

describe('the usual head geometry', () => {
  test.each([
    ['a one-inch photo', { widthPx: 295, heightPx: 413 }, 0.62],
    ['a 35 x 45 mm visa photo', { widthPx: 413, heightPx: 531, title: '韩国签证' }, 0.755],
    ['a 35 x 45 mm photo of no travel document', { widthPx: 413, heightPx: 531, title: '教师资格证' }, 0.62],
    ['a Chinese passport', { widthPx: 390, heightPx: 567, title: '中国护照' }, 0.62],
    ['a Chinese travel permit of the same shape as a visa', { widthPx: 413, heightPx: 531, title: '港澳通行证' }, 0.62],
    ['a square American visa photo', { widthPx: 600, heightPx: 600, title: '美国签证' }, 0.6],
  ])('of %s', (_name, spec, headRatio) => {
    const geometry = defaultGeometry(spec);
    expect(geometry.headRatio).toBe(headRatio);
    expect(geometry.topMargin + geometry.headRatio).toBeLessThan(0.9);
  });
});
