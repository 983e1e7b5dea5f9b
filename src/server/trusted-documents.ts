import { createHash } from 'node:crypto';
import { DarkroomError } from '../kernel/errors.js';

/** The members of a request that can name a document; of a JSON body, of a GET, or of a `subscribe` on a WebSocket. */
export interface DocumentRequest {
  readonly query?: unknown;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
}

/**
 * The only documents that run, where an operator gave a list of them. A client names one by its id or sends its text;
 * whatever else arrives is refused before it is parsed.
 */
export class TrustedDocuments {
  readonly #textById = new Map<string, string>();
  readonly #texts = new Set<string>();

  /** @param documents text by the id under which the clients' build tool listed it */
  constructor(readonly documents: ReadonlyMap<string, string>) {
    for (const text of documents.values()) {
      const hash = createHash('sha256').update(text).digest('hex');
      this.#texts.add(text);
      // As Apollo's links and the draft of GraphQL over HTTP call it when no build tool chose an id.
      this.#textById.set(hash, text).set(`sha256:${hash}`, text);
    }
    for (const [id, text] of documents) this.#textById.set(id, text);
  }

  /**
   * The text of the listed document that a request names; undefined where it names none. Throws DOCUMENT_NOT_TRUSTED.
   * A request that names several has to mean one and the same by all of them: what is executed is what was checked.
   */
  textOf(request: DocumentRequest): string | undefined {
    const { query, documentId } = request;
    const named: (string | undefined)[] = [];
    if (query !== undefined && query !== null && query !== '') named.push(this.#listed(query));
    for (const id of [documentId, persistedQueryOf(request.extensions)?.sha256Hash])
      if (id !== undefined && id !== null) named.push(this.#textById.get(id as string));
    const [text] = named;
    if (named.some(each => each === undefined || each !== text)) throw new DarkroomError('DOCUMENT_NOT_TRUSTED');
    return text;
  }

  #listed(query: unknown): string | undefined {
    return this.#texts.has(query as string) ? (query as string) : undefined;
  }
}

/**
 * Reads the manifest that the clients' build wrote, in either form: of graphql-codegen's client preset
 * (`{ "<id>": "<document>" }`), or of Apollo's generate-persisted-query-manifest. Throws an Error that says what is wrong.
 */
export function readTrustedDocuments(json: string): TrustedDocuments {
  const manifest = parseObject(json);
  const entries = 'format' in manifest ? entriesOfApollo(manifest) : Object.entries(manifest);
  const documents = new Map<string, string>();
  for (const [id, text] of entries) {
    if (typeof id !== 'string' || id === '' || typeof text !== 'string' || text === '')
      throw new Error('each entry has to be an id and a document, both not empty');
    if (documents.has(id) && documents.get(id) !== text) throw new Error(`the id ${id} stands for two documents`);
    documents.set(id, text);
  }
  if (documents.size === 0) throw new Error('it lists no document');
  return new TrustedDocuments(documents);
}

function entriesOfApollo({ format, version, operations }: Record<string, unknown>): [unknown, unknown][] {
  if (format !== 'apollo-persisted-query-manifest' || version !== 1 || !Array.isArray(operations))
    throw new Error('a manifest with a `format` has to be an apollo-persisted-query-manifest of version 1');
  return operations.map((operation: { id?: unknown; body?: unknown } | null) => [operation?.id, operation?.body]);
}

function parseObject(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Error('it is not JSON');
  }
  if (!isObject(value)) throw new Error('it is not a JSON object');
  return value;
}

function persistedQueryOf(extensions: unknown): { readonly sha256Hash?: unknown } | undefined {
  const persistedQuery = isObject(extensions) ? extensions.persistedQuery : undefined;
  return isObject(persistedQuery) ? persistedQuery : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
