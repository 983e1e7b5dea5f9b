import type { FastifyRequest } from 'fastify';

/** A URL of a request has no host. */
const BASE = 'http://localhost';

interface Parameters {
  readonly url: string;
  readonly named: URLSearchParams;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Of one request they are asked for by many. */
const read = new WeakMap<FastifyRequest, Parameters>();

/** What the URL of a GET asks for, with `variables` parsed. */
export function parametersOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  return parse(request).values;
}

export function namesTwice(request: FastifyRequest): boolean {
  const names = [...parse(request).named.keys()];
  return new Set(names).size < names.length;
}

/** Its text in the place of its other names. */
export function putQuery(request: FastifyRequest, text: string): void {
  const url = new URL(request.url, BASE);
  url.searchParams.set('query', text);
  for (const name of ['documentId', 'extensions']) url.searchParams.delete(name);
  request.raw.url = url.pathname + url.search;
}

/** Decoded as Apollo does it: what Fastify makes of a malformed escape differs, and the limits would see another text. */
function parse(request: FastifyRequest): Parameters {
  const { url } = request;
  const known = read.get(request);
  // A persisted query is put into the URL.
  if (known?.url === url) return known;
  const { searchParams: named } = new URL(url, BASE);
  const values = Object.fromEntries(named);
  const parameters = { url, named, values: { ...values, variables: parseJson(values.variables) } };
  read.set(request, parameters);
  return parameters;
}

/** The text itself where it is none, which is no object of values: Apollo says so. */
export function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
