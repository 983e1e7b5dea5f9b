import { refused } from '../../test/refused.js';
import { LIMITS } from '../kernel/limits.js';
import { readBackground, readBackgrounds } from './backgrounds.js';

test.each([
  [{ color: 'white' }, { kind: 'solid', hex: '#FFFFFF' }],
  [{ color: '#438edb' }, { kind: 'solid', hex: '#438EDB' }],
  [{ color: 'transparent' }, { kind: 'transparent' }],
  [{ color: 'blue_gradual' }, { kind: 'gradient', from: '#438EDB', to: '#D0E3F6' }],
  [{ gradient: { from: 'red', to: '#ffffff' } }, { kind: 'gradient', from: '#FF0000', to: '#FFFFFF' }],
])('%j is %j', (asked, background) => {
  expect(readBackground(asked, 'b')).toEqual(background);
});

test.each([
  [{}, 'BAD_USER_INPUT b EXACTLY_ONE'],
  [{ color: 'white', gradient: { from: 'red', to: 'white' } }, 'BAD_USER_INPUT b EXACTLY_ONE'],
  [{ color: 'mauve' }, 'COLOR_NOT_FOUND b.color UNKNOWN'],
  [{ color: '#12345' }, 'COLOR_NOT_FOUND b.color UNKNOWN'],
  [{ gradient: { from: 'mauve', to: 'white' } }, 'BAD_USER_INPUT b.gradient.from UNKNOWN'],
  [{ gradient: { from: 'white', to: 'transparent' } }, 'BAD_USER_INPUT b.gradient.to UNKNOWN'],
  [{ gradient: { from: 'blue_gradual', to: 'white' } }, 'BAD_USER_INPUT b.gradient.from UNKNOWN'],
])('%j is refused: %s', async (asked, why) => {
  expect(await refused(() => readBackground(asked, 'b'))).toBe(why);
});

const colored = (count: number) => Array.from({ length: count }, (_, index) => ({ color: `#00000${index}` }));

test('as many backgrounds as a task may have are taken, in their order', () => {
  const read = readBackgrounds(colored(LIMITS.image.backgrounds));
  expect(read).toHaveLength(LIMITS.image.backgrounds);
  expect(read.at(-1)).toEqual({ kind: 'solid', hex: `#00000${LIMITS.image.backgrounds - 1}` });
});

test.each([
  ['none', [], 'BAD_USER_INPUT input.backgrounds COUNT'],
  ['too many', colored(LIMITS.image.backgrounds + 1), 'BAD_USER_INPUT input.backgrounds COUNT'],
  [
    'one twice, spelled in two ways',
    [{ color: 'white' }, { color: '#ffffff' }],
    'BAD_USER_INPUT input.backgrounds.1 DUPLICATE',
  ],
  [
    'a named gradient and the same by its ends',
    [{ color: 'blue_gradual' }, { gradient: { from: '#438EDB', to: '#D0E3F6' } }],
    'BAD_USER_INPUT input.backgrounds.1 DUPLICATE',
  ],
  ['one that is wrong', [{ color: 'white' }, { color: 'mauve' }], 'COLOR_NOT_FOUND input.backgrounds.1.color UNKNOWN'],
])('%s is refused', async (_, asked, why) => {
  expect(await refused(() => readBackgrounds(asked))).toBe(why);
});
