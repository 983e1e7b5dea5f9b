import { someHarshCases } from './cases.js';
import { HarshStand } from './stand.js';

let stand: HarshStand;
beforeAll(async () => {
  stand = await HarshStand.open();
});
afterAll(() => stand?.close());

// All of them are in `npm run conformance`.
test.each(
  someHarshCases().map(
    harsh => [`${harsh.line.vendor} ${harsh.line.operation} ${harsh.kind}: ${harsh.detail}`, harsh] as const,
  ),
)('%s', async (_name, harsh) => {
  expect(await stand.judge(harsh)).toEqual([]);
});
