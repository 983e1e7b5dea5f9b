import { attempt, vendorError } from '../../../test/decisions/builders.js';
import { DarkroomError, ERRORS, type ErrorCode } from '../../kernel/errors.js';
import { UnreachableError } from '../../net/download.js';
import {
  asExpired,
  backoffMs,
  endsPolling,
  factsOf,
  failureOf,
  isUnusableResult,
  loggable,
  toFailure,
  wasRefused,
  withCounts,
} from './call-failure.js';

const codesFor = (says: (error: DarkroomError) => boolean) =>
  (Object.keys(ERRORS) as ErrorCode[]).filter(code => says(new DarkroomError(code))).sort();

test('asking again is of no use after these answers alone', () => {
  expect(codesFor(endsPolling)).toEqual([
    'CONTENT_BLOCKED',
    'CORRUPT_IMAGE',
    'INVALID_INPUT',
    'NO_FACE',
    'VENDOR_NOT_FOUND',
    'VENDOR_RESULT_EXPIRED',
  ]);
  expect(endsPolling(new Error('socket hang up'))).toBe(false);
});

test('fetching a result again is of no use after these errors alone', () => {
  expect(codesFor(isUnusableResult)).toEqual([
    'CORRUPT_IMAGE',
    'FILE_TOO_LARGE',
    'TOO_MANY_PIXELS',
    'UNSUPPORTED_FORMAT',
    'URL_NOT_ALLOWED',
  ]);
  expect(isUnusableResult(new Error('socket hang up'))).toBe(false);
});

test.each([
  ['a server that answered 403', new UnreachableError('no', 403), true],
  ['a network that is down', new UnreachableError('no whole answer came'), false],
  ['an error of ours', new DarkroomError('URL_NOT_ALLOWED'), false],
])('%s refused it: %s', (_, error, refused) => {
  expect(wasRefused(error)).toBe(refused);
});

describe('an id that the vendor does not know', () => {
  const unknown = vendorError('VENDOR_NOT_FOUND', { vendorCode: '9002', billed: 'UNKNOWN' });

  test('has expired where the call is older than the vendor keeps ids; what it says of money stands', () => {
    const expired = asExpired(unknown, 1_001, 1_000);
    expect(expired).toMatchObject({ code: 'VENDOR_RESULT_EXPIRED', facts: unknown.facts, cause: unknown });
  });

  test.each([
    ['it is not as old as that', unknown, 1_000, 1_000],
    ['the vendor keeps ids for ever', unknown, 1e12, undefined],
    ['the vendor said something else', vendorError('VENDOR_ERROR'), 2_000, 1_000],
    ['it is our own store that did not find it', new DarkroomError('NOT_FOUND'), 2_000, 1_000],
  ])('is what it is where %s', (_, error, age, expiry) => {
    expect(asExpired(error, age, expiry)).toBe(error);
  });
});

describe('what a failed call tells of money', () => {
  const lost = { billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true } as const;

  test.each([
    ['a vendor that charges is believed', vendorError('VENDOR_UNAVAILABLE', lost), true, lost],
    [
      'a free call has cost nothing, and one whose answer was lost may be sent again',
      vendorError('VENDOR_UNAVAILABLE', lost),
      false,
      { billed: 'NO', safeToRetry: true, outcomeUnknown: true },
    ],
    [
      'a free call that was refused is not sent again',
      vendorError('NO_FACE', { billed: 'UNKNOWN', outcomeUnknown: false }),
      false,
      { billed: 'NO', safeToRetry: false },
    ],
    [
      'an error of our own comes before anything was sent',
      new DarkroomError('PHOTO_GONE'),
      true,
      { billed: 'NO', safeToRetry: false, outcomeUnknown: false },
    ],
    [
      'of what nobody foresaw in a call that charges nothing is known',
      new TypeError('x is not a function'),
      true,
      { billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true },
    ],
    ['and in a free call it cost nothing', new TypeError('x is not a function'), false, { billed: 'NO' }],
  ])('%s', (_, error, bills, facts) => {
    expect(factsOf(error, bills)).toMatchObject(facts);
  });
});

describe('the wait before another try', () => {
  afterEach(() => jest.restoreAllMocks());

  test.each([
    [5, 0, 500],
    [5, 0.999_999, 1_000],
    [20_000, 0, 10_000],
    [20_000, 0.999_999, 20_000],
    [1e9, 0, 30_000],
    [1e9, 0.999_999, 60_000],
  ])('of %i ms with chance %f is about %i ms', (ms, chance, wait) => {
    jest.spyOn(Math, 'random').mockReturnValue(chance);
    expect(backoffMs(ms)).toBeCloseTo(wait, 0);
  });
});

test('the failure of an attempt is what was written down of it; only a certain NO is not charged', () => {
  const row = attempt({ code: 'NO_FACE', message: 'none', vendorCode: '205', billed: 'UNKNOWN' });
  expect(failureOf(row)).toEqual({ code: 'NO_FACE', message: 'none', vendorCode: '205', mayBeCharged: true });
  expect(failureOf(attempt({ billed: 'YES' }))).toEqual({ code: 'INTERNAL', message: '', mayBeCharged: true });
  expect(failureOf(attempt({ billed: 'NO' })).mayBeCharged).toBe(false);
});

test.each([
  ['YES', true],
  ['UNKNOWN', true],
  ['NO', false],
])("a caller is told our words and the vendor's code; billed %s may be charged: %s", (billed, mayBeCharged) => {
  const facts = { billed: 'NO', safeToRetry: false, vendorCode: '205', vendorMessage: '没有人脸' } as const;
  expect(toFailure(new DarkroomError('NO_FACE', 'none'), facts, billed)).toEqual({
    code: 'NO_FACE',
    message: 'none',
    vendorCode: '205',
    mayBeCharged,
  });
});

test("the log gets the vendor's words, the code alone of an error of ours, and all of a bug", () => {
  const told = vendorError('VENDOR_ERROR', { vendorCode: '-4', requestId: 'r1', vendorMessage: '系统错误' });
  expect(loggable(told)).toEqual({
    code: 'VENDOR_ERROR',
    vendorCode: '-4',
    requestId: 'r1',
    vendorMessage: '系统错误',
  });
  expect(loggable(new DarkroomError('PHOTO_GONE'))).toEqual({ code: 'PHOTO_GONE' });
  const bug = new TypeError('x is not a function');
  expect(loggable(bug)).toEqual({ err: bug });
});

test.each([
  [98, 97, true],
  [0, 0, true],
  [null, 97, false],
  [98, undefined, false],
])("the vendor's counts %p and %p are told: %s", (before, after, told) => {
  const text = withCounts('Lost.', before, after);
  expect(text === 'Lost.').toBe(!told);
  if (told) expect(text).toContain(`${before} units left before it and ${after} after it`);
});
