import type { Line } from './lines.js';
import type { Pictures } from './pictures.js';
import type { Script } from './server.js';

/** The rows of the printed table, in their order. */
export const KINDS = [
  'encoded',
  'charset',
  'content type',
  'framing',
  'spelling',
  'missing fields',
  'unreadable',
  'lost on the way',
  'no result in it',
  'codes',
  'negative answer',
  'unlisted status',
  'slow work',
  'ids and times',
  'picture: odd',
  'picture: other',
  'picture: spoilt once',
  'picture: never comes',
  'some of several',
  'http: addresses',
] as const;
export type Kind = (typeof KINDS)[number];

/** What is expected at one moment. All of it is looked at, except what is undefined. */
export interface Expected {
  state: string;
  code?: string;
  vendorCode?: string;
  /** Outcome and charge of each call: `FAILED NO, SUCCEEDED YES`. */
  billed: string;
  /** Pictures that a caller can see. */
  delivered: number;
  /** Parts that were given up. */
  failed?: number;
  /** The warnings of the task, sorted. */
  warnings?: readonly string[];
  outcome?: string;
  /** Requests that the vendor saw, by endpoint; one that is not named must not have been asked. `tls`: a handshake. */
  calls: Readonly<Record<string, number | '1+'>>;
}

/** Time passes, and then something is expected. */
export interface Moment {
  /** A jump before: the server was down so long, say. */
  travelMs?: number;
  /** So many waits of the task are passed. Default: as many as it takes to its end, or to a review that it was not in. */
  waits?: number;
  /** After the waits it is looked at while it is worked on, as soon as so many pictures are delivered. */
  whileBusy?: boolean;
  /** Nothing at all may be asked meanwhile. */
  quiet?: boolean;
  expected: Expected;
  /** Done at the end of the moment. */
  atEnd?(): void;
}

export interface HarshCase {
  kind: Kind;
  detail: string;
  line: Line;
  /** What differs from the good answers. Made anew for each trial, because answers hold times. */
  script(origin: string, pictures: Pictures): Script;
  moments: readonly Moment[];
  /** The operator allows results without TLS. */
  allowHttp?: boolean;
  /** What the requests themselves have to hold, in query or body, by endpoint. */
  sends?: Readonly<Record<string, RegExp>>;
}

type Calls = Record<string, number | '1+'>;

/** One request of each call and of each picture. */
export function usualCalls(line: Line): Calls {
  return {
    [line.submit]: line.parts,
    ...Object.fromEntries(line.asks.map(call => [call, 1])),
    ...(line.pictures.length === 0 ? {} : { result: line.pictures.length }),
  };
}

const charge = ({ bills }: Line) => (bills ? 'YES' : 'NO');
export const booked = (line: Line, outcome: string, billed = charge(line)) =>
  Array(line.parts).fill(`${outcome} ${billed}`).join(', ');

/** `more` are requests beyond the usual ones. */
export function well(line: Line, over: Partial<Expected> = {}, more: Readonly<Record<string, number>> = {}): Expected {
  const calls = usualCalls(line);
  for (const [call, count] of Object.entries(more)) calls[call] = Number(calls[call] ?? 0) + count;
  return { state: 'SUCCEEDED', billed: booked(line, 'SUCCEEDED'), delivered: line.pictures.length, calls, ...over };
}

/** The answer of a call that was charged, maybe, cannot be read: one call, and a person decides. */
export function review(line: Line, over: Partial<Expected> = {}): Expected {
  return { state: 'NEEDS_REVIEW', billed: 'LOST UNKNOWN', delivered: 0, calls: { [line.submit]: 1 }, ...over };
}

export function failed(line: Line, code: string, billed: string, over: Partial<Expected> = {}): Expected {
  return { state: 'FAILED', code, billed: `FAILED ${billed}`, delivered: 0, calls: { [line.submit]: 1 }, ...over };
}

/** This call went wrong once and costs nothing: it, and what is asked before it, is asked once more, and all goes well. */
export function again(line: Line, call: string): Expected {
  if (call === line.submit) return well(line, { billed: 'FAILED NO, SUCCEEDED NO' }, { [call]: 1 });
  const asked = line.asks.slice(0, line.asks.indexOf(call) + 1);
  return well(line, {}, Object.fromEntries(asked.map(each => [each, 1])));
}

/** All is well but for what is scripted here. */
export function harsh(
  kind: Kind,
  line: Line,
  detail: string,
  script: HarshCase['script'],
  ...moments: (Expected | Moment)[]
): HarshCase {
  return {
    kind,
    line,
    detail,
    script,
    moments: moments.map(moment => ('expected' in moment ? moment : { expected: moment })),
  };
}
