import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { RequestError } from '../client/index.js';
import { Random } from '../sandbox/kit/random.js';
import { nodeClient } from './node-client.js';

/** Between two orders of one client. */
const PACE_MS = 3_000;
/**
 * So many orders that no server has begun keep a client from ordering more. A server that is killed again and again does
 * a part of the work that it would do; without a bound the queue would grow from kill to kill, the tasks of the later
 * ones would not be reached, and all that the suite measured of them would be the length of that queue.
 */
const MOST_WAITING = 20;

export interface Listed {
  id: string;
  reference: string;
  state: string;
  attempts: { outcome: string | null; billed: 'YES' | 'NO' | 'UNKNOWN' }[];
  image: { url: string; bytes: number } | null;
}

const MUTATION = `mutation ($input: ChangeBackgroundInput!) { changeBackground(input: $input) { id } }`;
const LIST = `query ($after: String) { tasks(first: 200, after: $after) {
  nodes { id reference state attempts { outcome billed } ... on BackgroundTask { image { url bytes } } } pageInfo { hasNextPage endCursor } } }`;

/** Untyped on purpose: this suite speaks GraphQL as anybody would. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is that of the text of the operation
export function ask(url: string, operation: string, variables: object): Promise<any> {
  return nodeClient(url).request(parse(operation) as TypedDocumentNode<unknown, object>, variables);
}

export async function listTasks(url: string): Promise<Listed[]> {
  const all: Listed[] = [];
  for (let after: string | null = null; ; ) {
    const { tasks } = await ask(url, LIST, { after });
    all.push(...tasks.nodes);
    if (!tasks.pageInfo.hasNextPage) return all;
    after = tasks.pageInfo.endCursor;
  }
}

/** The background that only the task of this order has; so a vendor, and this suite, can tell it from all others. */
export function colorOf(order: number): string {
  return `#${order.toString(16).padStart(6, '0').toUpperCase()}`;
}

/** What a customer orders; asked again, it is the same request. */
export function orderOf(order: number, assetId: string) {
  const name = `order ${order}`;
  const background = { color: colorOf(order) };
  return { photo: { assetId }, background, vendor: 'FANGTANG', idempotencyKey: name, reference: name };
}

/**
 * Customers that order and, where the answer does not come, order again under the same key, with whichever server lives.
 */
export class KillClients {
  /** What was acknowledged: order to task ids; more than one would be two tasks of one key. */
  readonly acknowledged = new Map<number, Set<string>>();
  /** Answers that no client should meet. */
  readonly refusals: string[] = [];
  private orders = 0;
  private readonly waiting = new Set<string>();
  private readonly acknowledgedAt = new Map<number, number>();
  private readonly ended = new AbortController();
  private working: Promise<void>[] = [];

  constructor(
    private readonly urls: () => string[],
    private readonly assetId: string,
    private readonly random: Random,
    private readonly begun: ReadonlySet<string>,
  ) {}

  start(count: number): void {
    setMaxListeners(count, this.ended.signal);
    this.working = Array.from({ length: count }, () => this.work());
  }

  /** Resolves when what was asked for last is acknowledged. */
  async stop(): Promise<void> {
    this.ended.abort();
    await Promise.all(this.working);
  }

  /**
   * The house was restored from a backup of that time: orders that it did not acknowledge before it may know nothing of.
   * Returns them; what is acknowledged from now on counts again.
   */
  forgetSince(takenAt: number): number[] {
    const forgotten: number[] = [];
    for (let order = 1; order <= this.orders; order += 1) {
      if ((this.acknowledgedAt.get(order) ?? Number.POSITIVE_INFINITY) < takenAt) continue;
      forgotten.push(order);
      this.acknowledged.delete(order);
      this.acknowledgedAt.delete(order);
    }
    this.waiting.clear();
    return forgotten;
  }

  private async work(): Promise<void> {
    const { signal } = this.ended;
    // At first they come closer together, so that there is something to kill.
    for (let pause = (PACE_MS / 4) * this.random.next(); ; pause = PACE_MS * (0.5 + this.random.next())) {
      do await sleep(pause, undefined, { signal }).catch(() => undefined);
      while (!signal.aborted && this.isBusy());
      if (signal.aborted) return;
      this.orders += 1;
      await this.order(this.orders);
    }
  }

  private isBusy(): boolean {
    for (const taskId of this.waiting) if (this.begun.has(taskId)) this.waiting.delete(taskId);
    return this.waiting.size >= MOST_WAITING;
  }

  private async order(order: number): Promise<void> {
    for (;;) {
      const urls = this.urls();
      const url = urls[Math.floor(this.random.next() * urls.length)];
      try {
        if (url === undefined) throw new TypeError('no server');
        const { changeBackground } = await ask(url, MUTATION, { input: orderOf(order, this.assetId) });
        const ids = this.acknowledged.get(order) ?? new Set();
        this.acknowledged.set(order, ids.add(changeBackground.id));
        if (!this.acknowledgedAt.has(order)) this.acknowledgedAt.set(order, Date.now());
        this.waiting.add(changeBackground.id);
        return;
      } catch (error) {
        if (error instanceof RequestError) {
          this.refusals.push(error.message);
          return;
        }
        await sleep(100);
      }
    }
  }
}
