import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { checkBackup } from '../src/maintenance/backup-folder.js';
import { maintain } from './backup-house.js';
import type { KillClients } from './kill-clients.js';
import type { KillResume } from './kill-resume.js';
import type { KilledServer } from './killed-server.js';

/** From the moment of a backup until the house that it was taken of was gone. */
export interface Gap {
  from: number;
  to: number;
}

/** Among the kills: the house is backed up, goes on, is lost with disk and database, and is restored. */
export class KillRestores {
  readonly gaps: Gap[] = [];
  /** Orders that a house took, or was taking, in a gap: it may have paid for them, and the next one knows nothing of it. */
  readonly forgotten = new Set<number>();
  private backup: { folder: string; takenAt: number } | undefined;

  /**
   * @param folder where backups lie
   * @param environment of the servers
   */
  constructor(
    private readonly folder: string,
    private readonly environment: Record<string, string>,
    private readonly servers: readonly KilledServer[],
    private readonly clients: KillClients,
    private readonly resume: KillResume,
  ) {}

  /** Embedded, of a house that was killed; on Postgres, beside the living. */
  async backUp(): Promise<void> {
    const [only] = this.servers;
    const embedded = this.environment.DATABASE_URL === undefined;
    if (embedded) await only!.kill();
    const folder = path.join(this.folder, String(Date.now()));
    await this.run('backup', '--with-secret', folder);
    if (embedded) await only!.start();
    const { manifest, faults } = await checkBackup(folder);
    if (faults.length > 0) throw new Error(`the backup is damaged: ${faults.join(', ')}`);
    this.backup = { folder, takenAt: Date.parse(manifest.takenAt) };
  }

  async restore(): Promise<void> {
    const { folder, takenAt } = this.backup!;
    while (this.servers.some(({ url }) => url === undefined)) await sleep(20);
    for (const server of this.servers) await server.kill();
    // What was answered before the kill is heard.
    await sleep(200);
    this.gaps.push({ from: takenAt, to: Date.now() });
    for (const order of this.clients.forgetSince(takenAt)) this.forgotten.add(order);
    this.resume.restored();
    await this.loseEverything();
    await this.run('restore', folder);
    await Promise.all(this.servers.map(server => server.start()));
  }

  private async loseEverything(): Promise<void> {
    const { DARKROOM_DATA_DIR: data, DATABASE_URL: url } = this.environment;
    await mkdir(data!, { recursive: true });
    for (const name of await readdir(data!)) await rm(path.join(data!, name), { recursive: true, force: true });
    if (url === undefined) return;
    const client = new Client(url);
    await client.connect();
    await client.query('drop schema public cascade; create schema public');
    await client.end();
  }

  private async run(...args: string[]): Promise<void> {
    const { code, stderr, stdout } = await maintain(this.environment, args);
    if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${stdout}${stderr}`);
  }
}
