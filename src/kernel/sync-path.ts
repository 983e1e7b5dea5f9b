import { open } from 'node:fs/promises';

/**
 * Waits until the content of a file, or the list of names of a folder, is on the disk. A new or renamed file survives a
 * crash of the machine only when both are. Windows cannot sync a folder, and its journal keeps renames: there it does
 * nothing for folders.
 */
export async function syncPath(target: string): Promise<void> {
  const handle = await open(target, process.platform === 'win32' ? 'r+' : 'r').catch(error => {
    if (process.platform === 'win32' && (error.code === 'EISDIR' || error.code === 'EPERM')) return undefined;
    throw error;
  });
  if (!handle) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
