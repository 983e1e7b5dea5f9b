/** In the order of their ports. */
export const VENDORS = ['JUMEI_ID_PHOTO', 'JUMEI_PAINTING', 'LEQI', 'FANGTANG', 'FEGINE'] as const;
export type VendorName = (typeof VENDORS)[number];

/** A request, whole. */
export interface Incoming {
  readonly method: string;
  /** As sent, still encoded. */
  readonly path: string;
  /** Without the `?`, still encoded. */
  readonly query: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Exchange extends Incoming {
  readonly vendor: VendorName;
  /** The guide's call, e.g. `submit`; `result` for a download, `unknown` for anything else. */
  readonly call: string;
  /** Of a call that bills: the same for two requests that ask for the same. */
  readonly identity: string | undefined;
  readonly requestId: string;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body: Buffer | string;
}

export function json(value: unknown, headers: Record<string, string> = {}): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}
