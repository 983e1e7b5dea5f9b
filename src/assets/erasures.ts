/** What somebody asked to have erased: ids, and nothing else. */
export interface Erased {
  tasks: readonly string[];
  assets: readonly string[];
}

/**
 * The list of what was erased on request, beside the pictures and not in the database: a backup that is older than an
 * erasure holds what was erased, and a restore does it again from here. What goes by its retention time is not listed: its
 * row says when. In a file (`ErasureFile`) or in the bucket of the pictures (`ErasureObjects`).
 */
export interface ErasureList {
  /** To be called before the erasure, which a crash must not leave out of the list: it is kept when this returns. */
  note(erased: Partial<Erased>): Promise<void>;
  /** Empty where there is no list. */
  read(): Promise<Erased>;
}

/** A line each. */
export function erasureLines({ tasks = [], assets = [] }: Partial<Erased>): string[] {
  const at = new Date().toISOString();
  return [...tasks.map(task => ({ at, task })), ...assets.map(asset => ({ at, asset }))].map(
    line => `${JSON.stringify(line)}\n`,
  );
}

const LINE = /"(task|asset)":"((?:task|asset)_[0-9a-z]{26})"/g;

/** A line that was cut short is passed over. */
export function readErasures(texts: readonly string[]): Erased {
  const found = { task: new Set<string>(), asset: new Set<string>() };
  for (const text of texts) for (const [, kind, id] of text.matchAll(LINE)) found[kind as 'task' | 'asset'].add(id!);
  return { tasks: [...found.task], assets: [...found.asset] };
}
