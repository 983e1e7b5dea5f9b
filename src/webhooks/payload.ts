import type { Task } from '../store/task.js';

/** What a message says, and its body. */
export interface Message {
  type: string;
  payload: string;
}

export const TEST_TYPE = 'webhook.test';

/**
 * What has happened, and no more: no personal data, and no link to a picture. Whoever wants more asks the API with a key,
 * which a URL that fell into wrong hands does not have.
 */
export function taskPayload({ id, operation, state, sequence, reference, labels, updatedAt }: Task): Message {
  return message(`task.${state.toLowerCase()}`, updatedAt, {
    taskId: id,
    operation,
    state,
    sequence,
    ...(reference === null ? {} : { reference }),
    ...(labels.length === 0 ? {} : { labels }),
  });
}

export function testPayload(webhookId: string, at: Date): Message {
  return message(TEST_TYPE, at, { webhookId });
}

function message(type: string, at: Date, data: object): Message {
  return { type, payload: JSON.stringify({ type, timestamp: at.toISOString(), data }) };
}
