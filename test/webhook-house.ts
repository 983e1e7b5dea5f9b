import { Webhook } from 'standardwebhooks';
import type { House } from '../src/assembly.js';
import type { DeliveryRow } from '../src/store/delivery-rows.js';
import { WEBHOOK_EVENTS } from '../src/store/webhook-rows.js';
import type { WebhookRequest } from '../src/webhooks/webhook-service.js';
import { openTaskHouse, type TaskHouse, TENANT } from './task-house.js';
import { type ReceivedMessage, type Receiver, startReceiver } from './webhook-receiver.js';

/** A house that sends to receivers on loopback. */
export interface WebhookHouse {
  house: TaskHouse;
  /** Works on no task, and sends once `deliveries` is started. */
  worker: House;
  receiver: Receiver;
  /** A webhook at the receiver. */
  hook(over?: Partial<WebhookRequest>): Promise<{ id: string; secret: string }>;
  /** A task that has come to this state. */
  endTask(
    name: 'succeed' | 'fail' | 'cancel' | 'expire' | 'park',
    over?: Parameters<TaskHouse['create']>[0],
  ): Promise<string>;
  /** All, newest first. */
  deliveries(): Promise<DeliveryRow[]>;
  /** The deliveries once all of them are in this state. */
  settled(state: DeliveryRow['state'], count: number): Promise<DeliveryRow[]>;
  /** The time of every pause is over. */
  passPauses(): Promise<void>;
  close(): Promise<void>;
}

export async function openWebhookHouse(given: Parameters<typeof openTaskHouse>[2] = {}): Promise<WebhookHouse> {
  const receiver = await startReceiver();
  const webhookOrigins = [receiver.origin, ...(given.webhookOrigins ?? [])];
  const house = await openTaskHouse({}, {}, { ...given, webhookOrigins });
  const worker: House = house.withSources();
  const deliveries = async () =>
    (await worker.webhooks.deliveries(TENANT, {}, 200)).deliveries.map(({ delivery }) => delivery);
  return {
    house,
    worker,
    receiver,
    deliveries,
    hook: async (over = {}) => {
      const request = { url: receiver.url, events: WEBHOOK_EVENTS, followsAll: true, apiKeyId: null, ...over };
      const { webhook, secret } = await worker.webhooks.create(TENANT, request);
      return { id: webhook.id, secret };
    },
    endTask: async (name, over) => {
      const { id } = await house.create(over);
      await worker.lifecycle.move(id, 'start');
      await worker.lifecycle.move(id, name);
      return id;
    },
    settled: async (state, count) => {
      for (let tries = 0; tries < 1_500; tries += 1) {
        const rows = await deliveries();
        if (rows.length === count && rows.every(row => row.state === state)) return rows;
        await new Promise(resolve => setTimeout(resolve, 10));
      }
      throw new Error(`not ${count} times ${state}: ${JSON.stringify(await deliveries())}`);
    },
    passPauses: async () => {
      await house.database.query('update webhook_queue set due_at = now() where leased_until is null');
      worker.deliveries!.wake();
    },
    close: async () => {
      await worker.deliveries!.stop(0);
      await house.close();
      await receiver.close();
    },
  };
}

/** By the official library; throws where the message is not genuine. */
export function verify(secret: string, { body, headers }: ReceivedMessage): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}
