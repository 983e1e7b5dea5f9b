import { DarkroomError } from './errors.js';
import { VendorError } from './vendor-error.js';

test('a failed vendor call is told from other errors, by what it carries and not by its class', () => {
  const error = new VendorError('VENDOR_ERROR', { billed: 'NO', safeToRetry: true, vendorCode: '205' });
  expect(VendorError.is(error)).toBe(true);
  expect(DarkroomError.is(error)).toBe(true);
  expect(error.facts).toEqual({ billed: 'NO', safeToRetry: true, vendorCode: '205' });
  expect(VendorError.is(new DarkroomError('VENDOR_ERROR'))).toBe(false);
  expect(VendorError.is({ facts: {} })).toBe(false);
  expect(VendorError.is(undefined)).toBe(false);
});

test("the vendor's own words are not the message", () => {
  const error = new VendorError('VENDOR_ERROR', { billed: 'NO', safeToRetry: false, vendorMessage: '张三 wrong' });
  expect(error.message).not.toContain('张三');
});
