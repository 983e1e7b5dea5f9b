import type { VendorName } from './contract.js';

export const HELD_THINGS = ['PHOTO', 'PREVIEW', 'RESULT', 'TEXT', 'IDENTITY'] as const;
export type HeldThing = (typeof HELD_THINGS)[number];

export const RETENTION_BASES = ['GUIDE', 'REPORTED', 'UNKNOWN'] as const;

/** How long a vendor keeps what a call gave it or made, from the call on. */
export interface Retention {
  what: HeldThing;
  /** Null: nobody says. */
  ms: number | null;
  /** GUIDE: the vendor's guide says it. REPORTED: public clients of it do. */
  basis: (typeof RETENTION_BASES)[number];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const unknown = (what: HeldThing): Retention => ({ what, ms: null, basis: 'UNKNOWN' });

/** As the README of each vendor has it. Also for vendors that are configured no more: what they hold, they hold. */
export const RETENTION = {
  LOCAL: [],
  JUMEI_ID_PHOTO: [unknown('PHOTO'), unknown('RESULT')],
  LEQI: [
    unknown('PHOTO'),
    { what: 'PREVIEW', ms: DAY, basis: 'REPORTED' },
    { what: 'RESULT', ms: 7 * DAY, basis: 'REPORTED' },
  ],
  // "Three months": the longest that three months can be.
  JUMEI_PAINTING: [unknown('TEXT'), { what: 'RESULT', ms: 92 * DAY, basis: 'GUIDE' }],
  FANGTANG: [unknown('PHOTO'), { what: 'RESULT', ms: HOUR, basis: 'GUIDE' }],
  FEGINE: [unknown('PHOTO'), unknown('IDENTITY')],
} as const satisfies Record<VendorName, readonly Retention[]>;
