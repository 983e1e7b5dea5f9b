import type { FaceVerificationJob } from '../../datasources/contract.js';
import { badInput } from '../kernel/errors.js';
import { checkChineseName, checkIdNumber } from '../kernel/identity.js';
import { LIMITS } from '../kernel/limits.js';
import type { Sealer } from '../kernel/seal.js';
import type { PhotoIntake } from './photo-intake.js';
import type { PhotoSource } from './photo-source.js';
import type { VendorChoice } from './router.js';
import type { Task } from './task.js';
import { checkTaskOptions, type TaskOptions, type TaskService } from './task-service.js';

export interface FaceVerificationRequest extends TaskOptions {
  name: string;
  idNumber: string;
  photo: PhotoSource;
  consent: { reference: string; purpose: string };
  vendor?: VendorChoice | undefined;
}

/** What the seal is bound to: a sealed text that is moved elsewhere does not open. */
export function sealedAbout(tenantId: string): string {
  return `${tenantId} FACE_VERIFICATION`;
}

/** Compares a face with the photo of the national register, for somebody who has agreed to it. */
export class FaceVerificationService {
  constructor(
    private readonly tasks: TaskService,
    private readonly intake: PhotoIntake,
    private readonly sealer: Sealer,
  ) {}

  async create(tenantId: string, request: FaceVerificationRequest): Promise<Task> {
    const checked = checkTaskOptions(request, 'input');
    const consent = readConsent(request.consent);
    const name = checkChineseName(request.name);
    if (!name.ok) throw badInput('input.name', name.code, name.allowed);
    const idNumber = checkIdNumber(request.idNumber, new Date());
    if (!idNumber.ok) throw badInput('input.idNumber', idNumber.code, idNumber.allowed);
    const photo = await this.intake.read(tenantId, request.photo, 'input.photo');
    const draft: FaceVerificationJob = { photo: '', sealed: '', consent };
    return this.tasks.request(tenantId, 'FACE_VERIFICATION', checked, {
      vendor: request.vendor ?? 'AUTO',
      meaning: [photo.identity, name.value, idNumber.value, consent],
      draft,
      prepare: async () => ({
        photo: await photo.keep(),
        sealed: this.sealer.seal(JSON.stringify({ name: name.value, idNumber: idNumber.value }), sealedAbout(tenantId)),
        consent,
      }),
    });
  }
}

function readConsent(consent: { reference: string; purpose: string }): FaceVerificationJob['consent'] {
  for (const field of ['reference', 'purpose'] as const) {
    const chars = [...consent[field].trim()].length;
    if (chars < 1 || chars > LIMITS.task.consentChars)
      throw badInput(`input.consent.${field}`, 'LENGTH', `1 to ${LIMITS.task.consentChars} characters`);
  }
  return { reference: consent.reference.trim(), purpose: consent.purpose.trim() };
}
