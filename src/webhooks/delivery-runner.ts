import type { Logger } from 'pino';
import { type Capacity, PollLoop } from '../../datasources/pace/poll-loop.js';
import type { Clock } from '../kernel/clock.js';
import { LIMITS } from '../kernel/limits.js';
import type { Sealer } from '../kernel/seal.js';
import { SIGNALS } from '../kernel/signals.js';
import { webhookHeaders } from '../kernel/webhook-signature.js';
import type { OutboundPolicy } from '../net/outbound-policy.js';
import { type Sent, send } from '../net/send.js';
import { aboutWebhook } from '../sealing/abouts.js';
import type { Database } from '../store/database.js';
import {
  type DeliveryClaim,
  type DeliveryFailure,
  type DeliveryWork,
  type DueLane,
  findLanes,
  giveUp,
  keepOutcome,
  loadWork,
  WEBHOOK_QUEUE,
} from '../store/delivery-rows.js';
import { claimFrom, extendIn } from '../store/queue-rows.js';
import { type DisabledReason, disableWebhook, isFailingFor, noteTry } from '../store/webhook-rows.js';
import { pauseAfter } from './retry.js';

export interface DeliveryParts {
  database: Database;
  sealer: Sealer;
  policy: OutboundPolicy;
  /** Origins of receivers that the operator configured. */
  origins: readonly string[];
  clock: Clock;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** Webhooks that are well and those that fail have places of their own. */
const PLACES = ['WELL', 'FAILING'] as const;
type Place = (typeof PLACES)[number];
type Work = DeliveryClaim & { source: Place };

const placeOf = ({ failing }: DueLane): Place => (failing ? 'FAILING' : 'WELL');

/**
 * Sends what waits for webhooks: the poll loop of the data sources, on a queue like that of the tasks. A process that dies
 * between a try and its outcome leaves a lease behind, and the message is sent again under the same id: at least once. In no
 * order: `sequence` tells which of two messages about a task is the newer.
 */
export class DeliveryRunner {
  private readonly loop: PollLoop<Work>;
  private started = false;
  /** By webhook: how many of its messages are sent by this process. */
  private readonly sending = new Map<string, number>();

  constructor(private readonly parts: DeliveryParts) {
    const { database, log } = parts;
    this.loop = new PollLoop<Work>({
      idOf: ({ deliveryId }) => deliveryId,
      capacities: busy => PLACES.map(source => capacityOf(source, busy.get(source) ?? 0)),
      claim: capacities => this.claim(capacities),
      work: (work, signal) => this.deliver(work, signal).finally(() => this.count(work.webhookId, -1)),
      nextDue: async () => {
        const lanes = await this.openLanes();
        return new Map(
          PLACES.map(place => [place, Math.min(...lanes.filter(lane => placeOf(lane) === place).map(({ ms }) => ms))]),
        );
      },
      extend: held => {
        const claims = held.map(({ deliveryId, token }) => ({ id: deliveryId, token }));
        return extendIn(WEBHOOK_QUEUE, database, claims, LIMITS.task.leaseMs);
      },
      onError: (error, what, deliveryId) => log.error({ err: error, deliveryId }, `webhooks: ${what}`),
    });
  }

  start(): void {
    this.started = true;
    this.loop.start();
  }

  /** Before the start nothing is sent. */
  wake(): void {
    if (this.started) this.loop.wake();
  }

  stop(graceMs: number): Promise<void> {
    return this.loop.stop(graceMs);
  }

  /** Those to which this process may send one more. */
  private async openLanes(): Promise<DueLane[]> {
    const lanes = await findLanes(this.parts.database);
    return lanes.filter(lane => this.freeOf(lane) > 0);
  }

  /** One that fails is tried with one message at a time. */
  private freeOf({ webhookId, failing }: DueLane): number {
    return (failing ? 1 : LIMITS.webhook.perWebhook) - (this.sending.get(webhookId) ?? 0);
  }

  private async claim(capacities: readonly Capacity[]): Promise<Work[]> {
    const due = (await this.openLanes()).filter(({ ms }) => ms <= 0);
    const lanes: { lane: string; free: number; place: Place }[] = [];
    for (const { source, free } of capacities) {
      let left = free;
      for (const lane of due.filter(each => placeOf(each) === source)) {
        const take = Math.min(left, this.freeOf(lane));
        if (take > 0) lanes.push({ lane: lane.webhookId, free: take, place: placeOf(lane) });
        left -= take;
      }
    }
    if (lanes.length === 0) return [];
    const claims = await claimFrom<DeliveryClaim>(WEBHOOK_QUEUE, this.parts.database, lanes, LIMITS.task.leaseMs);
    const places = new Map(lanes.map(({ lane, place }) => [lane, place]));
    for (const { webhookId } of claims) this.count(webhookId, 1);
    return claims.map(claim => ({ ...claim, source: places.get(claim.webhookId)! }));
  }

