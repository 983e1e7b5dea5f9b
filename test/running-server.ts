import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';

/** The real server as a process of its own, on a port of its own. */
export interface ServerProcess {
  url: string;
  directory: string;
  child: ChildProcess;
  /** What it said on standard output. */
  banner(): string;
  /** What it wrote to its log so far; all of it once `kill` has resolved. */
  log(): string;
  /** Until the log has the words: through its pipe they come later than an answer over HTTP. Rejects if the server ends before. */
  logged(words: string): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

/**
 * @param root another copy of the built tree
 * @param uid of the user that it runs as, if not of this one
 */
export async function spawnServer(
  directory: string,
  environment: Record<string, string> = {},
  root = ROOT,
  uid?: number,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [path.join(root, 'dist', 'src', 'main.js')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: root,
    ...(uid !== undefined && { uid, gid: uid }),
    env: { PATH: process.env.PATH, DARKROOM_PORT: '0', DARKROOM_DATA_DIR: directory, ...environment },
  });
  let output = '';
  let log = '';
  child.stderr.on('data', chunk => {
    log += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', chunk => {
      output += chunk;
      const found = /(http:\/\/\S+)\/health\/ready/.exec(output);
      if (found) resolve(found[1]!);
    });
    child.once('close', code => reject(new Error(`the server ended with code ${code}: ${log}`)));
  });
  // `exit` comes before the last words are read.
  const closed = once(child, 'close').then(([code]) => code as number | null);
  return {
    url,
    directory,
    child,
    banner: () => output,
    log: () => log,
    logged: async words => {
      while (!log.includes(words)) {
        const ended = await Promise.race([once(child.stderr, 'data').then(() => false), closed.then(() => true)]);
        if (ended && !log.includes(words)) throw new Error(`the server ended and did not log "${words}": ${log}`);
      }
    },
    kill: signal => {
      child.kill(signal);
      return closed;
    },
  };
}

export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-'));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
