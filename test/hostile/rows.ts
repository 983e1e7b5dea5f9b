import { abortRow } from './abort-row.js';
import { compiledRow } from './compiled-row.js';
import { crowdRows } from './crowd-rows.js';
import { erasedRow } from './erased-row.js';
import { errorRow } from './error-row.js';
import { idleRow } from './idle-row.js';
import { documentRows, variableRows } from './loop-rows.js';
import { addressRow, rebindingRow, silentNamesRow } from './outbound-rows.js';
import { pictureRow } from './picture-rows.js';
import { readersRow } from './reader-row.js';
import type { Row } from './row.js';
import { HostileStand } from './stand.js';
import { tenantRows } from './tenant-rows.js';
import { uploadRow } from './upload-row.js';

export type Counts = (typeof COUNTS)['whole'];

/** How many of each: the whole table, and the short one for `npm test`. */
export const COUNTS = {
  whole: {
    documents: 252,
    variables: 60,
    crowd: 120,
    pictures: 40,
    addresses: 250,
    rebindings: 1_000,
    silent: 100,
    uploads: 5_000,
    errors: 1_000,
    aborts: 500,
    timings: 25,
    readers: 2_000,
    idle: 10_000,
    erased: 20,
  },
  short: {
    documents: 40,
    variables: 35,
    crowd: 40,
    pictures: 6,
    addresses: 60,
    rebindings: 100,
    silent: 40,
    uploads: 200,
    errors: 75,
    aborts: 50,
    timings: 3,
    readers: 60,
    idle: 200,
    erased: 1,
  },
};

/** Everything that is tried, one line of the table after the other. */
export async function* hostileRows(counts: Counts): AsyncGenerator<Row> {
  yield* attackRows(counts);
  yield* tenancyRows(counts);
  yield* crowdedRows(counts);
}

/** What one caller sends, and what a URL leads to. */
export async function* attackRows(counts: Counts): AsyncGenerator<Row> {
  const stand = await HostileStand.open();
  try {
    yield* await documentRows(stand, counts.documents);
    yield* await variableRows(stand, counts.variables);
    yield await compiledRow(stand);
    yield* await crowdRows(stand, counts.crowd);
    yield await errorRow(stand, counts.errors);
    yield await abortRow(stand, counts.aborts);
    yield await pictureRow(stand, counts.pictures);
  } finally {
    await stand.close();
  }
  yield await addressRow(counts.addresses);
  yield await rebindingRow(counts.rebindings);
  yield await silentNamesRow(counts.silent);
  yield await uploadRow(counts.uploads);
}

/** What one tenant finds of another by every path of the schema. */
export async function* tenancyRows(counts: Counts): AsyncGenerator<Row> {
  yield* await tenantRows(counts.timings);
}

/** What many callers, and many tenants, have of each other. */
export async function* crowdedRows(counts: Counts): AsyncGenerator<Row> {
  yield await readersRow(counts.readers);
  yield await idleRow(counts.idle);
  yield await erasedRow(counts.erased);
}
