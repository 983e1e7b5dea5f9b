import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
} from 'graphql';
import type { FanOut, Spreading } from './fan-out.js';

/** An event as it is sent, but for the id of the operation that gets it. */
export interface SharedMessage {
  readonly sequence: number;
  /** The JSON of the result. */
  readonly payload: Buffer;
}

/** One of those who follow the same. */
export interface Follower {
  /** What stands is newer than what it has, or the end has come. It skips what it cannot send, but never the last. */
  tell(message: SharedMessage | undefined, isEnded: boolean): void;
  /** The source broke. */
  fail(error: unknown): void;
}

export interface SharedParts {
  args: ExecutionArgs;
  sequenceOf(event: unknown): number;
  present(result: ExecutionResult): FormattedExecutionResult;
  fanOut: FanOut;
  /** What is told now can be told to whoever joins, until `forget`. */
  keep(shared: SharedSubscription): void;
  /** Nobody can join any more. */
  gone(shared: SharedSubscription): void;
}

/** Followers that are looked at between two looks at the clock. */
const AT_ONCE = 8;

/**
 * One subscription of many callers who would get the same answers: one source, one execution and one serialisation an
 * event. Its events are states of one thing, each with a sequence. Who joins gets the state as it stands, which is not
 * older than a moment: it is executed anew where nobody joined just before, since links in it end and some fields change
 * without an event.
 */
export class SharedSubscription implements Spreading {
  readonly #followers = new Set<Follower>();
  #source: AsyncIterator<unknown> | undefined;
  #opening: Promise<FormattedExecutionResult | undefined> | undefined;
  /** The newest state; undefined when it is too old for who joins. */
  #message: SharedMessage | undefined;
  #sequence = 0;
  #isEnded = false;
  /** It is being told, and something newer came meanwhile. */
  #isTelling = false;
  #tellAgain = false;
  /** Where in `#followers`. */
  #at: Iterator<Follower> | undefined;

  constructor(private readonly parts: SharedParts) {}

  /** Gives the answer where there is nothing to follow: an error. */
  async join(follower: Follower): Promise<FormattedExecutionResult | undefined> {
    this.#followers.add(follower);
    try {
      const refused = this.#message === undefined ? await this.#look() : undefined;
      if (refused !== undefined) this.leave(follower);
      else if (this.#followers.has(follower)) follower.tell(this.#message, this.#isEnded);
      return refused;
    } catch (error) {
      this.leave(follower);
      throw error;
    }
  }

  leave(follower: Follower): void {
    if (!this.#followers.delete(follower) || this.#followers.size > 0 || this.#isEnded) return;
    this.parts.gone(this);
    this.#replace(undefined);
  }

  /** A follower can be told again. `pending` is what it could not be told meanwhile. */
  catchUp(follower: Follower, pending: SharedMessage | undefined): void {
    follower.tell(this.#message ?? pending, this.#isEnded);
  }

  /** False: it is still being told. */
  forget(): boolean {
    if (this.#isTelling) return false;
    this.#message = undefined;
    return true;
  }

  spread(until: number): boolean {
    this.#at ??= this.#followers.values();
    for (let told = 1; ; told++) {
      const next = this.#at.next();
      if (next.done) break;
      next.value.tell(this.#message, this.#isEnded);
      if (told % AT_ONCE === 0 && performance.now() > until) return false;
    }
    this.#at = undefined;
    this.#isTelling = this.#tellAgain;
    this.#tellAgain = false;
    return !this.#isTelling;
  }

  /** For all who join meanwhile. */
  #look(): Promise<FormattedExecutionResult | undefined> {
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** Begins to follow the source; where there was one before, its place is taken by one that has just looked. */
  async #open(): Promise<FormattedExecutionResult | undefined> {
    const { args, present } = this.parts;
    const events = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in events)) return present(events);
    const source = events[Symbol.asyncIterator]();
    try {
      const first = await source.next();
      if (!first.done) this.#take(await this.#make(first.value));
      if (first.done && !this.#isEnded) this.#end();
      else if (this.#followers.size === 0 || this.#isEnded) await source.return?.();
      else {
        this.#replace(source);
        void this.#follow(source);
      }
    } catch (error) {
      await source.return?.();
      throw error;
    }
    return undefined;
  }

  async #follow(source: AsyncIterator<unknown>): Promise<void> {
    try {
      for (;;) {
        const next = await source.next();
        if (this.#source !== source) return;
        if (next.done) return this.#end();
        this.#take(await this.#make(next.value));
      }
    } catch (error) {
      if (this.#source !== source) return;
      this.#source = undefined;
      this.parts.gone(this);
      for (const follower of [...this.#followers]) follower.fail(error);
    }
  }

  async #make(event: unknown): Promise<SharedMessage> {
    const { args, present, sequenceOf } = this.parts;
    const result = await execute({ ...args, rootValue: event });
    return { sequence: sequenceOf(event), payload: Buffer.from(JSON.stringify(present(result))) };
  }

  #take(message: SharedMessage): void {
    if (message.sequence < this.#sequence) return;
    const isNews = message.sequence > this.#sequence;
    this.#message = message;
    this.#sequence = message.sequence;
    this.parts.keep(this);
    if (isNews) this.#tell();
  }

  #end(): void {
    this.#isEnded = true;
    this.parts.gone(this);
    this.#source = undefined;
    this.#tell();
  }

  #tell(): void {
    // Not from the beginning: the last ones would never be told where one event chases the other.
    this.#tellAgain = this.#at !== undefined;
    this.#isTelling = true;
    this.parts.fanOut.add(this);
  }

  #replace(source: AsyncIterator<unknown> | undefined): void {
    const before = this.#source;
    this.#source = source;
    void before?.return?.();
  }
}
