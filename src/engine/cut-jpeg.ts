import sharp from 'sharp';
import { DarkroomError } from '../kernel/errors.js';
import { jpegFrame, lacksJpegEnd } from '../kernel/jpeg.js';
import { LIMITS } from '../kernel/limits.js';

const EOI = Buffer.from([0xff, 0xd9]);
/** Lines are coded in rows of blocks of 8, or 16 where the colours have half the resolution. */
const ROW = 8;

/** A picture that a decoder takes without complaint. */
export interface WholePicture {
  bytes: Uint8Array;
  /** Lines at its end, as stored, that were not there. */
  lost: number;
}

/**
 * A JPEG that lacks its last bytes, as an upload that was cut off leaves it, with the lines that are there and no others:
 * its header is told the smaller height, and nothing is encoded again. A decoder would fill the rest with grey. Anything
 * else comes back as it is. How many lines are there is found by decoding ever smaller heights. A progressive JPEG that was
 * cut lacks detail everywhere, so it is refused. Errors: CORRUPT_IMAGE, also where less than nine tenths are there.
 */
export async function withoutLostLines(bytes: Uint8Array): Promise<WholePicture> {
  const frame = lacksJpegEnd(bytes) ? jpegFrame(bytes) : undefined;
  if (frame === undefined) return { bytes, lost: 0 };
  const { height, heightAt, progressive } = frame;
  const cut = Buffer.from(bytes);
  const ended = () => Buffer.concat([cut, EOI]);
  // Nothing but the last marker is missing.
  if (await decodes(ended(), height, 'warning')) return { bytes: ended(), lost: 0 };
  const rowsOf = (lines: number) => Math.floor(lines / ROW);
  const isThere = async (rows: number) => {
    cut.writeUInt16BE(rows * ROW, heightAt);
    return decodes(cut, rows * ROW, 'error');
  };
  let there = Math.ceil((height * LIMITS.image.leastLines) / ROW);
  if (progressive || !(await isThere(there))) throw cutShort();
  for (let missing = rowsOf(height) + 1; missing - there > 1; ) {
    const middle = (there + missing) >> 1;
    if (middle * ROW <= height && (await isThere(middle))) there = middle;
    else missing = middle;
  }
  cut.writeUInt16BE(there * ROW, heightAt);
  return { bytes: ended(), lost: height - there * ROW };
}

/** The last line; all before it are decoded for it. */
async function decodes(bytes: Buffer, lines: number, failOn: 'warning' | 'error'): Promise<boolean> {
  return sharp(bytes, { limitInputPixels: LIMITS.image.pixels, failOn, sequentialRead: true })
    .extract({ left: 0, top: lines - 1, width: 1, height: 1 })
    .raw()
    .toBuffer()
    .then(
      () => true,
      () => false,
    );
}

function cutShort(): DarkroomError {
  return new DarkroomError(
    'CORRUPT_IMAGE',
    `The JPEG was cut off: less than ${LIMITS.image.leastLines * 100} % of it is there, or it is progressive. Send it again.`,
  );
}
