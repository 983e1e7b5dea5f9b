import { LIMITS } from '../../src/kernel/limits.js';
import type { Billed, IdPhotoJob } from '../contract.js';
import { type GatewayAnswer, unusableAnswer } from '../kit/huawei-gateway.js';
import { asAddress, readEnvelope } from '../kit/jumei-envelope.js';
import type { Verdict } from '../kit/verdict.js';
import { candidateSpec } from './candidate-specs.js';
import { bgColor } from './colors.js';
import type { JumeiIdPhotoConfig } from './config.js';

/** The spec that makes the vendor take a size of ours. */
const CUSTOM_SPEC = '12';

/** One background is one call. `photo`: base64 without `data:`, or an address that the vendor can fetch. */
export function idPhotoParameters(
  job: IdPhotoJob,
  part: number,
  photo: { base64: string } | { url: string },
  specMode: JumeiIdPhotoConfig['specMode'],
): Record<string, string | number> {
  const { widthPx, heightPx, dpi, minKb, maxKb, backgrounds } = job.options;
  const { beautyDegree, faceRatio, faceCenterRange, topEmpty } = job.jumei ?? {};
  const known = specMode === 'id' && job.specId !== null ? candidateSpec(job.specId) : undefined;
  const background = backgrounds[part];
  const color = background && bgColor(background);
  return {
    ...photo,
    // `size` beside any other spec is refused: each of those has a size of its own.
    ...(known === undefined ? { spec: CUSTOM_SPEC, size: `${widthPx}x${heightPx}` } : { spec: known.spec }),
    ...(color === undefined ? {} : { bgColor: color }),
    dpi,
    // The guide knows ranges only, so an open end gets the widest that we take ourselves.
    ...(minKb === undefined && maxKb === undefined
      ? {}
      : { fileSize: `${minKb ?? 1},${maxKb ?? LIMITS.image.maxFileKb}` }),
    // Typed String in the guide, with a point in its only example.
    ...(beautyDegree === undefined
      ? {}
      : { beautyDegree: Number.isInteger(beautyDegree) ? beautyDegree.toFixed(1) : String(beautyDegree) }),
    ...(faceRatio === undefined ? {} : { faceRatio }),
    ...(faceCenterRange === undefined ? {} : { faceCenterRange }),
    // Typed Float in the guide, which its own text contradicts.
    ...(topEmpty === undefined ? {} : { topEmpty: `${topEmpty.min},${topEmpty.max}` }),
  };
}

/** `size` of the answer (two strings) is not read: whoever fetches the picture measures it. */
export interface MadeIdPhoto {
  url: string;
  taskNo: string | undefined;
  billed: Billed;
}

/** Throws VendorError, also for a success without a picture: that may have been charged. */
export function readIdPhoto(answer: GatewayAnswer, codes: Readonly<Record<string, Verdict>>): MadeIdPhoto {
  const { data, taskNo, charge } = readEnvelope(answer, codes);
  const url = asAddress(data.result);
  if (url === undefined) throw unusableAnswer(answer, '200');
  return { url, taskNo, billed: charge === false ? 'NO' : 'YES' };
}
