import type { FormParts } from './transport.js';

interface FileAt {
  readonly path: string;
  readonly file: Blob;
}

/**
 * The body of a request: JSON, or multipart where the variables hold files
 * (github.com/jaydenseric/graphql-multipart-request-spec).
 */
export function requestBody(query: string, variables: object): string | FormParts {
  const files: FileAt[] = [];
  const operations = JSON.stringify({ query, variables: extractFiles(variables, 'variables', files) });
  if (files.length === 0) return operations;
  const map = JSON.stringify(Object.fromEntries(files.map(({ path }, index) => [index, [path]])));
  return [['operations', operations], ['map', map], ...files.map(({ file }, index) => [String(index), file] as const)];
}

/** Takes the files out of the variables, as the spec asks: each place becomes null. */
function extractFiles(value: unknown, path: string, found: FileAt[]): unknown {
  if (isBlob(value)) {
    found.push({ path, file: value });
    return null;
  }
  if (Array.isArray(value)) return value.map((item, index) => extractFiles(item, `${path}.${index}`, found));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, extractFiles(item, `${path}.${key}`, found)]),
  );
}

/** A mini-program has none. */
function isBlob(value: unknown): value is Blob {
  return typeof Blob !== 'undefined' && value instanceof Blob;
}
