import {
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  GraphQLError,
  subscribe,
} from 'graphql';
import { MessageType } from 'graphql-ws';
import type { Follower, SharedMessage, SharedSubscription } from './shared-subscription.js';
import type { Place } from './shared-subscriptions.js';
import { textFrames } from './text-frame.js';

/** As `subscribe` carries it. */
export interface Payload {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly extensions?: Record<string, unknown> | null | undefined;
}

/** An operation that may be executed. */
export interface Begun {
  readonly args: ExecutionArgs;
  readonly isSubscription: boolean;
  /** Where it can be shared. */
  readonly place?: Place | undefined;
  present(result: ExecutionResult): FormattedExecutionResult;
}

/** What of a socket its operations need. */
export interface OperationSocket {
  begin(payload: Payload): Promise<Begun | readonly GraphQLError[]>;
  present(errors: readonly GraphQLError[]): readonly object[];
  /** `sent` is called when the bytes have left for the kernel, or never will. */
  send(text: string, sent?: () => void): void;
  /** Messages that are framed. */
  sendFrames(frames: Buffer, sent: () => void): void;
  ended(operation: SocketOperation): void;
  /** What only a mistake of ours can throw. */
  failed(error: unknown): void;
}

const TAIL = Buffer.from('}');
const NOTHING = () => {};

/** One operation of a socket. Of one that is shared only this object is its own. */
export class SocketOperation implements Follower {
  /** The same id again, which waits until this has ended. */
  waiting: Payload | undefined;
  #isStopped = false;
  #source: AsyncIterableIterator<ExecutionResult> | undefined;
  #shared: SharedSubscription | undefined;
  /** The last state that was sent. */
  #seen = 0;
  #isSending = false;
  #pending: SharedMessage | undefined;

  constructor(
    readonly id: string,
    private readonly socket: OperationSocket,
  ) {}

  /** By its client, or with the socket. Nothing of it is sent any more. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  async run(payload: Payload): Promise<void> {
    try {
      const begun = await this.socket.begin(payload);
      if (this.#isStopped) return this.#end();
      if (!('args' in begun)) this.#error(begun);
      else if (begun.place !== undefined) await this.#join(begun.place);
      else await this.#execute(begun);
    } catch (error) {
      this.#end();
      this.socket.failed(error);
    }
  }

  /** Resolves when its source has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#shared !== undefined) {
      this.#shared.leave(this);
      this.#end();
    }
    await this.#source?.return?.();
  }

  tell(message: SharedMessage | undefined, isEnded: boolean): void {
    const news = message !== undefined && message.sequence > this.#seen ? message : undefined;
    if (this.#isSending) {
      this.#pending = news ?? this.#pending;
    } else if (news === undefined) {
      if (isEnded) this.#complete();
    } else if (isEnded) {
      const complete = Buffer.from(JSON.stringify({ id: this.id, type: MessageType.Complete }));
      this.socket.sendFrames(textFrames(this.#next(news), [complete]), NOTHING);
      this.#end();
    } else {
      this.#seen = news.sequence;
      this.#isSending = true;
      this.socket.sendFrames(textFrames(this.#next(news)), () => this.#sent());
    }
  }

  fail(error: unknown): void {
    this.#error([asGraphQLError(error)]);
  }

  async #join(place: Place): Promise<void> {
    this.#seen = place.after;
    this.#shared = place.open();
    try {
      const refused = await this.#shared.join(this);
      if (refused === undefined || this.#isStopped) return;
      await this.#sendNext(refused);
      this.#complete();
    } catch (error) {
      this.fail(error);
    }
  }

  async #execute({ args, isSubscription, present }: Begun): Promise<void> {
    const result = await (isSubscription ? subscribe(args) : execute(args));
    if (!(Symbol.asyncIterator in result)) {
      if (!this.#isStopped) await this.#sendNext(present(result));
    } else if (this.#isStopped) {
      await result.return(undefined);
    } else {
      this.#source = result;
      try {
        for await (const event of result) {
          if (this.#isStopped) break;
          await this.#sendNext(present(event));
        }
      } catch (error) {
        return this.fail(error);
      }
    }
    this.#complete();
  }

  /** As the parts of a message. */
  #next({ payload }: SharedMessage): readonly Buffer[] {
    return [Buffer.from(`{"id":${JSON.stringify(this.id)},"type":"next","payload":`), payload, TAIL];
  }

  #sent(): void {
    this.#isSending = false;
    const pending = this.#pending;
    this.#pending = undefined;
    this.#shared?.catchUp(this, pending);
  }

  /** Resolves when the bytes have left: so long nothing more is taken from the source, which merges what follows. */
  #sendNext(payload: FormattedExecutionResult): Promise<void> {
    const text = JSON.stringify({ id: this.id, type: MessageType.Next, payload });
    return new Promise(resolve => this.socket.send(text, resolve));
  }

  #error(errors: readonly GraphQLError[]): void {
    if (!this.#isStopped) {
      const payload = this.socket.present(errors);
      this.socket.send(JSON.stringify({ id: this.id, type: MessageType.Error, payload }));
    }
    this.#end();
  }

  #complete(): void {
    if (!this.#isStopped) this.socket.send(JSON.stringify({ id: this.id, type: MessageType.Complete }));
    this.#end();
  }

  #end(): void {
    this.#shared?.leave(this);
    this.#shared = undefined;
    this.#isStopped = true;
    this.socket.ended(this);
  }
}

function asGraphQLError(error: unknown): GraphQLError {
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}
