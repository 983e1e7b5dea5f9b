import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { Engine } from '../engine/engine.js';
import { explainError } from '../kernel/explain-error.js';
import { readProof, verifyPhoto } from './verify-photo.js';

const HELP = `Makes a photo again that was made without edits, and compares it byte by byte.

  npm run verify -- <photo> <proof> <source>
      photo    the file of IdPhoto.clean
      proof    IdPhoto.proof, all of its fields, as JSON
      source   the photo that was sent, the very file; of a proof of version 1, the file of IdPhotoTask.source
`;

async function main([photo, proof, source, ...rest]: string[]): Promise<void> {
  if (photo === undefined || proof === undefined || source === undefined || rest.length > 0) {
    process.stdout.write(HELP);
    process.exitCode = photo === '--help' ? 0 : 64;
    return;
  }
  const asked = readProof(readFileSync(proof, 'utf8'));
  const engine = new Engine({ workers: 1, log: pino({ level: 'silent' }) });
  try {
    const files = { photo: readFileSync(photo), source: readFileSync(source) };
    const faults = await verifyPhoto(engine, { ...files, proof: asked });
    const good = `The same bytes: ${(asked.operations ?? ['CROP', 'SCALE', 'ENCODE']).join(', ')}, and nothing else.`;
    for (const line of faults.length === 0 ? [good] : faults) process.stdout.write(`${line}\n`);
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await engine.close();
  }
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${explainError(error)}\n`);
  process.exitCode = 1;
});