  private count(webhookId: string, change: 1 | -1): void {
    const sending = (this.sending.get(webhookId) ?? 0) + change;
    if (sending === 0) this.sending.delete(webhookId);
    else this.sending.set(webhookId, sending);
  }

  private async deliver(claim: Work, signal: AbortSignal): Promise<void> {
    const { database } = this.parts;
    const work = await loadWork(database, claim.deliveryId);
    // Deleted since, and its place in the queue with it.
    if (work === undefined) return;
    if (work.webhookState === 'DISABLED') return giveUp(database, claim);
    const secrets = this.openSecrets(work);
    if (secrets === undefined) return this.disable(work.webhookId, 'SECRET_LOST');
    const sent = await this.try(work, secrets, signal).catch(error => {
      if (!signal.aborted) throw error;
    });
    // We are stopping, or the lease is lost: whoever claims it next sends it again.
    if (sent === undefined) return;
    const failure = failureOf(sent);
    SIGNALS.delivery.tell({ outcome: failure ?? 'DELIVERED' });
    if (failure === null) {
      await keepOutcome(database, claim, { status: sent.status, failure });
      return noteTry(database, work.webhookId, true);
    }
    await this.fail(claim, work, sent, failure);
  }

  private try({ id, url, payload }: DeliveryWork, secrets: readonly string[], signal: AbortSignal): Promise<Sent> {
    const { policy, origins, clock } = this.parts;
    return send(policy, url, {
      headers: { 'content-type': 'application/json', ...webhookHeaders(secrets, id, clock.now(), payload) },
      body: payload,
      signal,
      timeoutMs: LIMITS.webhook.timeoutMs,
      allowOrigins: origins,
    });
  }

  private async fail(claim: Work, work: DeliveryWork, sent: Sent, failure: DeliveryFailure): Promise<void> {
    const { database, clock, log } = this.parts;
    const { status } = sent;
    const gone = status === 410;
    const retryAfter = sent.status === null ? undefined : sent.retryAfter;
    const pause = gone ? undefined : pauseAfter(work.roundAttempts + 1, retryAfter, clock.now(), Math.random());
    if (!(await keepOutcome(database, claim, { status, failure }, pause))) return;
    await noteTry(database, work.webhookId, false);
    if (gone) return this.disable(work.webhookId, 'GONE');
    if (pause !== undefined) return;
    const { webhookId, id: deliveryId } = work;
    log.warn(
      { webhookId, deliveryId, status, failure },
      'a webhook did not take a message by its last try; it is a dead letter',
    );
    if (await isFailingFor(database, webhookId, LIMITS.webhook.failingMs)) await this.disable(webhookId, 'FAILING');
  }

  private async disable(webhookId: string, reason: DisabledReason): Promise<void> {
    if (!(await disableWebhook(this.parts.database, webhookId, reason))) return;
    this.parts.log.warn({ webhookId, reason }, 'a webhook was disabled; what waited for it are dead letters');
  }

  /** The present secret first. Undefined where it was sealed with another secret of the server; an old one is left out. */
  private openSecrets({ secret, oldSecret, tenantId, webhookId }: DeliveryWork): string[] | undefined {
    const open = (sealed: string | null): string[] => {
      try {
        return sealed === null ? [] : [this.parts.sealer.open(sealed, aboutWebhook(tenantId, webhookId))];
      } catch {
        return [];
      }
    };
    const present = open(secret);
    return present.length === 0 ? undefined : [...present, ...open(oldSecret)];
  }
}

function capacityOf(source: Place, busy: number): Capacity {
  const free = LIMITS.webhook.places - busy;
  return { source, free, opensInMs: free > 0 ? 0 : Number.POSITIVE_INFINITY };
}

/** 2xx alone is success; a redirect is not followed, so that nothing reaches a URL that was not checked. */
function failureOf(sent: Sent): DeliveryFailure | null {
  if (sent.status === null) return sent.failure;
  if (sent.status >= 200 && sent.status < 300) return null;
  return sent.status >= 300 && sent.status < 400 ? 'REDIRECT' : 'STATUS';
}
