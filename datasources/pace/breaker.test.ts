import { DarkroomError, type ErrorCode } from '../../src/kernel/errors.js';
import { VendorError, type VendorFacts } from '../../src/kernel/vendor-error.js';
import { Breaker } from './breaker.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let time: number;
let breaker: Breaker;

beforeEach(() => {
  time = Date.UTC(2026, 10, 21);
  breaker = new Breaker({ now: () => time });
});

const error = (code: ErrorCode = 'VENDOR_UNAVAILABLE', facts: Partial<VendorFacts> = {}) =>
  new VendorError(code, { billed: 'NO', safeToRetry: true, ...facts });

/** One call that is allowed, and fails. */
function fail(code?: ErrorCode, facts?: Partial<VendorFacts>): void {
  expect(breaker.acquire()).toBe(0);
  breaker.failed(error(code, facts));
}

function succeed(): void {
  expect(breaker.acquire()).toBe(0);
  breaker.succeeded();
}

/** Fails calls until it opens. Gives their number. */
function open(): number {
  let failures = 0;
  while (breaker.state === 'CLOSED') {
    fail();
    failures += 1;
  }
  return failures;
}

test('it opens after five failures in a row, and then lets nothing through', () => {
  expect(open()).toBe(5);
  expect(breaker.acquire()).toBe(15 * SECOND);
  time += 14 * SECOND;
  expect(breaker.acquire()).toBe(SECOND);
  expect(breaker.state).toBe('OPEN');
});

test('a clock that goes back prolongs no rest', () => {
  open();
  time -= 180 * MINUTE;
  expect(breaker.acquire()).toBe(15 * SECOND);
  expect(breaker.retryInMs).toBe(15 * SECOND);
  time += 15 * SECOND;
  expect(breaker.offer()).toBe(0);
  time -= 180 * MINUTE;
  expect(breaker.offer()).toBe(15 * SECOND);
  time += 15 * SECOND;
  expect(breaker.acquire()).toBe(0);
});

test('a clock that goes back keeps nobody out for longer than the probe of another process may take', () => {
  breaker.adopt({ code: 'VENDOR_ERROR', waitMs: 0, restMs: 15 * SECOND, probeMs: 50 * SECOND });
  time -= 180 * MINUTE;
  expect(breaker.acquire()).toBe(SECOND);
  time += 100 * SECOND;
  expect(breaker.acquire()).toBe(0);
});

test('it opens when half of the recent calls fail, after ten failures at most', () => {
  let failures = 0;
  for (let call = 0; breaker.state === 'CLOSED'; call += 1) {
    if (call % 2 === 0) succeed();
    else {
      fail();
      failures += 1;
    }
  }
  expect(failures).toBe(5);
});

test('a failure now and then does not open it', () => {
  for (let round = 0; round < 200; round += 1) {
    for (let call = 0; call < 4; call += 1) succeed();
    fail();
    time += SECOND;
  }
  expect(breaker.state).toBe('CLOSED');
});

test('failures of more than a minute ago are forgotten', () => {
  for (let round = 0; round < 20; round += 1) {
    for (let call = 0; call < 4; call += 1) fail();
    time += 61 * SECOND;
  }
  expect(breaker.state).toBe('CLOSED');
});

test('a refused photo counts as a success, because the vendor answered', () => {
  for (let round = 0; round < 50; round += 1) fail('NO_FACE', { safeToRetry: false });
  for (let call = 0; call < 4; call += 1) fail();
  fail('INVALID_INPUT', { billed: 'UNKNOWN', safeToRetry: false });
  for (let call = 0; call < 4; call += 1) fail();
  expect(breaker.state).toBe('CLOSED');
});

test('after the rest one call is let through; its success closes', () => {
  open();
  time += 15 * SECOND;
  expect(breaker.state).toBe('HALF_OPEN');
  expect(breaker.acquire()).toBe(0);
  expect(breaker.acquire()).toBe(SECOND);
  expect(breaker.acquire()).toBe(SECOND);
  breaker.succeeded();
  expect(breaker.state).toBe('CLOSED');
  expect(breaker.acquire()).toBe(0);
  expect(open()).toBe(5);
  expect(breaker.acquire()).toBe(15 * SECOND);
});

