import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
} from 'graphql';
import { type CompiledQuery, compileQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import { LIMITS } from '../kernel/limits.js';
import { SIGNALS } from '../kernel/signals.js';
import { compiledSize } from './compiled-size.js';
import type { RateState } from './parts.js';
import { hasPreflightHeader } from './preflight.js';
import { setSecurityHeaders } from './response-headers.js';
import { RESPONSE_TYPE } from './response-type.js';

const { quick: limits } = LIMITS.graphql;

/** A query that is about to be executed: parsed, within the limits, its values checked, its caller admitted. */
export interface QuickRequest<Context extends object> {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: Context;
  readonly rates: readonly RateState[];
}

/** Data as JSON, without the end of the object, so that what is only of this request can follow. */
interface Answer {
  readonly data: Buffer;
  /** Made when it is first asked for. */
  etag?: string;
}

/**
 * Answers queries without Apollo Server, which has seen them answered once: it takes 0.2 ms for whatever it passes on.
 * Only what succeeds is answered here. All else is left to Apollo and graphql-js, so that there is one place that says
 * what is wrong: a query changes nothing, and may be executed a second time.
 *
 * Two caches, keyed by the document as graphql-js prints it, so that white space makes no second entry: compiled queries
 * (graphql-jit), and the answers of the catalogue, which depend on nothing but document, variables and what `scopeOf` says
 * of the caller.
 */
export class QuickQueries<Context extends object> {
  /** Documents of which Apollo has executed an operation without an error. */
  readonly #proven = new WeakSet<DocumentNode>();
  readonly #texts = new WeakMap<DocumentNode, string>();
  readonly #constant = new WeakMap<OperationDefinitionNode, boolean>();
  readonly #compiled = new LRUCache<string, CompiledQuery | 'none'>({
    max: limits.compiled,
    maxSize: limits.compiledSizes,
  });
  readonly #answers = new LRUCache<string, Answer>({
    max: limits.answers,
    maxSize: limits.answerBytes,
    sizeCalculation: ({ data }, key) => data.length + 2 * key.length,
  });

  constructor(
    private readonly schema: GraphQLSchema,
    /** What an answer of the catalogue depends on beside the request; undefined: this caller gets none from a cache. */
    private readonly scopeOf: ((context: Context) => string | undefined) | undefined,
  ) {}

  /** Apollo has executed an operation of this document, and found nothing wrong. */
  prove(document: DocumentNode): void {
    this.#proven.add(document);
  }

  /**
   * Sends the answer, where this is a query that Apollo need not see. False: it has to.
   * @param isLast whether the connection ends with it; asked when it is sent
   */
  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    asked: QuickRequest<Context>,
    isLast: () => boolean,
  ): Promise<boolean> {
    const type = typeOf(request);
    if (type === undefined || asked.operation.operation !== 'query' || !this.#proven.has(asked.document)) return false;
    const key = this.#answerKey(asked);
    const known = key === undefined ? undefined : this.#answers.get(key);
    if (key !== undefined) SIGNALS.cacheLook.tell({ cache: 'answers', hit: known !== undefined });
    const answer = known ?? (await this.#execute(asked));
    if (answer === undefined) return false;
    if (key !== undefined && known === undefined) this.#answers.set(key, answer);
    reply.type(`${type}; charset=utf-8`);
    if (request.method === 'GET' && key !== undefined && tag(request, reply, answer)) reply.code(304).send();
    else send(reply, answer.data, endOf(asked.rates), isLast());
    return true;
  }

  async #execute({ document, operation, variables, context }: QuickRequest<Context>): Promise<Answer | undefined> {
    const key = `${operation.name?.value ?? ''}\n${this.#textOf(document)}`;
    let compiled = this.#compiled.get(key);
    if (compiled === undefined) {
      const size = compiledSize(this.schema, document, operation, limits.compiledSize);
      compiled = Number.isFinite(size) ? this.#compile(document, operation) : 'none';
      this.#compiled.set(key, compiled, { size: compiled === 'none' ? 1 : size });
    }
    if (compiled === 'none') return undefined;
    const { data, errors } = (await compiled.query(undefined, context, variables)) as ExecutionResult;
    if (errors !== undefined || data == null) return undefined;
    return { data: Buffer.from(JSON.stringify({ data })).subarray(0, -1) };
  }

  #compile(document: DocumentNode, { name }: OperationDefinitionNode): CompiledQuery | 'none' {
    const compiled = compileQuery(this.schema, document, name?.value ?? '', { disableLeafSerialization: false });
    return 'query' in compiled ? compiled : 'none';
  }

  #answerKey({ document, operation, variables, context }: QuickRequest<Context>): string | undefined {
    const scope = this.scopeOf?.(context);
    if (scope === undefined || !this.#isConstant(document, operation)) return undefined;
    const values = JSON.stringify(valuesOf(operation, variables));
    if (values.length > limits.keyChars) return undefined;
    return [scope, operation.name?.value ?? '', values, this.#textOf(document)].join('\n');
  }

  #textOf(document: DocumentNode): string {
    let text = this.#texts.get(document);
    if (text === undefined) {
      text = print(document);
      this.#texts.set(document, text);
    }
    return text;
  }

  #isConstant(document: DocumentNode, operation: OperationDefinitionNode): boolean {
    let known = this.#constant.get(operation);
    if (known === undefined) {
      const fields = this.schema.getQueryType()!.getFields();
      known = rootsOf(document, operation.selectionSet).every(
        name => name === '__typename' || fields[name]?.extensions.constant === true,
      );
      this.#constant.set(operation, known);
    }
    return known;
  }
}

