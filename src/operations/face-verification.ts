import type { FaceVerificationJob, Secrets } from '../../datasources/contract.js';
import { badInput } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { VendorChoice } from '../tasks/vendors/router.js';
import { checkChineseName, checkIdNumber } from './identity.js';
import type { OperationRow } from './operation.js';
import type { PhotoSource } from './photo-source.js';
import type { TaskOptions } from './task-options.js';

export interface FaceVerificationRequest extends TaskOptions {
  name: string;
  idNumber: string;
  photo: PhotoSource;
  consent: { reference: string; purpose: string };
  vendor?: VendorChoice | undefined;
}

/** Checks the name and the ID number before anybody is paid to look them up. */
function readPerson(request: Pick<FaceVerificationRequest, 'name' | 'idNumber'>): Secrets['FACE_VERIFICATION'] {
  const name = checkChineseName(request.name);
  if (!name.ok) throw badInput('input.name', name.code, name.allowed);
  const idNumber = checkIdNumber(request.idNumber, new Date());
  if (!idNumber.ok) throw badInput('input.idNumber', idNumber.code, idNumber.allowed);
  return { name: name.value, idNumber: idNumber.value };
}

function readConsent(consent: { reference: string; purpose: string }): FaceVerificationJob['consent'] {
  for (const field of ['reference', 'purpose'] as const) {
    const chars = [...consent[field].trim()].length;
    if (chars < 1 || chars > LIMITS.task.consentChars)
      throw badInput(`input.consent.${field}`, 'LENGTH', `1 to ${LIMITS.task.consentChars} characters`);
  }
  return { reference: consent.reference.trim(), purpose: consent.purpose.trim() };
}

/** Nobody is asked for consent to a quote, and what it costs does not depend on it. */
const QUOTED: FaceVerificationJob = { consent: { reference: 'quote', purpose: 'quote' } };

/** Compares a face with the photo of the national register, for somebody who has agreed to it. */
export const faceVerification: OperationRow<'FACE_VERIFICATION', FaceVerificationRequest, true> = {
  name: { en: 'Face verification', zh: '人脸实名核验' },
  description: 'Compares a face with the national register: `verifyFace`.',
  photos: { photo: true },
  routed: true,
  sandboxByNameOnly: true,
  retryRefusal: 'Name and number were erased, or are about to be: ask for a new verification.',
  order: request => ({
    job: { consent: readConsent(request.consent) },
    secrets: readPerson(request),
    photos: { photo: request.photo },
    vendor: request.vendor,
  }),
  quote: () => ({ job: QUOTED }),
  tally: (_job, { facts }) => ({ wanted: 1, delivered: facts.faceOutcome === undefined ? 0 : 1 }),
};
