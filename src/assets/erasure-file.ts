import { open, readFile } from 'node:fs/promises';
import { isMissing, storageError } from '../kernel/whole-files.js';
import { type Erased, type ErasureList, erasureLines, readErasures } from './erasures.js';

export const ERASURES = 'erasures.jsonl';

/** A write of this size is one piece for the system, so replicas that share the directory do not write into each other. */
const IDS_PER_WRITE = 40;

/** In the data directory, beside the database. */
export class ErasureFile implements ErasureList {
  constructor(private readonly file: string) {}

  /** Appends and waits for the disk. */
  async note(erased: Partial<Erased>): Promise<void> {
    const lines = erasureLines(erased);
    if (lines.length === 0) return;
    try {
      const handle = await open(this.file, 'a', 0o600);
      try {
        for (let from = 0; from < lines.length; from += IDS_PER_WRITE)
          await handle.write(lines.slice(from, from + IDS_PER_WRITE).join(''));
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw storageError(error);
    }
  }

  /** What a full disk cut short was refused as well. */
  async read(): Promise<Erased> {
    const text = await readFile(this.file, 'utf8').catch(error => {
      if (isMissing(error)) return '';
      throw storageError(error);
    });
    return readErasures([text]);
  }
}
