import { Upload } from 'graphql-upload-minimal';
import { DarkroomError } from '../../kernel/errors.js';
import type { MultipartParts } from './part-collector.js';
import { type GraphQLRequestBody, readObject, uploadOf } from './place-files.js';

/** What a form can ask for: a mutation with `$photo: Upload!`, or with `$input`, whose `photo` is the file, and `$waitSeconds`. */
export interface PhotoForm {
  readonly query: string;
  readonly takesInput: boolean;
}

export type PhotoForms = ReadonlyMap<string, PhotoForm>;

const FIELDS = ['operation', 'input', 'waitSeconds'];

/**
 * The GraphQL request that a plain form stands for: one file, and the fields `operation` (default: the first of the
 * forms), `input` (JSON without `photo`) and `waitSeconds`. Throws BAD_MULTIPART, EMPTY_FILE.
 */
export function requestOfForm({ fields, files }: MultipartParts, forms: PhotoForms): GraphQLRequestBody {
  const unknown = [...fields.keys()].find(name => !FIELDS.includes(name));
  if (unknown !== undefined) throw wrong(`it has a field beside ${FIELDS.join(', ')}`);
  const [file, ...others] = files.values();
  if (file === undefined || others.length > 0) throw wrong('it has to have exactly one file');
  if (file.bytes.length === 0) throw new DarkroomError('EMPTY_FILE');
  const [first] = forms.keys();
  const operation = fields.get('operation') ?? first!;
  const form = forms.get(operation);
  if (form === undefined) throw wrong(`\`operation\` has to be one of ${[...forms.keys()].join(', ')}`);
  const upload: Upload = uploadOf(file);
  if (!form.takesInput) {
    if (fields.has('input') || fields.has('waitSeconds'))
      throw wrong(`\`input\` and \`waitSeconds\` are for other operations than ${operation}`);
    return { query: form.query, variables: { photo: upload } };
  }
  const input = fields.has('input') ? readObject(fields, 'input') : {};
  if ('photo' in input) throw wrong('`input` has to be without `photo`, which is the file');
  return { query: form.query, variables: { input: { ...input, photo: { upload } }, ...waitOf(fields) } };
}

function waitOf(fields: ReadonlyMap<string, string>): { waitSeconds?: number } {
  const text = fields.get('waitSeconds');
  if (text === undefined) return {};
  if (!/^\d{1,3}$/.test(text)) throw wrong('`waitSeconds` has to be a whole number');
  return { waitSeconds: Number(text) };
}

function wrong(what: string): DarkroomError {
  return new DarkroomError('BAD_MULTIPART', `The form is wrong: ${what}.`);
}
