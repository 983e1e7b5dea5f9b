import { VendorError } from '../../src/kernel/vendor-error.js';
import type { FaceOutcome } from '../contract.js';
import { type MarketAnswer, unusableAnswer } from '../kit/alibaba-gateway.js';
import { asText } from '../kit/json-object.js';
import { judge, outcomeOf } from './codes.js';

export const PATH = '/face';
export const CONTENT_TYPE = 'application/x-www-form-urlencoded; charset=UTF-8';

/** Where Fegine fetches the photo, or the photo itself. */
export type SentPhoto = { url: string } | { bytes: Uint8Array };

/**
 * The form of /face. `image` is a URL or base64 without `data:`. Everything is percent-encoded: a `+` of base64 would
 * arrive as a blank, and an `&` of a URL would end the field.
 */
export function faceForm(person: { name: string; idNumber: string }, photo: SentPhoto): string {
  const fields = { idCard: person.idNumber, name: person.name, image: imageField(photo) };
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

function imageField(photo: SentPhoto): string {
  if ('url' in photo) return photo.url;
  const { buffer, byteOffset, byteLength } = photo.bytes;
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

const UNREACHABLE = '203';
const UNREACHABLE_ADVICE =
  'Fegine could not fetch the photo, or is in maintenance: check that DARKROOM_PUBLIC_URL can be reached from outside, ' +
  'or take FEGINE_PHOTO_AS=url away.';

/**
 * Only the outcome. The answer also holds name, ID number, sex, birthday and address, which are personal data that
 * nobody asked for. Throws what any other status means.
 */
export function readOutcome(answer: MarketAnswer, photo: SentPhoto): FaceOutcome {
  const status = asText(answer.body.status);
  if (status === undefined) throw unusableAnswer(answer);
  const outcome = outcomeOf(status);
  if (outcome !== undefined && answer.status < 400) return outcome;
  if (outcome !== undefined) throw unusableAnswer(answer);
  const { code, ...facts } = judge(status);
  const told = { vendorCode: status, requestId: answer.requestId, vendorMessage: answer.redact(answer.body.msg) };
  const advice = status === UNREACHABLE && 'url' in photo ? UNREACHABLE_ADVICE : undefined;
  throw new VendorError(code, { ...facts, ...told }, advice);
}
