import { randomBytes } from 'node:crypto';
import { FileRoom } from './part-collector.js';

const CHUNK = 65_536;
const PHOTO = randomBytes(3_000_001);

function written(room: FileRoom): Buffer {
  for (let at = 0; at < PHOTO.length; at += CHUNK) room.write(PHOTO.subarray(at, at + CHUNK));
  return room.taken();
}

test('a file whose length the body declares lies in the one room that was made for it, and nowhere else', () => {
  const declared = PHOTO.length + 500;
  const bytes = written(new FileRoom(declared));
  expect(bytes.equals(PHOTO)).toBe(true);
  expect(bytes.buffer.byteLength).toBe(declared);
});

test.each([0, 1, 1_000, 20_000_000])(
  'a file for which %i bytes were expected is whole, in at most twice its room',
  expected => {
    const bytes = written(new FileRoom(expected));
    expect(bytes.equals(PHOTO)).toBe(true);
    expect(bytes.buffer.byteLength).toBeLessThan(2.1 * PHOTO.length);
  },
);

test('an empty file is empty', () => {
  expect(new FileRoom(1_000).taken()).toHaveLength(0);
});

test('a later write changes nothing of the photo that was given', () => {
  const given = Buffer.from('one');
  const room = new FileRoom(3);
  room.write(given);
  given.fill(0);
  expect(room.taken().toString()).toBe('one');
});
