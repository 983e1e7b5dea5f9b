import { readFileSync } from 'node:fs';

/** A zombie, which only waits to be reaped by whoever adopted it, is not alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

/** Resident memory of a process and all its descendants. Of this process alone where the system does not tell. */
export function treeRssMb(root = process.pid): number {
  const read = (file: string) => {
    try {
      return readFileSync(`/proc/${root}/${file}`, 'utf8');
    } catch {
      return '';
    }
  };
  const kilobytes = /^VmRSS:\s*(\d+)/m.exec(read('status'))?.[1];
  if (kilobytes === undefined) return root === process.pid ? process.memoryUsage.rss() / 1e6 : 0;
  const children = read(`task/${root}/children`).trim().split(' ').filter(Boolean);
  return children.reduce((sum, child) => sum + treeRssMb(Number(child)), (Number(kilobytes) * 1_024) / 1e6);
}
