import { open, readFile } from 'node:fs/promises';
import { isMissing, storageError } from '../kernel/whole-files.js';

/** What somebody asked to have erased: ids, and nothing else. */
export interface Erased {
  tasks: readonly string[];
  assets: readonly string[];
}

export const ERASURES = 'erasures.jsonl';

/** A write of this size is one piece for the system, so replicas that share the directory do not write into each other. */
const IDS_PER_WRITE = 40;
const LINE = /"(task|asset)":"((?:task|asset)_[0-9a-z]{26})"/g;

/**
 * The list of what was erased on request, in the data directory beside the database and not in it: a backup that is
 * older than an erasure holds what was erased, and a restore does it again from here. What goes by its retention time is
 * not listed: its row says when.
 */
export class ErasureList {
  constructor(private readonly file: string) {}

  /** Appends and waits for the disk. To be called before the erasure, which a crash must not leave out of the list. */
  async note({ tasks = [], assets = [] }: Partial<Erased>): Promise<void> {
    const at = new Date().toISOString();
    const lines = [...tasks.map(task => ({ at, task })), ...assets.map(asset => ({ at, asset }))].map(
      line => `${JSON.stringify(line)}\n`,
    );
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

  /** Empty where there is no list. A line that a full disk cut short is passed over: its erasure was refused as well. */
  async read(): Promise<Erased> {
    const text = await readFile(this.file, 'utf8').catch(error => {
      if (isMissing(error)) return '';
      throw storageError(error);
    });
    const found = { task: new Set<string>(), asset: new Set<string>() };
    for (const [, kind, id] of text.matchAll(LINE)) found[kind as 'task' | 'asset'].add(id!);
    return { tasks: [...found.task], assets: [...found.asset] };
  }
}
