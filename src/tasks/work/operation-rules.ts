import type { InputPhotos, Jobs, MadePicture, Operation, TaskWarning } from '../../../datasources/contract.js';
import type { MadeFile } from '../../assets/asset-service.js';
import { DarkroomError } from '../../kernel/errors.js';
import type { Sql } from '../../store/database.js';
import type { TaskOf, TaskResult } from '../../store/task.js';

/** What the work on a task has to know of its operation. */
export interface OperationRules<O extends Operation> {
  /**
   * Its photos by name; their assets stand in the task in the order in which they are named here. The last name may stand
   * for many.
   */
  readonly photos: { readonly [Name in keyof InputPhotos[O]]: InputPhotos[O][Name] extends string ? true : 'MANY' };
  /** How many things were asked for (photos, images, an outcome), and how many of them a result has. */
  tally(job: Jobs[O], result: TaskResult): { wanted: number; delivered: number };
  /** What about a vendor's picture is not as the job asked for; the task tells it as warnings. */
  deviations?(task: TaskOf<O>, picture: MadePicture, file: MadeFile): TaskWarning[];
  /** The assets that a picture was made from, where they are others than the photos of the task: their labels stay on it. */
  madeFrom?(sql: Sql, task: TaskOf<O>, picture: MadePicture): Promise<string[]>;
  /** True where it repairs, enlarges or colours: such pictures are labelled as edited where the operator wants it. */
  readonly edits?: true;
  /** True where the picture has the size of its photo, or a larger one: a smaller one is told as REDUCED. */
  readonly keepsSize?: true;
  /** Whether a generated picture goes without its visible mark, by an agreement that the job names. */
  withoutMark?(job: Jobs[O]): boolean;
  /** Writes what the operation keeps beside the task, in the commit of its result. */
  record?(sql: Sql, task: TaskOf<O>, result: TaskResult): Promise<void>;
}

export type OperationTable = { readonly [O in Operation]: OperationRules<O> };

/** The rules for this task. Its type says of which operation it is, so the two belong together. */
export function rulesOf<O extends Operation>(table: OperationTable, task: TaskOf<O>): OperationRules<O> {
  return table[task.operation];
}

/** The names of an operation's photos, in the order in which their assets stand in a task. */
export function photoNames<O extends Operation>(rules: OperationRules<O>): (keyof InputPhotos[O])[] {
  return Object.keys(rules.photos) as (keyof InputPhotos[O])[];
}

/** The photos of a task by their names. Throws INTERNAL where the task was written by a version with other photos. */
export function photosOf<O extends Operation>(rules: OperationRules<O>, task: TaskOf<O>): InputPhotos[O] {
  const names = photoNames(rules);
  const { inputAssets, operation } = task;
  const isMany = (name: keyof InputPhotos[O]) => (rules.photos[name] as true | 'MANY') === 'MANY';
  const extra = inputAssets.length - names.length;
  if (extra < 0 || (extra > 0 && !names.some(isMany)))
    throw new DarkroomError('INTERNAL', `a task of ${operation} has ${inputAssets.length} photos`);
  const photos = names.map((name, place) => [name, isMany(name) ? inputAssets.slice(place) : inputAssets[place]]);
  return Object.fromEntries(photos) as InputPhotos[O];
}
