import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import {
  buildSchema,
  type FormattedExecutionResult,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLScalarType,
} from 'graphql';
import { GraphQLUpload } from 'graphql-upload-minimal';
import pino from 'pino';
import WebSocket from 'ws';
import { DarkroomError, ERRORS, type ErrorCode } from '../src/kernel/errors.js';
import type { Language } from '../src/kernel/language.js';
import { LIMITS } from '../src/kernel/limits.js';
import type { RequestSource, RunningServer, ServerParts } from '../src/server/parts.js';
import { startServer } from '../src/server/server.js';
import type { UploadedFile } from '../src/server/upload/uploaded-file.js';

const SDL = `
  scalar Upload
  type Query {
    hello(name: String): String!
    spec: Spec!
    boom: String
    refused: String
    slow(ms: Int!): String!
    # Until the test lets go.
    held: String!
    weigh(photo: Photo): Int!
  }
  input Photo { base64: String }
  type Spec { id: ID! title: String parent: Spec kids(first: Int): [Spec!] }
  type File { filename: String! mimetype: String! bytes: Int! text: String! }
  type Mutation {
    count: Int!
    upload(file: Upload!): File!
    uploads(files: [Upload!]!): [File!]!
    # Reads its second file first.
    swapped(first: Upload!, second: Upload!): [File!]!
  }
  type Subscription { ticks(count: Int!, bytes: Int = 1): String! forever: String! broken: String! }
`;

export interface ToyServer extends RunningServer {
  /** Of the loopback address, whatever the public URL is. */
  readonly origin: string;
  readonly log: Record<string, unknown>[];
  /** How many mutations ran and held queries began, how many subscriptions are open. */
  readonly seen: { mutations: number; held: number; subscriptions: number };
  /** Lets the held queries end that have begun. */
  letGo(): void;
  post(body: unknown, headers?: Record<string, string>): Promise<Response>;
}

export async function answerOf(response: Response): Promise<FormattedExecutionResult> {
  return (await response.json()) as FormattedExecutionResult;
}

