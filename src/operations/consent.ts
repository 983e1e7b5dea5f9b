import { badInput } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { NewConsent } from '../personal/consents.js';
import type { ConsentGiver, Guardian } from '../store/consent-rows.js';

/** That a person, or a guardian of a child, agreed to what is done with the face. */
export interface ConsentRequest {
  purpose: string;
  noticeVersion: string;
  givenBy?: ConsentGiver | undefined;
  guardian?: Guardian | undefined;
  reference: string;
  givenAt?: Date | undefined;
}

/** Whether a request needs a consent. */
export type ConsentRule =
  /** Always. */
  | 'ALWAYS'
  /** Where DARKROOM_REQUIRE_CONSENT says so. */
  | 'IF_CONFIGURED'
  /** The same, but for a picture that this server made: the consent of its task covers it. */
  | 'FOR_UPLOADS'
  /** It reads no face. */
  | 'NEVER';

const TEXTS = ['purpose', 'noticeVersion', 'reference'] as const;

/** Checks a consent; null where none was given. Throws typed errors that name the field. */
export function checkConsent(given: ConsentRequest | undefined, path: string): NewConsent | null {
  if (given === undefined) return null;
  const most = LIMITS.task.consentChars;
  for (const field of TEXTS) {
    const text = given[field];
    // The length first: all else takes time that grows with it. A character has at most two units.
    const fits = text.length <= 2 * most && [...text].length <= most && text.trim() !== '' && !/\p{Cc}/u.test(text);
    if (!fits) throw badInput(`${path}.${field}`, 'LENGTH', `1 to ${most} printable characters`);
  }
  const { givenBy = 'PERSON', guardian, givenAt } = given;
  if (givenBy === 'GUARDIAN' && guardian === undefined)
    throw badInput(`${path}.guardian`, 'REQUIRED', 'who the guardian is, where a guardian consents');
  if (givenBy === 'PERSON' && guardian !== undefined)
    throw badInput(`${path}.guardian`, 'NOT_ALLOWED', 'nothing, where the person consents; or givenBy: GUARDIAN');
  const time = givenAt?.getTime();
  if (time !== undefined && !(time <= Date.now() + LIMITS.consent.clockMs))
    throw badInput(`${path}.givenAt`, 'FUTURE', 'a time that has passed');
  return {
    purpose: given.purpose.trim(),
    noticeVersion: given.noticeVersion.trim(),
    givenBy,
    guardian: guardian ?? null,
    reference: given.reference.trim(),
    givenAt: givenAt ?? null,
  };
}

/** Throws BAD_USER_INPUT where a consent is needed and none was given. */
export function requireConsent(
  rule: ConsentRule,
  { given, configured, uploads }: { given: NewConsent | null; configured: boolean; uploads: boolean },
): void {
  if (given !== null || rule === 'NEVER') return;
  if (rule !== 'ALWAYS' && (!configured || (rule === 'FOR_UPLOADS' && !uploads))) return;
  throw badInput('input.consent', 'REQUIRED', "the person's consent, or that of a guardian");
}
