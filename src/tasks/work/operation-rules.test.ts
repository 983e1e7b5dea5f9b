import { OPERATIONS } from '../../operations/operations.js';
import type { TaskOf } from '../../store/task.js';
import { photosOf, rulesOf } from './operation-rules.js';

test('the rules of a task are those of its operation', () => {
  expect(rulesOf(OPERATIONS, { operation: 'RELEASE' } as TaskOf<'RELEASE'>)).toBe(OPERATIONS.RELEASE);
});

test('photos are named in the order that the operation declares', () => {
  const two = { photos: { first: true, second: true } } as unknown as (typeof OPERATIONS)['ID_PHOTO'];
  const task = { inputAssets: ['asset_1', 'asset_2'] } as TaskOf<'ID_PHOTO'>;
  expect(photosOf(two, task)).toEqual({ first: 'asset_1', second: 'asset_2' });
  expect(photosOf(OPERATIONS.RELEASE, { inputAssets: [] as string[] } as TaskOf<'RELEASE'>)).toEqual({});
});

test('the last name may stand for many photos, and every task has one of each name', () => {
  const { PRINT_SHEET } = OPERATIONS;
  const named = (...inputAssets: string[]) => photosOf(PRINT_SHEET, { inputAssets } as TaskOf<'PRINT_SHEET'>);
  expect(named('asset_1')).toEqual({ photos: ['asset_1'] });
  expect(named('asset_1', 'asset_2', 'asset_1')).toEqual({ photos: ['asset_1', 'asset_2', 'asset_1'] });
  expect(() => named()).toThrow('has 0 photos');
  const one = { inputAssets: ['asset_1', 'asset_2'] } as TaskOf<'BACKGROUND'>;
  expect(() => photosOf(OPERATIONS.BACKGROUND, one)).toThrow('has 2 photos');
});