/** The real server around a toy schema, on any free port of the loopback address. */
export async function startToyServer(changes: Partial<ServerParts<object>> = {}): Promise<ToyServer> {
  const log: Record<string, unknown>[] = [];
  const seen = { mutations: 0, held: 0, subscriptions: 0 };
  const held = new Set<() => void>();
  const server = await startServer<object>({
    schema: toySchema(seen, held),
    context: (source: RequestSource) => ({ source }),
    readAsset: async (id, query) => {
      if (id !== 'known') throw new DarkroomError('NOT_FOUND');
      const headers = { 'content-type': 'image/png', 'x-query': JSON.stringify(query) };
      return { headers, body: Readable.from([Buffer.from('a picture')]) };
    },
    obstacles: async () => [],
    log: pino({ level: 'debug' }, { write: (line: string) => void log.push(JSON.parse(line)) }),
    host: '127.0.0.1',
    isOpen: () => true,
    port: 0,
    allowedOrigins: [],
    trustProxy: [],
    drainMs: 10_000,
    maxSockets: LIMITS.webSocket.sockets,
    introspection: true,
    graphiql: true,
    ...changes,
  });
  const origin = `http://127.0.0.1:${server.port}`;
  return {
    ...server,
    origin,
    log,
    seen,
    letGo: () => {
      for (const end of held) end();
      held.clear();
    },
    post: (body, headers = {}) =>
      fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}

function toySchema(seen: ToyServer['seen'], held: Set<() => void>) {
  const schema = buildSchema(SDL);
  // As the real schema marks it.
  const { base64 } = (schema.getType('Photo') as GraphQLInputObjectType).getFields();
  Object.assign(base64 as object, { extensions: { maxChars: LIMITS.http.jsonBytes } });
  const { parseValue, parseLiteral } = GraphQLUpload;
  Object.assign(schema.getType('Upload') as GraphQLScalarType, { parseValue, parseLiteral });
  const spec = { id: '1', title: 'one inch', parent: () => spec, kids: () => [spec] };
  resolve('Query', {
    hello: (_: unknown, { name }: { name?: string }) => `hello ${name ?? 'you'}`,
    spec: () => spec,
    weigh: (_: unknown, { photo }: { photo?: { base64: string } }) => photo?.base64.length ?? 0,
    boom: () => {
      throw new Error('SELECT secret FROM /srv/secret.db');
    },
    refused: () => {
      throw new DarkroomError('SPEC_NOT_FOUND', undefined, [{ path: 'spec', code: 'UNKNOWN', allowed: 'a spec id' }]);
    },
    slow: async (_: unknown, { ms }: { ms: number }) => {
      await delay(ms);
      return 'done';
    },
    held: async () => {
      seen.held++;
      await new Promise<void>(resolve => held.add(resolve));
      return 'done';
    },
  });
  resolve('Mutation', {
    count: () => ++seen.mutations,
    upload: async (_: unknown, { file }: { file: Promise<UploadedFile> }) => describeFile(await file),
    uploads: async (_: unknown, { files }: { files: Promise<UploadedFile>[] }) =>
      (await Promise.all(files)).map(describeFile),
    swapped: async (_: unknown, { first, second }: Record<'first' | 'second', Promise<UploadedFile>>) => {
      const late = describeFile(await second);
      return [describeFile(await first), late];
    },
  });
  subscribe('ticks', (_, { count, bytes }) => ticks(seen, count, bytes));
  subscribe('forever', () => ticks(seen, Number.POSITIVE_INFINITY, 1, 20));
  subscribe('broken', () => {
    throw new Error('SELECT secret FROM /srv/secret.db');
  });
  return schema;

  function resolve(type: string, resolvers: Record<string, (...given: never[]) => unknown>): void {
    const fields = (schema.getType(type) as GraphQLObjectType).getFields();
    for (const [name, resolver] of Object.entries(resolvers))
      Object.assign(fields[name] as object, { resolve: resolver });
  }

  function subscribe(name: string, source: (root: unknown, given: { count: number; bytes: number }) => unknown): void {
    const field = (schema.getType('Subscription') as GraphQLObjectType).getFields()[name];
    Object.assign(field as object, { subscribe: source, resolve: (value: unknown) => value });
  }
}

async function* ticks(seen: ToyServer['seen'], count: number, bytes: number, everyMs = 0) {
  seen.subscriptions++;
  try {
    for (let tick = 0; tick < count; tick++) {
      if (everyMs > 0) await delay(everyMs);
      yield String(tick).padStart(bytes, '.');
    }
  } finally {
    seen.subscriptions--;
  }
}

function describeFile({ filename, mimetype, bytes }: UploadedFile) {
  return { filename, mimetype, bytes: bytes.length, text: bytes.toString('utf8', 0, 50) };
}

/** What every error of the server has to look like; `ERRORS` gives the words. */
export function shapeOf(code: ErrorCode, language: Language): Record<string, unknown> {
  const { retryable, userFixable, [language]: userMessage } = ERRORS[code];
  const extensions = { code, userMessage, fields: expect.any(Array), retryable, userFixable };
  return {
    message: expect.stringMatching(/^[\x20-\x7e‘’“”\n]+$/),
    extensions: code === 'INTERNAL' ? { ...extensions, incident: expect.stringMatching(/^[0-9a-f]{16}$/) } : extensions,
  };
}

export interface Message {
  type: string;
  id?: string;
  payload?: { data?: unknown; errors?: unknown } | { message: string; extensions: Record<string, unknown> }[];
}

/** A WebSocket that speaks the protocol by hand, to break its rules. */
export class RawClient {
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  /** Of the close frame. */
  reason = '';
  readonly #messages: Message[] = [];
  #wake = () => {};

  constructor(server: ToyServer, options: WebSocket.ClientOptions = {}, protocol = 'graphql-transport-ws') {
    this.socket = new WebSocket(`ws://127.0.0.1:${server.port}/graphql`, protocol, options);
    this.closed = new Promise(resolve =>
      this.socket.once('close', (code, reason) => {
        this.reason = String(reason);
        resolve(code);
      }),
    );
    this.socket.on('error', () => {});
    this.socket.on('message', data => {
      this.#messages.push(JSON.parse(String(data)) as Message);
      this.#wake();
    });
  }

  async opened(init = true, payload?: Record<string, unknown>): Promise<this> {
    await new Promise(resolve => this.socket.once('open', resolve));
    if (!init) return this;
    this.send({ type: 'connection_init', payload });
    expect(await this.next()).toEqual({ type: 'connection_ack' });
    return this;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, more: Record<string, unknown> = {}): void {
    this.send({ type: 'subscribe', id, payload: { query, ...more } });
  }

  async next(): Promise<Message> {
    while (this.#messages.length === 0) {
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    return this.#messages.shift() as Message;
  }
}
