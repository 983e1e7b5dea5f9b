import type { TaskOf } from '../../store/task.js';
import { type OperationTable, photosOf, rulesOf } from './operation-rules.js';

const TABLE: OperationTable = {
  ID_PHOTO: { photos: ['photo'] },
  RELEASE: { photos: [] },
  PRINT_SHEET: { photos: ['photo'] },
  RESTORATION: { photos: ['photo'] },
  BACKGROUND: { photos: ['photo'] },
  PAINTING: { photos: [] },
  FACE_VERIFICATION: { photos: ['photo'] },
};

test('the rules of a task are those of its operation', () => {
  expect(rulesOf(TABLE, { operation: 'RELEASE' } as TaskOf<'RELEASE'>)).toBe(TABLE.RELEASE);
});

test('photos are named in the order that the operation declares', () => {
  const two = { photos: ['first', 'second'] } as unknown as (typeof TABLE)['ID_PHOTO'];
  const task = { inputAssets: ['asset_1', 'asset_2'] } as TaskOf<'ID_PHOTO'>;
  expect(photosOf(two, task)).toEqual({ first: 'asset_1', second: 'asset_2' });
  expect(photosOf(TABLE.RELEASE, { inputAssets: [] as string[] } as TaskOf<'RELEASE'>)).toEqual({});
});
