import { newId } from '../kernel/ids.js';
import type { Sql } from '../store/database.js';
import { findListeners, insertDeliveries } from '../store/delivery-rows.js';
import type { Task } from '../store/task.js';
import type { TaskOutbox } from '../tasks/machine/outbox.js';
import { taskPayload } from './payload.js';

/** Writes a message to each webhook that is to be told, in the transaction of the task's move. */
export class WebhookOutbox implements TaskOutbox {
  constructor(readonly wake: () => void) {}

  /** A tenant without webhooks costs one look into an index. */
  async record(sql: Sql, task: Task): Promise<boolean> {
    const listeners = await findListeners(sql, task);
    if (listeners.length === 0) return false;
    const message = { tenantId: task.tenantId, taskId: task.id, ...taskPayload(task) };
    await insertDeliveries(
      sql,
      listeners.map(webhookId => ({ id: newId('delivery'), webhookId, ...message })),
    );
    return true;
  }
}
