import { Upload } from 'graphql-upload-minimal';
import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';
import type { MultipartParts } from './part-collector.js';
import type { UploadedFile } from './uploaded-file.js';

/** The body of a GraphQL request; what else it has is for Apollo to judge. */
export type GraphQLRequestBody = Record<string, unknown>;

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Puts each file where the `map` part says, by the GraphQL multipart request spec
 * (github.com/jaydenseric/graphql-multipart-request-spec). Throws BAD_MULTIPART, EMPTY_FILE.
 *
 * A path is followed through own properties below `variables` only, to a value that is null: `map` is the client's,
 * and `variables.__proto__.toString` would otherwise write into a built-in.
 */
export function placeFiles({ fields, files }: MultipartParts): GraphQLRequestBody {
  const operations = readObject(fields, 'operations');
  const map = Object.entries(readObject(fields, 'map'));
  if (map.length === 0) throw wrong('`map` names no file');
  let paths = 0;
  for (const [name, value] of map) {
    if (!Array.isArray(value) || value.length === 0) throw wrong('each entry of `map` has to be a list of paths');
    paths += value.length;
    if (paths > LIMITS.upload.mapEntries) throw wrong(`\`map\` has more than ${LIMITS.upload.mapEntries} paths`);
    const file = files.get(name);
    if (!file) throw wrong('`map` names a file that the body does not have');
    if (file.bytes.length === 0) throw new DarkroomError('EMPTY_FILE');
    const upload = uploadOf(file);
    for (const path of value) place(operations, path, upload);
  }
  return operations;
}

function place(operations: GraphQLRequestBody, path: unknown, upload: Upload): void {
  const keys = typeof path === 'string' ? path.split('.') : [];
  const last = keys.pop();
  if (last === undefined || keys[0] !== 'variables') throw wrong('a path of `map` has to begin with `variables.`');
  let target: unknown = operations;
  for (const key of keys) target = ownValue(target, key);
  if (ownValue(target, last) !== null) throw wrong('a path of `map` has to lead to a null in `operations`');
  (target as Record<string, unknown>)[last] = upload;
}

function ownValue(target: unknown, key: string): unknown {
  if (typeof target !== 'object' || target === null || FORBIDDEN_KEYS.has(key) || !Object.hasOwn(target, key)) {
    throw wrong('a path of `map` leads nowhere in `operations`');
  }
  return (target as Record<string, unknown>)[key];
}

/** Throws BAD_MULTIPART. */
export function readObject(
  fields: ReadonlyMap<string, string>,
  name: 'operations' | 'map' | 'input',
): Record<string, unknown> {
  const text = fields.get(name);
  if (text === undefined) throw wrong(`the part \`${name}\` is missing`);
  let value: unknown;
  try {
    // The look at each key is dear: 36 ms for 256 KB of zeros. An underscore can also be written as an escape.
    value = /__|\\u005f/i.test(text) ? JSON.parse(text, refusePrototype) : JSON.parse(text);
  } catch {
    throw wrong(`the part \`${name}\` is not valid JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(`the part \`${name}\` has to be a JSON object`);
  }
  return value as Record<string, unknown>;
}

function refusePrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('a key that no request needs');
  return value;
}

/** The scalar accepts only the package's own class; its `resolve` is there but not in the types. */
export function uploadOf(file: UploadedFile): Upload {
  const upload = new Upload() as Upload & { resolve(file: UploadedFile): void };
  upload.resolve(file);
  return upload;
}

function wrong(what: string): DarkroomError {
  return new DarkroomError('BAD_MULTIPART', `The multipart body is wrong: ${what}.`);
}
