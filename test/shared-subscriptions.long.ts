import { openFollowedHouse } from './followed-tasks.js';
import { askInPairs, expectDifferences } from './shared-answers.js';

test('of 5,000 random pairs nobody sees an answer that was made for another tenant, scope, token or language', async () => {
  const followed = await openFollowedHouse();
  const { wrong, answers } = await askInPairs(followed, 5_000);
  await followed.close();
  expect(wrong).toEqual([]);
  expectDifferences(answers);
}, 600_000);
