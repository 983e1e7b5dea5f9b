import { LIMITS } from '../../src/kernel/limits.js';
import { type Billed, type IdPhotoJob, soldSpecOf } from '../contract.js';
import { type GatewayAnswer, unusableAnswer } from '../kit/huawei-gateway.js';
import { asUrl, readEnvelope } from '../kit/jumei-envelope.js';
import type { Verdict } from '../kit/verdict.js';
import { candidateSpec } from './candidate-specs.js';
import { bgColor } from './colors.js';
import type { JumeiIdPhotoConfig } from './config.js';

/** The spec that makes the vendor take a size of ours. */
const CUSTOM_SPEC = '12';

/** One background is one call. `photo`: base64 without `data:`, or a URL that the vendor can fetch. */
export function idPhotoParameters(
  job: IdPhotoJob,
  part: number,
  photo: { base64: string } | { url: string },
  specMode: JumeiIdPhotoConfig['specMode'],
): Record<string, string | number> {
  const { widthPx, heightPx, dpi, minKb, maxKb, backgrounds } = job.options;
  const { beautyDegree, faceRatio, faceCenterRange, topEmpty } = job.jumei ?? {};
  const specId = soldSpecOf(job);
  const known = specMode === 'id' && specId !== null ? candidateSpec(specId) : undefined;
  const background = backgrounds[part];
  const color = background && bgColor(background, known !== undefined);
  return {
    ...photo,
    // Every other spec has a size of its own, and `size` next to it is refused.
    ...(known === undefined ? { spec: CUSTOM_SPEC, size: `${widthPx}x${heightPx}` } : { spec: known.spec }),
    ...(color === undefined ? {} : { bgColor: color }),
    dpi,
    // The guide has ranges only, so an open end becomes the widest that we accept.
    ...(minKb === undefined && maxKb === undefined
      ? {}
      : { fileSize: `${minKb ?? 1},${maxKb ?? LIMITS.image.maxFileKb}` }),
    // The guide types it String, and its only example has a decimal point.
    ...(beautyDegree === undefined
      ? {}
      : { beautyDegree: Number.isInteger(beautyDegree) ? beautyDegree.toFixed(1) : String(beautyDegree) }),
    ...(faceRatio === undefined ? {} : { faceRatio }),
    ...(faceCenterRange === undefined ? {} : { faceCenterRange }),
    // The guide types it Float, but describes `min,max`.
    ...(topEmpty === undefined ? {} : { topEmpty: `${topEmpty.min},${topEmpty.max}` }),
  };
}

/** `size` of the answer is not read, because the picture is measured when it is fetched. */
export interface MadeIdPhoto {
  url: string;
  taskNo: string | undefined;
  billed: Billed;
}

/** Throws VendorError. A success without a picture may have been charged. */
export function readIdPhoto(answer: GatewayAnswer, codes: Readonly<Record<string, Verdict>>): MadeIdPhoto {
  const { data, taskNo, charge } = readEnvelope(answer, codes);
  const url = asUrl(data.result);
  if (url === undefined) throw unusableAnswer(answer, '200', charge);
  return { url, taskNo, billed: charge === false ? 'NO' : 'YES' };
}
