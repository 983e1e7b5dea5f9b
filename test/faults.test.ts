import { FaultStand, faultCellsOf, nameOf } from './fault-cells.js';

/** Every call of every vendor is in faults.long.ts. */
describe('a vendor whose network goes wrong', () => {
  let stand: FaultStand;
  beforeAll(async () => {
    stand = await FaultStand.open('FANGTANG');
  });
  afterAll(() => stand?.close());

  const cells = faultCellsOf('FANGTANG').filter(({ call, passes }) => call === 'upload' || passes);
  test.each(cells.map(cell => [nameOf(cell), cell] as const))(
    '%s: ends in a typed state, and its books are right',
    async (_name, cell) => {
      expect(await stand.judge(cell)).toEqual([]);
    },
  );
});
