import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { fetch } from 'undici';
import { ROOT } from '../../src/kernel/paths.js';

export interface DemoServer {
  url: string;
  end(): Promise<void>;
}

/** The server that runs, or one that is started for the demo and ended after it. */
export async function findServer(url: string | undefined): Promise<DemoServer> {
  const candidate = url ?? `http://127.0.0.1:${process.env.DARKROOM_PORT ?? 4000}`;
  const alive = await fetch(`${candidate}/health/live`, { signal: AbortSignal.timeout(2_000) }).then(
    answer => answer.ok,
    () => false,
  );
  if (alive) return { url: candidate, end: async () => {} };
  if (url !== undefined) throw new Error(`no server answers at ${url}`);
  return startServer(candidate);
}

async function startServer(candidate: string): Promise<DemoServer> {
  console.log(`No server answers at ${candidate}; one is started for this demo. See --url and DARKROOM_PORT.`);
  const child = spawn(process.execPath, [path.join(ROOT, 'dist', 'src', 'main.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DARKROOM_PORT: '0', DARKROOM_LOG_LEVEL: process.env.DARKROOM_LOG_LEVEL ?? 'warn' },
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', chunk => {
      text += chunk;
      const found = /(http:\/\/\S+)\/graphql\b/.exec(text);
      if (found) resolve(found[1]!);
    });
    child.once('exit', code => reject(new Error(`the server ended with code ${code}`)));
  });
  return { url, end: () => endProcess(child) };
}

function endProcess(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
