import { badInput } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { NewConsent } from '../personal/consents.js';
import { type ConsentRequest, checkConsent } from './consent.js';

/** What every mutation that makes a task takes. */
export interface TaskOptions {
  idempotencyKey?: string | undefined;
  reference?: string | undefined;
  labels?: readonly string[] | undefined;
  webhookId?: string | undefined;
  /** Of operations that work on a photo. */
  consent?: ConsentRequest | undefined;
}

/** Options in their stored form. */
export interface CheckedOptions {
  idempotencyKey?: string;
  reference: string | null;
  labels: string[];
  webhookId: string | null;
  consent: NewConsent | null;
}

/** Throws a typed error under `path`, where the options stand in the caller's input. */
export function checkTaskOptions(options: TaskOptions, path: string): CheckedOptions {
  const { idempotencyKey, reference, labels = [], webhookId = null } = options;
  const { idempotencyKeyChars, referenceChars, labelChars, labels: most } = LIMITS.task;
  const fits = (text: string, chars: number) =>
    // The length first: all else takes time that grows with it. A character has at most two units.
    text.length <= 2 * chars && [...text].length <= chars && text.trim() !== '' && !/\p{Cc}/u.test(text);
  if (idempotencyKey !== undefined && !fits(idempotencyKey, idempotencyKeyChars)) {
    throw badInput(`${path}.idempotencyKey`, 'LENGTH', `1 to ${idempotencyKeyChars} printable characters`);
  }
  if (reference !== undefined && !fits(reference, referenceChars)) {
    throw badInput(`${path}.reference`, 'LENGTH', `1 to ${referenceChars} printable characters`);
  }
  if (labels.length > most) throw badInput(`${path}.labels`, 'COUNT', `at most ${most}`);
  labels.forEach((label, index) => {
    if (!fits(label, labelChars))
      throw badInput(`${path}.labels.${index}`, 'LENGTH', `1 to ${labelChars} printable characters`);
  });
  return {
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    reference: reference ?? null,
    labels: [...new Set(labels)],
    webhookId,
    consent: checkConsent(options.consent, `${path}.consent`),
  };
}
