import { REMOTE_VENDORS } from './conformance/flows.js';
import { FaultStand, faultCellsOf, HARMLESS, nameOf, TOXICS } from './fault-cells.js';

describe.each(REMOTE_VENDORS)('%s', vendor => {
  let stand: FaultStand;
  beforeAll(async () => {
    stand = await FaultStand.open(vendor);
  });
  afterAll(() => stand?.close());

  test.each(faultCellsOf(vendor).map(cell => [nameOf(cell), cell] as const))(
    '%s: ends in a typed state, and its books are right',
    async (_name, cell) => {
      expect(await stand.judge(cell)).toEqual([]);
    },
  );

  if (vendor === 'FANGTANG') {
    test.each(TOXICS.map(toxic => [toxic.kind, toxic] as const))(
      'quota: %s is an answer or a typed error',
      async (kind, toxic) => {
        expect(await stand.quota(toxic)).toEqual(HARMLESS.includes(kind) ? expect.any(Number) : 'VENDOR_UNAVAILABLE');
      },
    );
  }
});
