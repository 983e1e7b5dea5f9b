import { attempt, vendorError } from '../../../test/decisions/builders.js';
import { DarkroomError, ERRORS, type ErrorCode } from '../../kernel/errors.js';
import { UnreachableError } from '../../net/download.js';
import {
  backoffMs,
  endsWork,
  factsOf,
  failureOf,
  loggable,
  toFailure,
  wasAnswered,
  withCounts,
} from './call-failure.js';

const codesFor = (says: (error: DarkroomError) => boolean) =>
  (Object.keys(ERRORS) as ErrorCode[]).filter(code => says(new DarkroomError(code))).sort();

test('asking again is of no use after these answers alone: they are about the work, and not about its id', () => {
  expect(codesFor(endsWork)).toEqual(['CONTENT_BLOCKED', 'CORRUPT_IMAGE', 'NO_FACE']);
  expect(endsWork(new Error('socket hang up'))).toBe(false);
});

test('these errors mean that a server answered the download', () => {
  expect(codesFor(wasAnswered)).toEqual([
    'CORRUPT_IMAGE',
    'EMPTY_FILE',
    'FILE_TOO_LARGE',
    'NOT_AN_IMAGE',
    'TOO_FEW_PIXELS',
    'TOO_MANY_PIXELS',
    'UNSUPPORTED_FORMAT',
    'URL_NOT_ALLOWED',
  ]);
});

test.each([
  ['a server that answered 403', new UnreachableError('no', 403), true],
  ['a network that is down', new UnreachableError('no whole answer came'), false],
  ['a full disk of ours', new DarkroomError('STORAGE_FULL'), false],
  ['something that nobody foresaw', new Error('socket hang up'), false],
])('%s: the server answered: %s', (_, error, answered) => {
  expect(wasAnswered(error)).toBe(answered);
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
