import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type ExecutionResult, print } from 'graphql';
import { createClient } from 'graphql-ws';
import { FormData, fetch } from 'undici';
import WebSocket from 'ws';
import type { ErrorCode } from './generated.js';

/** The shape of every error of the server. */
export interface ServerError {
  /** For developers, in English. */
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: ErrorCode;
    /** For the person in front of the screen, in the language of the client. */
    readonly userMessage: string;
    readonly fields: { path: string; code: string; allowed: string }[];
    readonly retryable: boolean;
    readonly userFixable: boolean;
    /** Of INTERNAL: finds the error in the log of the server. */
    readonly incident?: string;
  };
}

/** What the server answered instead of data. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  constructor(readonly errors: readonly ServerError[]) {
    // What stands between, a proxy say, may answer in a shape of its own.
    super(errors.map(({ extensions, message }) => `${extensions?.code ?? 'ERROR'}: ${message}`).join('\n'));
  }
}

interface FileAt {
  path: string;
  file: Blob;
}

/** Takes the files out of the variables, as the GraphQL multipart request spec asks: each place becomes null. */
function extractFiles(value: unknown, path: string, found: FileAt[]): unknown {
  if (value instanceof Blob) {
    found.push({ path, file: value });
    return null;
  }
  if (Array.isArray(value)) return value.map((item, index) => extractFiles(item, `${path}.${index}`, found));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, extractFiles(item, `${path}.${key}`, found)]),
  );
}

/** A small typed client: queries and mutations over HTTP (multipart where there are files), subscriptions over WebSocket. */
export class DarkroomClient {
  /** @param language of `userMessage`: `en`, `zh` or a tag such as `zh-CN` */
  constructor(
    readonly url: string,
    private readonly language = 'en',
  ) {}

  /** A mutation. Root fields are nullable for those who take an answer with errors; here an error throws. Throws RequestError. */
  async mutate<Result extends object, Variables extends object>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
  ): Promise<{ [Field in keyof Result]: NonNullable<Result[Field]> }> {
    return (await this.request(document, variables)) as { [Field in keyof Result]: NonNullable<Result[Field]> };
  }

  /** Throws RequestError. */
  async request<Result, Variables extends object>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    const files: FileAt[] = [];
    const operations = JSON.stringify({
      query: print(document),
      variables: extractFiles(variables, 'variables', files),
    });
    const headers = {
      accept: 'application/graphql-response+json',
      'accept-language': this.language,
      'graphql-require-preflight': '1',
    };
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      ...(files.length === 0
        ? { headers: { ...headers, 'content-type': 'application/json' }, body: operations }
        : { headers, body: multipart(operations, files) }),
    });
    const answer = (await response.json()) as ExecutionResult<Result>;
    if (answer.errors !== undefined) throw new RequestError(answer.errors as unknown as ServerError[]);
    if (answer.data == null) throw new Error(`the server answered HTTP ${response.status} without data`);
    return answer.data;
  }

  /** Each event of a subscription. Ends when the server completes it; reconnects by itself in between. */
  async *subscribe<Result, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
  ): AsyncGenerator<Result> {
    const client = createClient({
      url: `${this.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { language: this.language },
    });
    try {
      for await (const event of client.iterate<Result>({ query: print(document), variables })) {
        if (event.errors !== undefined) throw new RequestError(event.errors as unknown as ServerError[]);
        if (event.data != null) yield event.data;
      }
    } finally {
      await client.dispose();
    }
  }

  /** The bytes behind a signed link. Throws RequestError. */
  async download(url: string): Promise<Buffer> {
    const response = await fetch(url, { headers: { 'accept-language': this.language } });
    if (!response.ok) {
      const body = (await response.json().catch(() => ({}))) as { errors?: ServerError[] };
      if (body.errors === undefined) throw new Error(`the download was refused with HTTP ${response.status}`);
      throw new RequestError(body.errors);
    }
    return Buffer.from(await response.arrayBuffer());
  }
}

function multipart(operations: string, files: readonly FileAt[]): FormData {
  const form = new FormData();
  form.set('operations', operations);
  form.set('map', JSON.stringify(Object.fromEntries(files.map(({ path }, index) => [index, [path]]))));
  files.forEach(({ file }, index) => {
    form.set(String(index), file, 'photo');
  });
  return form;
}
