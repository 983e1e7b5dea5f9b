import { rounded, worsened } from './ratchet.js';

const KEPT = { composites: { 'a busy': { mae: 5, patches: 20 } } };
const now = (mae: number, patches: number) => ({ composites: { 'a busy': { mae, patches } } });

test('what is as good or better, or worse by less than a tenth, is no fault', () => {
  expect(worsened(KEPT, now(5.4, 21.9))).toEqual([]);
  expect(worsened(KEPT, now(1, 1))).toEqual([]);
});

test('what is worse is named with both numbers', () => {
  expect(worsened(KEPT, now(5, 23))).toEqual(['composites: a busy: patches was 20, is 23']);
});

test('a case or a figure that vanishes is named, a new one is not', () => {
  expect(worsened(KEPT, {})).toEqual(['composites: a busy is no longer measured']);
  expect(worsened(KEPT, { composites: { 'a busy': { mae: 5 } } })).toEqual([
    'composites: a busy has no patches any more',
  ]);
  expect(worsened({}, KEPT)).toEqual([]);
});

test('figures are kept to two places', () => {
  expect(rounded({ s: { c: { f: 1.23456 } } })).toEqual({ s: { c: { f: 1.23 } } });
});
