import { backdrop } from './backdrop.js';

test('a solid has one colour at every height', () => {
  const colourAt = backdrop({ kind: 'solid', hex: '#438EDB' });
  expect([colourAt(0), colourAt(1)]).toEqual([
    [67, 142, 219],
    [67, 142, 219],
  ]);
});

test('a gradient runs from the upper edge to the lower one', () => {
  const colourAt = backdrop({ kind: 'gradient', from: '#FF0000', to: '#01FF80' });
  expect([colourAt(0), colourAt(0.5), colourAt(1)]).toEqual([
    [255, 0, 0],
    [128, 127.5, 64],
    [1, 255, 128],
  ]);
});