/** Of the values that the operation declares, and in its order: others have no effect. */
function valuesOf(
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): unknown[] {
  return variableDefinitions.map(({ variable: { name } }) =>
    Object.hasOwn(variables, name.value) ? [variables[name.value]] : 0,
  );
}

/** The names of the outermost fields, those of fragments included. */
function rootsOf(document: DocumentNode, { selections }: SelectionSetNode): string[] {
  return selections.flatMap(selection => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootsOf(document, selection.selectionSet);
    const fragment = document.definitions.find(
      each => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection.name.value,
    );
    return fragment && 'selectionSet' in fragment ? rootsOf(document, fragment.selectionSet) : [];
  });
}

/**
 * The type of the answer, for requests about which there is nothing to decide; undefined: Apollo decides. A page of
 * another site can send no JSON without asking first, and a GET has shown by then that it comes from none.
 */
function typeOf({ method, headers }: FastifyRequest): string | undefined {
  if (method === 'POST' ? !headers['content-type']?.startsWith('application/json') : method !== 'GET') return undefined;
  if (method === 'GET' && !hasPreflightHeader(headers)) return undefined;
  const { accept } = headers;
  if (accept === undefined || accept === '*/*' || accept.startsWith('application/json')) return 'application/json';
  return accept.startsWith(RESPONSE_TYPE) ? RESPONSE_TYPE : undefined;
}

/** Says how long a GET may be kept, and by whom. True where the caller has the answer already. */
function tag({ headers }: FastifyRequest, reply: FastifyReply, answer: Answer): boolean {
  // Weak: the rates that follow are those of the request.
  answer.etag ??= `W/"${createHash('sha256').update(answer.data).digest('base64url').slice(0, 22)}"`;
  reply
    .header('cache-control', `private, max-age=${limits.maxAgeSeconds}`)
    .header('vary', 'accept, accept-language, authorization, cookie, origin')
    .header('etag', answer.etag);
  return headers['if-none-match']?.split(',').some(each => each.trim() === answer.etag) ?? false;
}

/**
 * Past Fastify, which takes one buffer: to copy two into a third costs as much as all that stands around a kept answer. No
 * `onSend` hook runs.
 */
function send(reply: FastifyReply, data: Buffer, end: string, isLast: boolean): void {
  setSecurityHeaders(reply);
  if (isLast) reply.header('connection', 'close');
  reply.hijack();
  const headers = reply.getHeaders() as OutgoingHttpHeaders;
  // All that follows is ASCII.
  headers['content-length'] = data.length + end.length;
  reply.raw.writeHead(200, headers);
  reply.raw.write(data);
  reply.raw.end(end, 'latin1');
}

const END = '}\n';

function rateText({ name, limit, windowSeconds, remaining, resetSeconds }: RateState): string {
  return `{"name":"${name}","limit":${limit},"windowSeconds":${windowSeconds},"remaining":${remaining},"resetSeconds":${resetSeconds}}`;
}

function endOf(rates: readonly RateState[]): string {
  return rates.length === 0 ? END : `,"extensions":{"rateLimit":[${rates.map(rateText).join()}]}}\n`;
}
