import { setTimeout as sleep } from 'node:timers/promises';
import { RequestError } from '../client/index.js';
import { ask, orderOf } from './kill-clients.js';

const MUTATION = 'mutation ($input: ChangeBackgroundInput!) { changeBackground(input: $input) { id } }';
const PACE_MS = 1_500;

/** Customers who order, and who order again under the same key where the server says that this may help. */
export class OutageClients {
  /** What was acknowledged: order to task id. */
  readonly acknowledged = new Map<number, string>();
  /** How often the answer was that the database is away. */
  retries = 0;
  /** What no customer should meet. */
  readonly refusals: string[] = [];
  private orders = 0;
  private stopping = false;
  private readonly working: Promise<void>[];

  constructor(
    private readonly url: string,
    private readonly assetId: string,
    count: number,
  ) {
    this.working = Array.from({ length: count }, (_, index) => this.work((PACE_MS * index) / count));
  }

  /** Resolves once this many more orders are acknowledged. */
  async more(count: number): Promise<void> {
    for (const goal = this.acknowledged.size + count; this.acknowledged.size < goal; ) await sleep(10);
  }

  /** Resolves when what was asked for last is acknowledged. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.working);
  }

  private async work(delayMs: number): Promise<void> {
    await sleep(delayMs);
    while (!this.stopping) {
      this.orders += 1;
      await this.order(this.orders);
      await sleep(PACE_MS);
    }
  }

  private async order(order: number): Promise<void> {
    const input = orderOf(order, this.assetId);
    for (;;) {
      try {
        const { changeBackground } = await ask(this.url, MUTATION, { input });
        this.acknowledged.set(order, changeBackground.id);
        return;
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        const [{ extensions }] = error.errors as [RequestError['errors'][number]];
        if (extensions.code !== 'DATABASE_UNAVAILABLE' || !extensions.retryable) {
          this.refusals.push(error.message);
          return;
        }
        this.retries += 1;
        await sleep(100);
      }
    }
  }
}
