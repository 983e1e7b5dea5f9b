import { ConnectionError, RequestError, type ServerError, TaskError } from './errors.js';
import { requestBody } from './files.js';
import { type FollowOptions, follow, type Line, type Plan } from './follow.js';
import * as documents from './generated.js';
import { ListedTasks } from './listed-tasks.js';
import { Socket } from './socket.js';
import { type Incoming, type SendOptions, type Transport, webTransport } from './transport.js';

type Task = documents.TaskFieldsFragment;

/** The most that a page of tasks may have. */
const PAGE = 200;

/** Whoever has the text has its types. Also a parsed document, as `gql` gives it. */
export type Document<Result, Variables> =
  | documents.Text<Result, Variables>
  | {
      readonly kind: 'Document';
      readonly loc?: { readonly source: { readonly body: string } } | undefined;
      readonly __apiType?: (variables: Variables) => Result;
    };

/** An answer without errors: a mutation's field is null only where it failed. */
export type Whole<Result> = { [Field in keyof Result]: NonNullable<Result[Field]> };

export interface ClientOptions {
  /** An API key, a JWT, a task token or a photo link; a function is asked before each request and at each connection. */
  readonly token?: string | (() => string | Promise<string>) | undefined;
  /** Of `userMessage`: `en`, `zh` or a tag such as `zh-CN`. Default: `en`. */
  readonly language?: string | undefined;
  /**
   * The class of WebSockets; default: the platform's own. `ws` on Node 20, which has none; without one, and with null, it is
   * asked by HTTP.
   */
  readonly webSocketImpl?: unknown;
  /** How often is asked where there are no sockets; default 2,000. */
  readonly pollMs?: number | undefined;
  /** What posts; default: `fetch` or XMLHttpRequest. */
  readonly transport?: Transport | undefined;
  /** Resolves while the app is in the foreground: until then no connection is made. */
  readonly whenActive?: (() => Promise<void>) | undefined;
}

/** The answer of a request: where fields failed they are null, and `errors` says why. */
export interface Answer<Result> {
  readonly data: Result | null;
  readonly errors: readonly ServerError[];
}

/** A typed client: requests and uploads over HTTP, and one WebSocket for all that is followed. */
export class DarkroomClient {
  readonly url: string;
  readonly #options: ClientOptions;
  readonly #line: Line;

  /** @param url of the server, such as `https://photos.example.com`; in a page of the server itself `location.origin` */
  constructor(url: string, options: ClientOptions = {}) {
    this.url = url.replace(/\/+$/, '');
    this.#options = options;
    const { pollMs = 2_000, whenActive = async () => {} } = options;
    this.#line = { socket: this.#openSocket(), pollMs, whenActive };
  }

  /** All that was asked for. Throws RequestError, also where only one of several fields failed, and ConnectionError. */
  async request<Result, Variables extends object>(
    document: Document<Result, Variables>,
    variables: Variables,
    options: SendOptions = {},
  ): Promise<Result> {
    const { data, errors } = await this.execute(document, variables, options);
    if (errors.length > 0) throw new RequestError(errors);
    return data as Result;
  }

  /** As `request`, of a mutation. */
  async mutate<Result, Variables extends object>(
    document: Document<Result, Variables>,
    variables: Variables,
    options: SendOptions = {},
  ): Promise<Whole<Result>> {
    return (await this.request(document, variables, options)) as Whole<Result>;
  }

  /** What was answered, with the errors of single fields beside it. Throws ConnectionError, and the reason of the signal. */
  async execute<Result, Variables extends object>(
    document: Document<Result, Variables>,
    variables: Variables,
    options: SendOptions = {},
  ): Promise<Answer<Result>> {
    const body = requestBody(textOf(document), variables);
    const headers = {
      accept: 'application/graphql-response+json',
      ...(await this.headers()),
      ...(typeof body === 'string' && { 'content-type': 'application/json' }),
    };
    const send = this.#options.transport ?? webTransport;
    const sent = send({ url: `${this.url}/graphql`, headers, body }, options);
    return this.read<Result>(await this.reached(sent, options.signal));
  }

