import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '../src/store/database.js';
import { openPglite } from '../src/store/drivers/pglite.js';
import { openPostgres } from '../src/store/drivers/postgres.js';
import { migrate } from '../src/store/migrate.js';
import { startPostgres } from '../test/embedded-postgres.js';
import { treeCpuSeconds } from './measure.js';

const log = { info() {}, warn: console.warn };

/** A migrated database for a benchmark. Both kinds wait for the disk at a commit, as in production. */
export interface BenchStore {
  readonly name: 'PGlite' | 'Postgres';
  readonly database: Database;
  /** URL of the Postgres server. */
  readonly url?: string;
  /** CPU seconds so far of this process, and of the processes of the Postgres server where there is one. */
  cpu(): number;
  close(): Promise<void>;
}

export async function openEmbedded(): Promise<BenchStore> {
  const directory = await mkdtemp(path.join(tmpdir(), 'darkroom-bench-'));
  const database = await openPglite({ directory, log });
  await migrate(database);
  return {
    name: 'PGlite',
    database,
    cpu: ownCpu,
    close: async () => {
      await database.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export async function openServer(): Promise<BenchStore & { url: string }> {
  const server = await startPostgres({ durable: true });
  const url = server.url();
  const database = await openPostgres({ url, log });
  await migrate(database);
  const [backend] = await database.query<{ pid: number }>('select pg_backend_pid() as pid');
  const postmaster = parentOf(backend!.pid);
  return {
    name: 'Postgres',
    database,
    url,
    cpu: () => ownCpu() + treeCpuSeconds(postmaster),
    close: async () => {
      await database.close();
      await server.remove();
    },
  };
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
