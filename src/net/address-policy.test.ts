import { PUBLIC, REFUSED } from '../../test/addresses.js';
import { isPublicAddress } from './address-policy.js';

const refused = Object.entries(REFUSED).flatMap(([range, addresses]) => addresses.map(address => ({ range, address })));

test('the table is as large as the three it follows', () => {
  expect(new Set([...refused.map(({ address }) => address), ...PUBLIC]).size).toBeGreaterThanOrEqual(200);
});

test.each(refused)('$address is refused: $range', ({ address }) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(PUBLIC)('%s is public', address => {
  expect(isPublicAddress(address)).toBe(true);
});
