import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, untilSays } from './service-process.js';

/** Whether this machine has it, e.g. by `apt-get install pgbouncer`. */
export const hasPgBouncer = find() !== undefined;

export interface PgBouncer {
  /** Through it, to the database that it was started for. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * The real PgBouncer with its usual settings. It knows one user, the database of `target`, and two that cannot be
 * reached: `missing`, which its server does not have, and `unreachable`, whose server is away.
 */
export async function startPgBouncer(
  target: string,
  mode: 'session' | 'transaction' | 'statement',
): Promise<PgBouncer> {
  const { hostname, port: serverPort, pathname, username, password } = new URL(target);
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-pgbouncer-'));
  await chmod(folder, 0o755);
  const port = await freePort();
  const users = path.join(folder, 'users.txt');
  await writeFile(users, `"${username}" "${decodeURIComponent(password)}"\n`);
  const settings = path.join(folder, 'pgbouncer.ini');
  await writeFile(
    settings,
    `[databases]
${pathname.slice(1)} = host=${hostname} port=${serverPort}
missing = host=${hostname} port=${serverPort} dbname=nowhere
unreachable = host=127.0.0.1 port=1
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = ${mode}
query_wait_timeout = 2
`,
  );
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(find()!, [...user, settings], { stdio: ['ignore', 'ignore', 'pipe'] });
  await untilSays(child, 'PgBouncer', 'process up');
  const url = new URL(target);
  url.port = `${port}`;
  return {
    url: url.href,
    close: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

function find(): string | undefined {
  for (const name of ['pgbouncer', '/usr/sbin/pgbouncer']) {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return name;
    } catch {
      // Not here.
    }
  }
  return undefined;
}
