import { eventually } from './eventually.js';
import { followList } from './followed-list.js';
import { type FollowedHouse, followWithDisconnects, openFollowedHouse } from './followed-tasks.js';
import { expectOthersUntouched, stallReaders } from './stalled-readers.js';

let followed: FollowedHouse;
beforeAll(async () => {
  followed = await openFollowedHouse();
});
afterAll(() => followed.close());

test('disconnects at random: nobody sees a state twice or an older one, and everybody sees the last', async () => {
  const { last, end, disconnects } = await followWithDisconnects(followed, 5);
  expect(disconnects).toBe(100);
  expect(end.state).toBe('SUCCEEDED');
  expect(last).toEqual(last.map(() => end));
  await eventually(() => followed.house.events.subscribers === 0);
});

test('clients that do not read cost the others nothing and little memory: their states are merged', async () => {
  expectOthersUntouched(await stallReaders(followed, { readers: 10, events: 1_500 }), 1_500);
});

test('one stock client follows 200 tasks on one subscription, each to its last state, for at most 400 bytes a change', async () => {
  const { pages, last, bytesPerChange } = await followList(followed, 200);
  expect({ pages, tasks: last.size }).toEqual({ pages: 2, tasks: 200 });
  expect(bytesPerChange).toBeLessThanOrEqual(400);
});
