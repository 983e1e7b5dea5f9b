import { Webhook } from 'standardwebhooks';
import type { House } from '../src/assembly.js';
import { ANYONE } from '../src/audit/acts.js';
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
  /** For the next test: a worker that sends nothing yet, no webhook, no task, and a receiver that takes everything. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function openWebhookHouse(given: Parameters<typeof openTaskHouse>[2] = {}): Promise<WebhookHouse> {
  const receiver = await startReceiver();
  const { answer } = receiver;
  const webhookOrigins = [receiver.origin, ...(given.webhookOrigins ?? [])];
  const house = await openTaskHouse({}, {}, { ...given, webhookOrigins });
  const { database } = house;
  const open: WebhookHouse = {
    house,
    receiver,
    worker: house.withSources(),
    deliveries: async () => {
      const page = await open.worker.webhooks.deliveries(TENANT, {}, 200);
      return page.deliveries.map(({ delivery }) => delivery);
    },
    hook: async (over = {}) => {
      const request = { url: receiver.url, events: WEBHOOK_EVENTS, followsAll: true, apiKeyId: null, ...over };
      const { webhook, secret } = await open.worker.webhooks.create(TENANT, request, ANYONE);
      return { id: webhook.id, secret };
    },
    endTask: async (name, over) => {
      const { lifecycle } = open.worker;
      const { id } = await house.create(over);
      await lifecycle.move(id, 'start');
      await lifecycle.move(id, name);
      return id;
    },
    settled: async (state, count) => {
      for (let tries = 0; tries < 1_500; tries += 1) {
        const rows = await open.deliveries();
        if (rows.length === count && rows.every(row => row.state === state)) return rows;
        await new Promise(resolve => setTimeout(resolve, 10));
      }
      throw new Error(`not ${count} times ${state}: ${JSON.stringify(await open.deliveries())}`);
    },
    passPauses: async () => {
      await database.query('update webhook_queue set due_at = now() where leased_until is null');
      open.worker.deliveries!.wake();
    },
    reset: async () => {
      await open.worker.deliveries!.stop(0);
      await database.script('delete from webhooks; delete from tasks');
      receiver.received.length = 0;
      receiver.answer = answer;
      open.worker = house.withSources();
    },
    close: async () => {
      await open.worker.deliveries!.stop(0);
      await house.close();
      await receiver.close();
    },
  };
  return open;
}

/** By the official library; throws where the message is not genuine. */
export function verify(secret: string, { body, headers }: ReceivedMessage): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}