test('of all that ask before they call while it is half-open one is let through a second', () => {
  expect([breaker.offer(), breaker.offer()]).toEqual([0, 0]);
  open();
  expect(breaker.offer()).toBe(15 * SECOND);
  time += 15 * SECOND;
  expect([breaker.offer(), breaker.offer()]).toEqual([0, SECOND]);
  // The first one never called.
  time += SECOND;
  expect([breaker.offer(), breaker.acquire(), breaker.offer()]).toEqual([0, 0, SECOND]);
  breaker.succeeded();
  expect([breaker.offer(), breaker.offer()]).toEqual([0, 0]);
});

test('each probe that fails doubles the rest, up to five minutes', () => {
  open();
  const rests = Array.from({ length: 7 }, () => {
    const rest = breaker.acquire();
    time += rest;
    fail();
    return rest / SECOND;
  });
  expect(rests).toEqual([15, 30, 60, 120, 240, 300, 300]);
});

test('a canceled probe is neither success nor failure: the next call is the probe', () => {
  open();
  time += 15 * SECOND;
  expect(breaker.acquire()).toBe(0);
  breaker.failed(new Error('the task was canceled'));
  expect(breaker.state).toBe('HALF_OPEN');
  expect(breaker.acquire()).toBe(0);
});

test('errors of our own do not count', () => {
  for (let call = 0; call < 50; call += 1) {
    expect(breaker.acquire()).toBe(0);
    breaker.failed(call % 2 === 0 ? new DarkroomError('PHOTO_GONE') : new Error('aborted'));
  }
  expect(breaker.state).toBe('CLOSED');
});

test.each(['VENDOR_AUTH', 'QUOTA_EXHAUSTED'] as const)('%s opens at once, for ten minutes', code => {
  fail(code);
  expect(breaker.state).toBe('OPEN');
  expect(breaker.acquire()).toBe(10 * MINUTE);
  time += 10 * MINUTE;
  fail(code);
  expect(breaker.acquire()).toBe(10 * MINUTE);
  time += 10 * MINUTE;
  succeed();
  expect(breaker.state).toBe('CLOSED');
});

test('a call that began before it opened neither closes it nor prolongs the rest, unless its login is refused', () => {
  open();
  breaker.succeeded();
  breaker.failed(error());
  expect(breaker.acquire()).toBe(15 * SECOND);
  breaker.failed(error('VENDOR_AUTH'));
  expect(breaker.acquire()).toBe(10 * MINUTE);
});

test('a Retry-After longer than the rest is kept', () => {
  for (let call = 0; call < 5; call += 1) fail('VENDOR_UNAVAILABLE', { retryAfterMs: MINUTE });
  expect(breaker.acquire()).toBe(MINUTE);
});

describe('a breaker of which another process knows more', () => {
  const rest = { code: 'VENDOR_UNAVAILABLE', waitMs: 20 * SECOND, restMs: 60 * SECOND, probeMs: 0 } as const;

  test('rests as long as that one says, and a probe that fails doubles its rest', () => {
    breaker.adopt(rest);
    expect([breaker.state, breaker.retryInMs]).toEqual(['OPEN', 20 * SECOND]);
    time += 20 * SECOND;
    fail();
    expect(breaker.rest).toEqual({ ...rest, waitMs: 120 * SECOND, restMs: 120 * SECOND });
  });

  test('waits for its probe, and no longer than a call may take', () => {
    breaker.adopt({ ...rest, waitMs: -SECOND, probeMs: 5 * SECOND });
    expect([breaker.state, breaker.acquire()]).toEqual(['HALF_OPEN', SECOND]);
    time += 5 * SECOND;
    expect(breaker.acquire()).toBe(0);
  });

  test('closes with it, and counts failures anew', () => {
    for (let call = 0; call < 4; call += 1) fail();
    breaker.adopt(undefined);
    expect(open()).toBe(5);
  });

  test('knows a refusal by its code alone', () => {
    breaker.adopt({ ...rest, code: 'QUOTA_EXHAUSTED' });
    expect(breaker.blockedBy).toMatchObject({ code: 'QUOTA_EXHAUSTED', facts: { billed: 'NO' } });
    breaker.adopt(rest);
    expect(breaker.blockedBy).toBeUndefined();
  });

  test('tells own changes from those, so that only own ones are written', () => {
    breaker.adopt(rest);
    time += 20 * SECOND;
    expect(breaker.changes).toBe(0);
    succeed();
    expect(breaker.changes).toBe(2);
    succeed();
    expect(breaker.changes).toBe(2);
  });
});
