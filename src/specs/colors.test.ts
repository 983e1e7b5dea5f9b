import { type Color, colorById, colors, parseColor } from './colors.js';

test('there are the seven colours of the guide', () => {
  expect(colors.map(({ id }) => id)).toEqual([
    'white',
    'blue',
    'red',
    'blue_gradual',
    'gray_gradual',
    'blue_grey',
    'red_gradual',
  ]);
});

test.each([...colors])('$id has a hex, and a second one exactly if it is a gradient', (color: Color) => {
  expect(color.hex).toMatch(/^#[0-9A-F]{6}$/);
  expect(color.kind).toBe(color.id.endsWith('_gradual') ? 'gradient' : 'solid');
  if (color.kind === 'gradient') expect(color.hexEnd).toMatch(/^#[0-9A-F]{6}$/);
  else expect(color.hexEnd).toBeNull();
  expect(color.hexEnd).not.toBe(color.hex);
});

test('only white and blue claim a hex that a vendor printed', () => {
  const printed = colors.filter(({ hexSource }) => hexSource === 'VENDOR_GUIDE');
  expect(printed.map(({ hex }) => Number.parseInt(hex.slice(1), 16))).toEqual([16777215, 4427483]);
});

test('a colour is found by its id as the guide spells it', () => {
  expect(colorById('blue_grey')?.titleEn).toBe('Blue-grey');
  expect(colorById('blue_gray')).toBeUndefined();
  expect(colorById('__proto__')).toBeUndefined();
});

test('a background is a name, a hex or transparent', () => {
  expect(parseColor('blue')).toEqual({ kind: 'solid', hex: '#438EDB' });
  expect(parseColor(' Red_Gradual ')).toEqual({ kind: 'gradient', from: '#FF0000', to: '#FFBFBF' });
  expect(parseColor('#00aaFf')).toEqual({ kind: 'solid', hex: '#00AAFF' });
  expect(parseColor('transparent')).toEqual({ kind: 'transparent' });
});

test('grey may be spelled either way, and with a hyphen', () => {
  expect(parseColor('blue-gray')).toEqual(parseColor('blue_grey'));
  expect(parseColor('grey_gradual')).toEqual(parseColor('gray_gradual'));
});

test.each(['', '#', '#FFF', '#GGGGGG', '#FFFFFFFF', 'FFFFFF', 'pink', 'constructor', '__proto__', '#FFFFFF;'])(
  '%j is no background',
  text => {
    expect(parseColor(text)).toBeUndefined();
  },
);
