import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';
import type { Reading } from './probe.js';

const PEERS = path.join(ROOT, 'optional', 'bench-peers');
export const DARKROOM = 'Darkroom';

/** A server of its own process. */
export interface Peer {
  name: string;
  child: ChildProcess;
  port: number;
  headers: Record<string, string>;
}

/** Says how to install them where they are not. */
export function peersInstalled(): boolean {
  if (existsSync(path.join(PEERS, 'node_modules'))) return true;
  console.log('peers     not installed: npm ci --prefix optional/bench-peers\n');
  return false;
}

/** As in production, with an API key whose rate no bench reaches. `node`: options of Node itself. */
export async function startDarkroom(
  data: string,
  { scopes, env = {}, node = [] }: { scopes: string; env?: Record<string, string>; node?: readonly string[] },
): Promise<Peer> {
  const base = {
    PATH: process.env.PATH,
    DARKROOM_DATA_DIR: data,
    DARKROOM_PORT: '0',
    DARKROOM_LOG_LEVEL: 'warn',
    ...env,
  };
  const keys = path.join(ROOT, 'dist', 'src', 'maintenance', 'keys.js');
  const words = ['keys', 'create', '--name', 'bench', '--scopes', scopes, '--operations-per-minute', '1000000'];
  const made = execFileSync(process.execPath, [keys, ...words], { env: base, encoding: 'utf8' });
  const key = /dk_\S+/.exec(made)![0];
  const child = spawn(process.execPath, [...node, path.join(ROOT, 'dist', 'src', 'main.js')], {
    env: { ...base, DARKROOM_TENANT_OPERATIONS_PER_MINUTE: '1000000', NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    child.stdout!.on('data', chunk => {
      said += chunk;
      const found = /http:\/\/127\.0\.0\.1:(\d+)\/health\/ready/.exec(said);
      if (found) resolve(Number(found[1]));
    });
    child.once('exit', code => reject(new Error(`the server ended with code ${code}`)));
  });
  return { name: DARKROOM, child, port, headers: { authorization: `Bearer ${key}` } };
}

export async function startPeer(name: string, args: readonly string[], node: readonly string[] = []): Promise<Peer> {
  const child = fork(path.join(PEERS, 'peers', `${name}.mjs`), [...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
    execArgv: [...node],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with code ${code}`);
  });
  const [{ port }] = (await Promise.race([once(child, 'message'), ended])) as [{ port: number }];
  ended.catch(() => {});
  return { name, child, port, headers: {} };
}

/** Of a server that was started with `probe.js`. */
export async function readProbe({ child }: Peer, what: 'times' | 'memory'): Promise<Reading> {
  const told = once(child, 'message');
  child.send({ read: what });
  return ((await told) as [{ reading: Reading }])[0].reading;
}
