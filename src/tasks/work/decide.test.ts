import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  answered,
  attempt,
  done,
  ended,
  NOW,
  noted,
  of,
  open,
  pending,
  READY,
  situation,
} from '../../../test/decisions/builders.js';
import { CALLS } from '../../../test/decisions/calls.js';
import { RESULTS } from '../../../test/decisions/results.js';
import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import { ROOT } from '../../kernel/paths.js';
import { VendorError } from '../../kernel/vendor-error.js';
import { decide } from './decide.js';

const CASES = [...CALLS, ...RESULTS];
const OPTIONAL = new Set(['close', 'result', 'pollAfterMs', 'percent']);

describe.each([...new Set(CASES.map(({ rule }) => rule))])('%s', rule => {
  test.each(CASES.filter(each => each.rule === rule))('$name', ({ given, event, decision }) => {
    const before = structuredClone(given.attempts);
    const decided = decide(given, event);
    expect(decided).toMatchObject(decision);
    // What is optional and not named in the case would be carried out as well.
    const extra = Object.keys(decided).filter(key => OPTIONAL.has(key) && !(key in decision));
    expect(extra).toEqual([]);
    // It decides, and changes nothing of what it was given.
    expect(given.attempts).toEqual(before);
  });
});

test('a decision that may send a billed call again is never taken while one is in doubt', () => {
  const doubtful = [open, attempt({ ...ended, billed: 'UNKNOWN', outcome: 'LOST' }), pending, answered];
  for (const row of doubtful)
    for (const parts of [1, 2])
      expect(decide(of([row], { parts }), READY)).not.toMatchObject({ do: 'SUBMIT', part: 0 });
});

test('no task waits longer than the longest delay, whatever a vendor asks for', () => {
  expect(LIMITS.vendor.maxRetryAfterMs).toBeLessThan(LIMITS.task.maxDelayMs);
  const error = new VendorError('VENDOR_UNAVAILABLE', { billed: 'NO', safeToRetry: true, retryAfterMs: 86_400_000 });
  const wait = { ms: LIMITS.vendor.maxRetryAfterMs };
  const failed = decide(of([open]), { kind: 'CALL_FAILED', attempt: open, error });
  expect(failed).toMatchObject({ do: 'WAIT', wait });
  const asked = { kind: 'STILL_PENDING', attempt: pending, ageMs: 1, pollAfterMs: 86_400_000 } as const;
  expect(decide(of([pending]), asked)).toMatchObject({ do: 'WAIT', wait });
});

test('a photo that is gone before the last call does not take away what the first one gave', () => {
  const second = attempt({ number: 2, part: 1 });
  const gone = { kind: 'CALL_FAILED', attempt: second, error: new DarkroomError('PHOTO_GONE') } as const;
  const paid = of([done(0, 'asset_1'), second], { parts: 2 });
  expect(decide(paid, gone)).toMatchObject({ do: 'END_PART', close: { end: { billed: 'NO', final: true } } });
});

test('while a source rests a picture that is due sooner is not kept waiting', () => {
  const waiting = attempt({
    billed: 'YES',
    answer: noted({ pictures: [{ ...noted().pictures[0]!, nextAt: NOW + 1_000 }] }),
  });
  const rests = { kind: 'SOURCE_UNAVAILABLE', part: 1, waitMs: 60_000 } as const;
  expect(decide(of([waiting], { parts: 2 }), rests)).toEqual({ do: 'WAIT', wait: { ms: 1_000 } });
});

test('a task begins with its first part, and a photo that is gone expires it', () => {
  expect(decide(situation(), READY)).toEqual({ do: 'SUBMIT', part: 0 });
  const gone = { kind: 'CALL_FAILED', attempt: open, error: new DarkroomError('PHOTO_GONE') } as const;
  expect(decide(of([open]), gone)).toMatchObject({ do: 'EXPIRE', close: { end: { billed: 'NO', final: true } } });
});

test('every rule about money in ARCHITECTURE.md has a case here, and every case a rule there', () => {
  const text = readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  const rules = [...text.matchAll(/^\| (M\d+) \|/gm)].map(match => match[1]!);
  expect(rules.length).toBeGreaterThan(10);
  expect([...new Set(CASES.map(({ rule }) => rule))].sort()).toEqual([...rules].sort());
});
