import { VendorError } from '../../src/kernel/vendor-error.js';
import type { FaceOutcome } from '../contract.js';
import { type MarketAnswer, unusableAnswer } from '../kit/alibaba-gateway.js';
import { asText } from '../kit/json-object.js';
import { judge, outcomeOf } from './codes.js';

export const PATH = '/face';
export const CONTENT_TYPE = 'application/x-www-form-urlencoded; charset=UTF-8';

/** The form of /face. The photo is base64 without `data:`. Its `+` is percent-encoded, or it would arrive as a blank. */
export function faceForm(person: { name: string; idNumber: string }, photo: Uint8Array): string {
  const image = Buffer.from(photo.buffer, photo.byteOffset, photo.byteLength).toString('base64');
  const fields = { idCard: person.idNumber, name: person.name, image };
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

/**
 * Only the outcome. The answer also holds name, ID number, sex, birthday and address, which are personal data that
 * nobody asked for. Throws what any other status means.
 */
export function readOutcome(answer: MarketAnswer): FaceOutcome {
  const status = asText(answer.body.status);
  if (status === undefined) throw unusableAnswer(answer);
  const outcome = outcomeOf(status);
  if (outcome !== undefined && answer.status < 400) return outcome;
  if (outcome !== undefined) throw unusableAnswer(answer);
  const { code, ...facts } = judge(status);
  throw new VendorError(code, {
    ...facts,
    vendorCode: status,
    requestId: answer.requestId,
    vendorMessage: answer.redact(answer.body.msg),
  });
}
