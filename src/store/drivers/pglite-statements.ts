import { type PGlite, protocol } from '@electric-sql/pglite';
import { LRUCache } from 'lru-cache';
import type {
  BackendMessage,
  CommandCompleteMessage,
  DatabaseError,
  DataRowMessage,
  ParameterDescriptionMessage,
  RowDescriptionMessage,
} from 'pg-protocol/dist/messages.js';
import { Parser } from 'pg-protocol/dist/parser.js';
import { LIMITS } from '../../kernel/limits.js';
import type { Parameter } from '../database.js';

const { serialize } = protocol;

const isColumns = named<RowDescriptionMessage>('rowDescription');
const isCompletion = named<CommandCompleteMessage>('commandComplete');
const isParameters = named<ParameterDescriptionMessage>('parameterDescription');
const isRefusal = named<BackendMessage & DatabaseError>('error');
const isRow = named<DataRowMessage>('dataRow');

/** A statement that Postgres has parsed. */
interface Prepared {
  name: string;
  parameterTypes: readonly number[];
  columns: readonly Column[];
  /** Afterwards a prepared `select *` may have other columns, which Postgres refuses. */
  changesSchema: boolean;
}

interface Column {
  name: string;
  /** Makes a value of Postgres' text; a type without one stays text. */
  read: ((text: string) => unknown) | undefined;
}

/** What a statement gave. */
interface Answer<R> {
  rows: R[];
  /** `SELECT`, `COMMIT`: what Postgres calls what it has done. */
  command: string | undefined;
}

/**
 * Statements of the embedded database, each parsed once. PGlite's own `query` asks Postgres five times for each call, and
 * has the columns of its answer described anew: 650 us of CPU for a row of 45 columns, where this takes 88. Answers are read
 * by the parser of node-postgres; with that of PGlite, which copies and decodes each value by itself, it was 115.
 */
export class PgliteStatements {
  readonly #prepared: LRUCache<string, Prepared>;
  /** Names that Postgres can forget; told with the next statement. */
  #forgotten: string[] = [];
  #number = 0;
  #plannedAt = performance.now();

  constructor(private readonly pglite: PGlite) {
    this.#prepared = new LRUCache({
      max: LIMITS.store.preparedStatements,
      dispose: ({ name }) => this.#forgotten.push(name),
    });
  }

  /** One after the other, also where they are asked at once. */
  run<R>(text: string, params: readonly Parameter[] = []): Promise<Answer<R>> {
    return this.pglite.runExclusive(async () => {
      await this.#planAgain();
      const prepared = this.#prepared.get(text) ?? (await this.#prepare(text));
      const { name, parameterTypes, columns } = prepared;
      const values = params.map((value, index) => this.#textOf(value, parameterTypes[index]));
      const told = await this.#exchange(serialize.bind({ statement: name, values }), serialize.execute({}));
      if (prepared.changesSchema) this.#prepared.clear();
      const command = told.find(isCompletion)?.text.split(' ', 1)[0];
      return { rows: told.filter(isRow).map(({ fields }) => rowOf(columns, fields) as R), command };
    });
  }

  async script(text: string): Promise<void> {
    await this.pglite.exec(text);
    if (changesSchema(text)) this.#prepared.clear();
  }

  async #prepare(text: string): Promise<Prepared> {
    const name = `s${this.#number++}`;
    const told = await this.#exchange(serialize.parse({ name, text }), serialize.describe({ type: 'S', name }));
    const { parsers } = this.pglite;
    const prepared = {
      name,
      parameterTypes: told.find(isParameters)?.dataTypeIDs ?? [],
      columns: told.find(isColumns)?.fields.map(field => ({ name: field.name, read: parsers[field.dataTypeID] })) ?? [],
      changesSchema: changesSchema(text),
    };
    this.#prepared.set(text, prepared);
    return prepared;
  }

  /**
   * A plan that is kept was made for the sizes that its tables had then. That of a small table would go on to read a
   * large one from end to end.
   */
  async #planAgain(): Promise<void> {
    const now = performance.now();
    if (now - this.#plannedAt < LIMITS.store.planMs) return;
    this.#plannedAt = now;
    await this.#exchange(serialize.query('discard plans'));
  }

  #textOf(value: Parameter, type: number | undefined): string | null {
    if (value === null || value === undefined) return null;
    const serializer = type === undefined ? undefined : this.pglite.serializers[type];
    return serializer ? serializer(value) : String(value);
  }

  /** Throws what Postgres refuses; what follows in the exchange is then not done. */
  async #exchange(...parts: Uint8Array[]): Promise<BackendMessage[]> {
    const closed = this.#forgotten.map(name => serialize.close({ type: 'S', name }));
    this.#forgotten = [];
    const told: BackendMessage[] = [];
    const parser = new Parser();
    // Copied: the bytes lie in Postgres' memory, and half a message waits for the next of them.
    const onRawData = (bytes: Uint8Array) => parser.parse(Buffer.from(bytes), message => void told.push(message));
    await this.pglite.execProtocolRawStream(Buffer.concat([...closed, ...parts, serialize.sync()]), { onRawData });
    const refusal = told.find(isRefusal);
    if (refusal !== undefined) throw refusal;
    return told;
  }
}

function named<Message extends BackendMessage>(name: Message['name']) {
  return (message: BackendMessage): message is Message => message.name === name;
}

function rowOf(columns: readonly Column[], fields: DataRowMessage['fields']): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < columns.length; index++) {
    const { name, read } = columns[index]!;
    const text = fields[index];
    row[name] = text === null || read === undefined ? text : read(text);
  }
  return row;
}

function changesSchema(text: string): boolean {
  return /\b(?:alter|create|drop)\b/i.test(text);
}
