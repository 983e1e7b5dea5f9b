import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { DarkroomError } from '../kernel/errors.js';
import { VendorError } from '../kernel/vendor-error.js';

export type Say = (line: string) => void;

/**
 * What a call came to. `TAKEN`: the vendor read the parameters, whatever it said of them. `REFUSED`: the gateway or the
 * vendor refused the request as it was sent, which costs nothing. `TROUBLE`: anything else, such as a login, a package or
 * the network.
 */
export interface Seen {
  kind: 'TAKEN' | 'REFUSED' | 'TROUBLE';
  text: string;
}

/** What `work` resolved or rejected with, and the HTTP status of its last answer, which undici tells on a channel. */
export async function watch<T>(work: () => Promise<T>): Promise<{ result: T | Error; httpStatus: number | undefined }> {
  let httpStatus: number | undefined;
  const note = (message: unknown) => {
    httpStatus = (message as { response: { statusCode: number } }).response.statusCode;
  };
  subscribe('undici:request:headers', note);
  try {
    return { result: await work().catch((error: Error) => error), httpStatus };
  } finally {
    unsubscribe('undici:request:headers', note);
  }
}

/** An error of a call, for an operator. */
export function readError(error: Error, httpStatus: number | undefined): Seen {
  const http = httpStatus === undefined ? 'no answer' : `HTTP ${httpStatus}`;
  const code = DarkroomError.is(error) ? error.code : error.name;
  if (!VendorError.is(error)) return { kind: 'TROUBLE', text: `${http}: ${code}. ${error.message}` };
  const { billed, vendorCode, vendorMessage } = error.facts;
  const ofVendor = vendorCode !== undefined && ownerOf(vendorCode) === 'vendor code ';
  const by = vendorCode === undefined || vendorCode === http ? '' : `, ${ownerOf(vendorCode)}${vendorCode}`;
  const words = vendorMessage === undefined ? '' : ` (${vendorMessage})`;
  const charged = { YES: ' It was charged.', NO: ' It was not charged.', UNKNOWN: ' It may have been charged.' }[
    billed
  ];
  return {
    kind: TROUBLES.has(code) ? 'TROUBLE' : ofVendor ? 'TAKEN' : code === 'INVALID_INPUT' ? 'REFUSED' : 'TROUBLE',
    text: `${http}${by}${words}: ${code}. ${error.message}${charged}`,
  };
}

/** A vendor's codes are numbers; the gateways' are `APIG.0201` and `A400AC`. The rest comes from the connection. */
function ownerOf(code: string): 'vendor code ' | 'gateway code ' | '' {
  if (/^-?\d+$/.test(code)) return 'vendor code ';
  return /^(APIGW?\.\d+|[A-Z]\d{3}[A-Z]{2})$/.test(code) ? 'gateway code ' : '';
}

/** What says nothing of the parameters, even if it comes from the vendor. */
const TROUBLES: ReadonlySet<string> = new Set(['VENDOR_AUTH', 'QUOTA_EXHAUSTED', 'VENDOR_UNAVAILABLE']);
