import type { Secrets } from '../../datasources/contract.js';
import { badInput } from '../kernel/errors.js';
import type { VendorChoice } from '../tasks/vendors/router.js';
import type { ConsentRequest } from './consent.js';
import { ageOf, checkChineseName, checkIdNumber } from './identity.js';
import type { OperationRow } from './operation.js';
import type { PhotoSource } from './photo-source.js';
import type { TaskOptions } from './task-options.js';

export interface FaceVerificationRequest extends TaskOptions {
  name: string;
  idNumber: string;
  photo: PhotoSource;
  vendor?: VendorChoice | undefined;
}

/** PIPL, article 31. */
const ADULT_CONSENT_AGE = 14;

/** Checks the name and the ID number before anybody is paid to look them up. */
function readPerson(request: Pick<FaceVerificationRequest, 'name' | 'idNumber'>): Secrets['FACE_VERIFICATION'] {
  const name = checkChineseName(request.name);
  if (!name.ok) throw badInput('input.name', name.code, name.allowed);
  const idNumber = checkIdNumber(request.idNumber, new Date());
  if (!idNumber.ok) throw badInput('input.idNumber', idNumber.code, idNumber.allowed);
  return { name: name.value, idNumber: idNumber.value };
}

/** Under 14 a guardian consents: the number says how old the person is. */
function requireGuardian(idNumber: string, consent: ConsentRequest | undefined): void {
  if (consent === undefined || consent.givenBy === 'GUARDIAN' || ageOf(idNumber, new Date()) >= ADULT_CONSENT_AGE)
    return;
  throw badInput('input.consent.givenBy', 'GUARDIAN_REQUIRED', 'GUARDIAN, and who that is: the person is under 14');
}

/** Compares a face with the photo of the national register, for somebody who has agreed to it. */
export const faceVerification: OperationRow<'FACE_VERIFICATION', FaceVerificationRequest, true> = {
  name: { en: 'Face verification', zh: '人脸实名核验' },
  description: 'Compares a face with the national register: `verifyFace`.',
  photos: { photo: true },
  routed: true,
  sandboxByNameOnly: true,
  consent: 'ALWAYS',
  verifies: true,
  retryRefusal: 'Name and number were erased, or are about to be: ask for a new verification.',
  order: request => {
    const secrets = readPerson(request);
    requireGuardian(secrets.idNumber, request.consent);
    return { job: {}, secrets, photos: { photo: request.photo }, vendor: request.vendor };
  },
  quote: () => ({ job: {} }),
  tally: (_job, { facts }) => ({ wanted: 1, delivered: facts.faceOutcome === undefined ? 0 : 1 }),
};
