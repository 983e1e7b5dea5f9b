// Tells which sources have changed, after each burst of changes.
import { readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { FOLDERS as COMPILED } from './build.mjs';

/** What is compiled, and the dashboard. */
const FOLDERS = [...COMPILED, 'web'];

/** An editor writes a file in several steps, and `git checkout` many files. */
const BURST_MS = 50;

/**
 * Calls with the changed, added and deleted files until the process ends. It waits for what the call returns, and
 * collects what changes meanwhile. `fs.watch` on folders one by one: recursive, Node 20 on Linux misses new folders.
 */
export function watchSources(onChange) {
  const watchers = new Map();
  let known = look();
  let timer;
  let busy = false;

  const settle = async () => {
    if (busy) return;
    busy = true;
    for (let changed = difference(); changed.length > 0; changed = difference()) await onChange(changed);
    busy = false;
  };
  const difference = () => {
    const now = look();
    const names = new Set([...known.files.keys(), ...now.files.keys()]);
    const changed = [...names].filter(name => known.files.get(name) !== now.files.get(name));
    known = now;
    arm();
    return changed;
  };
  const arm = () => {
    for (const [folder, watcher] of watchers) if (!known.folders.has(folder)) watcher.close();
    for (const folder of known.folders) {
      if (watchers.has(folder)) continue;
      const watcher = watchFolder(folder, () => {
        clearTimeout(timer);
        timer = setTimeout(settle, BURST_MS);
      });
      // It is looked for again with the next change, which its coming back is for the folder above.
      if (watcher === undefined) continue;
      watcher.once('close', () => watchers.delete(folder));
      watcher.once('error', () => watcher.close());
      watchers.set(folder, watcher);
    }
  };
  arm();
}

function watchFolder(folder, onEvent) {
  try {
    return watch(folder, onEvent);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The files with what tells one version from another, and the folders, also empty ones. */
function look() {
  const files = new Map();
  // The root as well: a folder of it that was away comes back there.
  const folders = new Set(['.', ...FOLDERS]);
  for (const folder of FOLDERS) {
    for (const entry of entriesBelow(folder)) {
      const name = join(entry.parentPath, entry.name);
      if (entry.isDirectory()) folders.add(name);
      else files.set(name, stampOf(name));
    }
  }
  return { files, folders };
}

/** None of a folder that is away for a moment, as during `git checkout`. */
function entriesBelow(folder) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

function stampOf(file) {
  const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return `${mtimeMs} ${size}`;
}
