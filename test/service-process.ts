import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A TCP port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Resolves once the service says these words on standard error; rejects if it ends before. */
export function untilSays(child: ChildProcess, name: string, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr!.on('data', chunk => {
      said = `${said}${chunk}`.slice(-4_000);
      if (said.includes(words)) resolve();
    });
    child.once('error', reject);
    child.once('close', code => reject(new Error(`${name} ended with code ${code}: ${said}`)));
  });
}