  /** Keeps a photo, and tells how much of it has been sent. Throws RequestError, ConnectionError. */
  async upload(file: Blob, options: SendOptions = {}): Promise<documents.PictureFragment> {
    return (await this.mutate(documents.UploadPhotoDocument, { file }, options)).uploadPhoto;
  }

  /** The task as it stands, then each change of it, to its end; through restarts of the server. See FollowOptions. */
  follow(id: string, options: FollowOptions & { afterSequence?: number | undefined } = {}): AsyncGenerator<Task> {
    let seen = options.afterSequence ?? null;
    const plan: Plan<documents.TaskUpdatedSubscription> = {
      query: documents.TaskUpdatedDocument,
      variables: () => ({ id, afterSequence: seen }),
      take: ({ taskUpdated: { sequence } }) => {
        if (seen !== null && sequence <= seen) return false;
        seen = sequence;
        return true;
      },
      isLast: ({ taskUpdated }) => taskUpdated.waitingOn === 'NONE',
      look: async () => {
        const { data, errors } = await this.execute(documents.FindTaskDocument, { id }, options);
        if (errors.length > 0) throw new RequestError(errors);
        if (data?.task == null) throw notFound();
        return { taskUpdated: data.task };
      },
    };
    return mapped(follow(this.#line, plan, options), event => event.taskUpdated);
  }

  /** Follows a task until it ends or waits for the operator. Throws TaskError where it did not succeed. */
  async finish(id: string, onChange: (task: Task) => void = () => {}, options: FollowOptions = {}): Promise<Task> {
    for await (const task of this.follow(id, options)) {
      onChange(task);
      if (task.state === 'SUCCEEDED') return task;
      if (task.waitingOn === 'NONE' || task.waitingOn === 'OPERATOR') throw new TaskError(task);
    }
    throw options.signal?.reason ?? new Error('the task was deleted while it was followed');
  }

  /**
   * A list of tasks: a snapshot in pages, then what changes, without a gap through restarts; asked for by HTTP where there
   * are no sockets. See `tasksUpdated`.
   * @param options `counts`: numbers and rates of the whole list come with each message; the server counts only then
   */
  followTasks(
    filter: documents.TaskFilterInput = {},
    options: FollowOptions & { first?: number; counts?: boolean } = {},
  ): AsyncGenerator<documents.TasksUpdatedSubscription['tasksUpdated']> {
    let after: string | null = null;
    const listed = new ListedTasks();
    const { counts = false } = options;
    const plan: Plan<documents.TasksUpdatedSubscription> = {
      query: documents.TasksUpdatedDocument,
      variables: () => ({ filter, after, counts, ...(options.first !== undefined && { first: options.first }) }),
      take: ({ tasksUpdated }) => {
        listed.take(tasksUpdated);
        // A snapshot that broke off is begun anew: its cursor stands for all of it.
        if (tasksUpdated.isComplete) after = tasksUpdated.cursor ?? after;
        return true;
      },
      isLast: () => false,
      look: async () => {
        const tasksUpdated = await listed.look(async cursor => {
          // They stand for the whole list: the first page has them.
          const page = { filter, first: PAGE, after: cursor, counts: counts && cursor === null };
          const { tasks } = await this.request(documents.ListTasksDocument, page, options);
          return tasks!;
        });
        return tasksUpdated && { tasksUpdated };
      },
    };
    return mapped(follow(this.#line, plan, options), event => event.tasksUpdated);
  }

  /** Each event of any subscription, asked for again from its beginning after a loss, until the server completes it. */
  subscribe<Result, Variables extends object>(
    document: Document<Result, Variables>,
    variables: Variables,
    options: FollowOptions = {},
  ): AsyncGenerator<Result> {
    const plan: Plan<Result> = {
      query: textOf(document),
      variables: () => variables as Record<string, unknown>,
      take: () => true,
      isLast: () => false,
      look: async () => {
        if (this.#line.socket === undefined)
          throw new Error('this subscription needs a WebSocket: give `webSocketImpl`');
        await this.request(documents.PingDocument, {}, options);
        return undefined;
      },
    };
    return follow(this.#line, plan, options);
  }

  /** A token with which a browser follows these tasks' one. Your server asks for it, with its key. */
  async createTaskToken(taskId: string, minutes?: number): Promise<documents.CreateTaskTokenMutation['token'] & {}> {
    return (await this.mutate(documents.CreateTaskTokenDocument, { taskId, minutes: minutes ?? null })).token;
  }

  /** A token with which one person makes one photo. Your server asks for it, with its key. */
  async createPhotoLink(
    input: documents.CreatePhotoLinkInput,
  ): Promise<documents.CreatePhotoLinkMutation['created'] & {}> {
    return (await this.mutate(documents.CreatePhotoLinkDocument, { input })).created;
  }

  /** Makes the photo of the link that this client has as its token. */
  async usePhotoLink(input: documents.UsePhotoLinkInput, options: SendOptions = {}): Promise<Task> {
    return (await this.mutate(documents.UsePhotoLinkDocument, { input }, options)).task;
  }

  /** The bytes behind a signed link. Throws RequestError, ConnectionError. */
  async download(url: string, { signal }: Pick<SendOptions, 'signal'> = {}): Promise<Uint8Array> {
    const headers = { 'accept-language': this.#language };
    const response = await this.reached(fetch(url, { headers, ...(signal && { signal }) }), signal);
    if (response.ok) return new Uint8Array(await this.reached(response.arrayBuffer(), signal));
    const { errors } = this.read({ status: response.status, text: await response.text() });
    throw new RequestError(errors);
  }

  /** Drops the connection; what is followed goes on with a new one. For an app that comes back to the foreground. */
  reconnect(): void {
    this.#line.socket?.drop();
  }

  /** Closes the socket. What is still followed opens it again: end that first. */
  async close(): Promise<void> {
    await this.#line.socket?.close();
  }

  /** What each request carries. */
  protected async headers(): Promise<Record<string, string>> {
    const token = await this.#token();
    return {
      'accept-language': this.#language,
      // Without it any web page could send a multipart body.
      'graphql-require-preflight': '1',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
  }

  /** Throws ConnectionError where what answered is no GraphQL server. */
  protected read<Result>({ status, text }: Incoming): Answer<Result> {
    const answer = parse(text) as { data?: Result | null; errors?: ServerError[] } | undefined;
    if (answer?.errors?.length) return { data: answer.data ?? null, errors: answer.errors };
    if (answer?.data != null) return { data: answer.data, errors: [] };
    throw new ConnectionError(`the server answered HTTP ${status} without data`, this.#language, status);
  }

  /** Throws ConnectionError instead of what a platform says of a network. */
  protected async reached<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
    try {
      return await work;
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      throw new ConnectionError(`no answer from ${this.url}`, this.#language, undefined, { cause });
    }
  }

  get #language(): string {
    return this.#options.language ?? 'en';
  }

  async #token(): Promise<string | undefined> {
    const { token } = this.#options;
    return typeof token === 'function' ? token() : token;
  }

  #openSocket(): Socket | undefined {
    const { webSocketImpl = (globalThis as { WebSocket?: unknown }).WebSocket } = this.#options;
    if (webSocketImpl == null) return undefined;
    return new Socket({
      url: `${this.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl,
      connectionParams: async () => {
        const token = await this.#token();
        return { language: this.#language, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
      },
    });
  }
}

function textOf<Result, Variables>(document: Document<Result, Variables>): string {
  if (typeof document === 'string') return document;
  const text = document.loc?.source.body;
  if (text === undefined) throw new TypeError('the document has no text: give what `gql` or `parse` made, or the text');
  return text;
}

async function* mapped<From, To>(events: AsyncGenerator<From>, map: (event: From) => To): AsyncGenerator<To> {
  for await (const event of events) yield map(event);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notFound(): RequestError {
  const message = 'There is no such task, or no longer.';
  const facts = { code: 'NOT_FOUND', userMessage: message, fields: [], retryable: false, userFixable: false } as const;
  return new RequestError([{ message, extensions: { ...facts, fields: [] } }]);
}
