import { z } from 'zod';
import type { Engine } from '../engine/engine.js';
import { EDIT_OPERATIONS, type EditProof } from '../engine/photo.js';
import { DarkroomError } from '../kernel/errors.js';

const pixels = z.number().int().nonnegative();
const STEPS = {
  cropLeft: pixels,
  cropTop: pixels,
  cropWidth: pixels.positive(),
  cropHeight: pixels.positive(),
  widthPx: pixels.positive(),
  heightPx: pixels.positive(),
  kernel: z.string(),
  encoder: z.string(),
  quality: z.number().int().nullable(),
  dpi: z.number().int().positive(),
  bytes: z.number().int().positive(),
};
/** In proofs of version 1 what else they say is no part of them. */
const PROOF = z.union([
  z.object({
    version: z.literal(2),
    sourceSha256: z.string().regex(/^[0-9a-f]{64}$/),
    orientation: z.number().int().min(1).max(8),
    operations: z.array(z.enum(EDIT_OPERATIONS)),
    ...STEPS,
  }),
  z.object({ version: z.literal(1).optional(), ...STEPS }),
]);

/** `IdPhoto.proof`, as the API gives it, with all of its fields. Throws BAD_USER_INPUT. */
export function readProof(text: string): EditProof {
  const parsed = PROOF.safeParse(parse(text));
  if (!parsed.success)
    throw new DarkroomError('BAD_USER_INPUT', 'The proof is not IdPhoto.proof with all of its fields, as JSON.');
  const { cropLeft: left, cropTop: top, cropWidth: width, cropHeight: height, quality, version, ...same } = parsed.data;
  return {
    ...same,
    ...(version === 2 ? { version } : {}),
    crop: { left, top, width, height },
    ...(quality === null ? {} : { quality }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * What contradicts a proof; empty where the photo is what the proof makes of the source, byte by byte, and what the proof
 * says of the source is true. Errors: CORRUPT_IMAGE, where the source is no picture.
 */
export async function verifyPhoto(
  engine: Pick<Engine, 'remake'>,
  { photo, proof, source }: { photo: Uint8Array; proof: EditProof; source: Uint8Array },
): Promise<string[]> {
  const { bytes, origin } = await engine.remake(source, proof, photo);
  if (proof.version === 2 && proof.sourceSha256 !== origin.sourceSha256)
    return [
      `The source is another file: its SHA-256 is ${origin.sourceSha256}, the proof names ${proof.sourceSha256}.`,
    ];
  const faults: string[] = [];
  if (proof.version === 2)
    for (const field of ['orientation', 'operations'] as const)
      if (String(proof[field]) !== String(origin[field]))
        faults.push(`Of this source ${field} would be ${origin[field]}; the proof says ${proof[field]}.`);
  if (Buffer.compare(photo, bytes) !== 0)
    faults.push(`It differs from what the proof makes of this source. The proof was made with ${proof.encoder}.`);
  return faults;
}
