import type { Operation } from '../../datasources/contract.js';
import { background } from './background.js';
import { faceVerification } from './face-verification.js';
import { idPhoto } from './id-photo.js';
import type { OperationRow } from './operation.js';
import { painting } from './painting.js';
import { photoCheck } from './photo-check.js';
import { printSheet } from './print-sheet.js';
import { release } from './release.js';
import { restoration } from './restoration.js';
import type { TaskOptions } from './task-options.js';

/** Every operation, once. One without a row does not compile. */
export const OPERATIONS = {
  ID_PHOTO: idPhoto,
  PHOTO_CHECK: photoCheck,
  RELEASE: release,
  PRINT_SHEET: printSheet,
  RESTORATION: restoration,
  BACKGROUND: background,
  PAINTING: painting,
  FACE_VERIFICATION: faceVerification,
} satisfies { [O in Operation]: OperationRow<O, never, never> };

type Table = typeof OPERATIONS;
/** What a caller gives for an operation. */
export type RequestOf<O extends Operation> =
  Table[O] extends OperationRow<O, infer Request, infer _Wish> ? Request : never;
/** What a caller gives for a quote of it. */
export type WishOf<O extends Operation> = Table[O] extends OperationRow<O, infer _Request, infer Wish> ? Wish : never;

type AnyRow<O extends Operation> = OperationRow<O, RequestOf<O> & TaskOptions, WishOf<O>>;

/** The row of an operation that is known only when the program runs. */
export function rowOf<O extends Operation>(operation: O): AnyRow<O> {
  return OPERATIONS[operation] as unknown as AnyRow<O>;
}

export const ALL_OPERATIONS = Object.keys(OPERATIONS) as Operation[];
