import { onePixelColour } from './images.js';
import type { Row } from './row.js';
import type { HostileStand } from './stand.js';

const CREATE = `mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input) { id } }`;
/** By how much memory may grow: two pictures under way at 400 MB, and four bodies in their steps from JSON to a worker. */
const MEMORY_MB = 1_200;

/** Small files that decode to as many pixels as are allowed, padded to the largest file, all at once. */
export async function pictureRow(stand: HostileStand, count: number): Promise<Row> {
  const files = Array.from({ length: 4 }, (_, index) =>
    Buffer.concat([onePixelColour(7_000, 7_000 - index), Buffer.alloc(index % 2 === 0 ? 0 : 19_000_000)]).toString(
      'base64',
    ),
  );
  const failures: string[] = [];
  const codes = new Map<string, number>();
  const { beforeMb, mostMb } = await stand.memory(async () => {
    const answers = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        stand.post({
          query: CREATE,
          variables: { input: { specId: 'yi-cun-295x413', photo: { base64: files[index % files.length] } } },
        }),
      ),
    );
    for (const {
      status,
      codes: [code = 'taken'],
    } of answers) {
      codes.set(code, (codes.get(code) ?? 0) + 1);
      // They are whole pictures within the limits: taken, or told to come again.
      if (status === 0 || (code !== 'taken' && code !== 'OVERLOADED'))
        failures.push(`an answer of status ${status}: ${code}`);
    }
    // The tasks of those that were taken run on: they find no face.
    await new Promise(resolve => setTimeout(resolve, 3_000));
  });
  if (!stand.alive) failures.push('the server ended');
  if (mostMb - beforeMb > MEMORY_MB) failures.push(`memory grew by ${(mostMb - beforeMb).toFixed(0)} MB`);
  const told = [...codes].map(([code, times]) => `${times} ${code}`).join(', ');
  return {
    what: 'image bombs',
    count,
    failures,
    measured: `memory ${beforeMb.toFixed(0)} to ${mostMb.toFixed(0)} MB; ${told}`,
  };
}
