import { chmod, lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** The bits of a mode that let anybody but the owner read, write or enter. */
const OTHERS = 0o077;

/**
 * From now on, whatever this process writes is its user's alone (0600 in folders of 0700), by whatever library: for
 * programs whose files hold faces and names, at their very start.
 */
export function keepToOwner(): void {
  process.umask(OTHERS);
}

/**
 * Closes a folder, with all that is in it, to everybody but its owner. One that is closed at its top was closed before,
 * and is not walked. Windows has no such modes.
 */
export async function closeToOthers(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const top = [folder, ...(await readdir(folder)).map(name => path.join(folder, name))];
  const modes = await Promise.all(top.map(async target => (await lstat(target)).mode & OTHERS));
  if (modes.some(mode => mode !== 0)) await closeTree(folder);
}

/** What is inside comes first, so that a walk that was interrupted is done again. */
async function closeTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const target = path.join(folder, entry.name);
    if (entry.isDirectory()) await closeTree(target);
    else if (entry.isFile()) await close(target);
  }
  await close(folder);
}

async function close(target: string): Promise<void> {
  const { mode } = await lstat(target);
  if ((mode & OTHERS) !== 0) await chmod(target, mode & 0o700);
}
