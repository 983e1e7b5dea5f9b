import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { z } from 'zod';
import { Engine } from '../engine/engine.js';
import type { EditProof } from '../engine/photo.js';
import { DarkroomError } from '../kernel/errors.js';
import { explainError } from '../kernel/explain-error.js';

const HELP = `Makes a photo again that was made without edits, and compares it byte by byte.

  npm run verify -- <photo> <proof> <source>
      photo    the file of IdPhoto.clean
      proof    IdPhoto.proof, all of its fields, as JSON
      source   the file of IdPhotoTask.source
`;

const pixels = z.number().int().nonnegative();
const PROOF = z.object({
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
});

async function main([photo, proof, source, ...rest]: string[]): Promise<void> {
  if (photo === undefined || proof === undefined || source === undefined || rest.length > 0) {
    process.stdout.write(HELP);
    process.exitCode = photo === '--help' ? 0 : 64;
    return;
  }
  const asked = readProof(readFileSync(proof, 'utf8'));
  const engine = new Engine({ workers: 1, log: pino({ level: 'silent' }) });
  try {
    const made = await engine.remake(readFileSync(source), asked);
    if (Buffer.compare(readFileSync(photo), made) === 0) {
      process.stdout.write('The same bytes: it was cropped, scaled and encoded as the proof says, and nothing else.\n');
      return;
    }
    process.stdout.write(
      `It differs from what the proof makes of this source. The proof was made with ${asked.encoder}.\n`,
    );
    process.exitCode = 1;
  } finally {
    await engine.close();
  }
}

function readProof(text: string): EditProof {
  const parsed = PROOF.safeParse(parse(text));
  if (!parsed.success)
    throw new DarkroomError('BAD_USER_INPUT', 'The proof is not IdPhoto.proof with all of its fields, as JSON.');
  const { cropLeft: left, cropTop: top, cropWidth: width, cropHeight: height, quality, ...same } = parsed.data;
  return { ...same, crop: { left, top, width, height }, ...(quality === null ? {} : { quality }) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${explainError(error)}\n`);
  process.exitCode = 1;
});
