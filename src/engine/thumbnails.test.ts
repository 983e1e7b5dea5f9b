import type { Picture } from './picture.js';
import { Thumbnails } from './thumbnails.js';

const picture = (bytes: number): Picture => ({ bytes: new Uint8Array(bytes), mime: 'image/webp', width: 1, height: 1 });

test('the copies of the asset that was asked for longest ago go first; those that are forgotten are gone', () => {
  const kept = new Thumbnails(100);
  kept.keep('a', 64, picture(40));
  kept.keep('b', 64, picture(40));
  expect(kept.find('a', 64)).toBeDefined();
  kept.keep('a', 128, picture(20));
  kept.keep('c', 64, picture(30));
  expect(['a', 'b', 'c'].map(key => kept.find(key, 64) !== undefined)).toEqual([true, false, true]);
  expect(kept.find('a', 128)).toBeDefined();
  kept.forget('a');
  expect([kept.find('a', 64), kept.find('a', 128)]).toEqual([undefined, undefined]);
  // What was forgotten takes no room.
  kept.keep('d', 64, picture(70));
  expect(kept.find('c', 64)).toBeDefined();
});
