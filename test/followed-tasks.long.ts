import { eventually } from './eventually.js';
import { followList } from './followed-list.js';
import { type FollowedHouse, followWithDisconnects, openFollowedHouse } from './followed-tasks.js';
import { expectOthersUntouched, stallReaders } from './stalled-readers.js';

let followed: FollowedHouse;
beforeAll(async () => {
  followed = await openFollowedHouse();
});
afterAll(() => followed.close());

test('1,000 disconnects at random: nobody sees a state twice or an older one, and everybody sees the last', async () => {
  const { last, end, disconnects } = await followWithDisconnects(followed, 50);
  expect(disconnects).toBe(1_000);
  expect(end.state).toBe('SUCCEEDED');
  expect(last).toEqual(last.map(() => end));
  await eventually(() => followed.house.events.subscribers === 0);
}, 300_000);

test('100 clients that do not read, 6,000 events: the others miss nothing, and less than 30 MB are held', async () => {
  expectOthersUntouched(await stallReaders(followed, { readers: 100, events: 6_000 }), 6_000);
}, 300_000);

test('one stock client follows 1,000 tasks on one subscription', async () => {
  const { pages, last } = await followList(followed, 1_000);
  expect({ pages, tasks: last.size }).toEqual({ pages: 10, tasks: 1_000 });
}, 300_000);
