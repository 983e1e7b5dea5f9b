import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type ExecutionResult, print } from 'graphql';
import { createClient } from 'graphql-ws';
import { FormData, fetch } from 'undici';
import WebSocket from 'ws';

/** What the server answered instead of data: GraphQL errors, with their stable codes. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  constructor(readonly errors: readonly { message: string; extensions?: { code?: string; userMessage?: string } }[]) {
    super(errors.map(error => `${error.extensions?.code ?? 'ERROR'}: ${error.message}`).join('\n'));
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
  constructor(
    readonly url: string,
    private readonly language = 'en',
  ) {}

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
    if (answer.errors !== undefined || answer.data == null)
      throw new RequestError((answer.errors ?? [{ message: `HTTP ${response.status}` }]) as RequestError['errors']);
    return answer.data;
  }

  /** Each event of a subscription. Ends when the server completes it; reconnects by itself in between. */
  async *subscribe<Result, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
  ): AsyncGenerator<Result> {
    const headers = { 'accept-language': this.language };
    class WebSocketWithHeaders extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, { headers });
      }
    }
    const client = createClient({
      url: `${this.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocketWithHeaders,
    });
    try {
      for await (const event of client.iterate<Result>({ query: print(document), variables })) {
        if (event.errors !== undefined) throw new RequestError(event.errors as unknown as RequestError['errors']);
        if (event.data != null) yield event.data;
      }
    } finally {
      await client.dispose();
    }
  }

  /** The bytes behind a signed link. */
  async download(url: string): Promise<Buffer> {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`the download was refused with HTTP ${response.status}`);
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
