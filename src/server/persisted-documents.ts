import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';

const { persisted: limits } = LIMITS.graphql;

type Texts = LRUCache<string, string>;

/**
 * Automatic persisted queries: a client sends the hash of a document in its place, and the text once, when the hash is not
 * known. Each caller has documents of its own, so that nobody pushes out another's, or finds out what another one asks.
 */
export class PersistedDocuments {
  readonly #callers = new LRUCache<string, Texts>({ max: limits.callers });

  /** The hash that a request names; undefined where it names none. Throws BAD_REQUEST. */
  hashOf(extensions: unknown): string | undefined {
    const named = asObject(extensions).persistedQuery;
    if (!named) return undefined;
    const { version, sha256Hash } = asObject(named);
    if (version === 1 && typeof sha256Hash === 'string' && /^[0-9a-f]{64}$/.test(sha256Hash)) return sha256Hash;
    throw new DarkroomError(
      'BAD_REQUEST',
      'extensions.persistedQuery takes version 1, and as sha256Hash the SHA-256 of the query in small hexadecimal digits.',
    );
  }

  /** The text that a request means. Throws PERSISTED_QUERY_NOT_FOUND, and BAD_REQUEST where the hash is of another text. */
  textOf(caller: string, hash: string, query: unknown): string {
    if (typeof query === 'string' && query !== '') {
      // A longer one is refused by its length. Nothing is kept of it.
      if (query.length > LIMITS.graphql.documentChars || sha256(query) === hash) return query;
      throw new DarkroomError('BAD_REQUEST', 'extensions.persistedQuery.sha256Hash is not the SHA-256 of the query.');
    }
    const text = this.#callers.get(caller)?.get(hash);
    // Clients know it by the code, or by this message.
    if (text === undefined) throw new DarkroomError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
    return text;
  }

  /** Of a document that was found to be within the limits. */
  keep(caller: string, hash: string, text: string): void {
    if (text.length > LIMITS.graphql.cachedDocumentChars) return;
    let texts = this.#callers.get(caller);
    if (texts === undefined) {
      texts = new LRUCache({ max: limits.documents, maxSize: limits.chars, sizeCalculation: ({ length }) => length });
      this.#callers.set(caller, texts);
    }
    texts.set(hash, copyOf(text));
  }
}

/** What was cut out of a URL would hold all of it in memory: 16 KB for each document. */
function copyOf(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
