import { open } from 'node:fs/promises';

/**
 * Waits until a file's content, or a folder's list of names, is on the disk. A new or renamed file is safe from a crash
 * of the machine only when both are. Windows cannot sync a folder and keeps renames in its journal: nothing to do there.
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
