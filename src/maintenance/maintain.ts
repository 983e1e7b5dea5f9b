import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bindDirectory, describeDatabase } from '../assets/directory-identity.js';
import { type Config, ConfigError, readConfig, readMigrationUrl } from '../config.js';
import { CONFIGURABLE } from '../configurable.js';
import { explainError } from '../kernel/explain-error.js';
import { keepToOwner } from '../kernel/file-modes.js';
import { openPlaces } from '../places.js';
import { openPostgres } from '../store/drivers/postgres.js';
import { migrate } from '../store/migrate.js';
import { refuseUnfinishedRestore } from '../store/restore-marks.js';
import { backUp } from './backup.js';
import { checkBackup, type Manifest } from './backup-folder.js';
import { copyDatabase } from './copy-database.js';
import { openDatabase } from './open-house.js';
import { type Restored, restore } from './restore.js';

const HELP = `Care for what Darkroom keeps. The variables are those of the server: DARKROOM_DATA_DIR for the embedded
store, with DATABASE_URL for Postgres.

  npm run backup -- <folder>               rows of one moment, and their pictures, into a new folder. Embedded: stop
                                           the server first. Postgres: beside running servers
      --with-secret                        the secret too; whoever has such a backup can open what is sealed in it
  npm run restore -- --check <folder>      compares a backup with its manifest and its rows with its pictures
  npm run restore -- <folder>              puts a backup into an empty database and data directory; stop all servers
      --erasures <file>                    a newer list of what was erased, from the house that was backed up; the
                                           lists of the backup and of the data directory count in any case
      --new-secret                         goes on without the secret of the house
  npm run move-to-postgres                 copies the embedded database into the empty one that DATABASE_URL names;
                                           with DARKROOM_SECRET_FILE set to the file \`secret\` of the data directory.
                                           Then start with both, and with the same data directory: the pictures stay
  npm run migrate                          brings the schema of DATABASE_DIRECT_URL, or else of DATABASE_URL, up to
                                           date. A server does so at its start, where its role may; this is for the
                                           role that owns the tables where the server's own may not create any
`;

const OPTIONS = {
  'with-secret': { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  'new-secret': { type: 'boolean', default: false },
  erasures: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(args: string[]): Promise<void> {
  keepToOwner();
  const { values, positionals } = readArguments(args);
  const [command, folder, ...rest] = positionals;
  if (command === 'migrate' && folder === undefined && !values.help) return migrateOnly();
  const known =
    command === 'move-to-postgres' || (folder !== undefined && (command === 'backup' || command === 'restore'));
  if (values.help || !known || rest.length > 0) {
    process.stdout.write(HELP);
    process.exitCode = values.help ? 0 : 64;
    return;
  }
  if (command === 'restore' && values.check) return check(folder!);
  const config = readConfig(process.env, CONFIGURABLE);
  if (command === 'move-to-postgres') await moveToPostgres(config);
  else if (command === 'backup') await runBackup(config, folder!, values['with-secret']);
  else await runRestore(config, folder!, { newSecret: values['new-secret'], erasures: values.erasures });
}

function readArguments(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // What Node advises after its first sentence, a dash before a dash, helps nobody here.
    throw new ConfigError(`${(error as Error).message.split('. ')[0]}.\n\n${HELP}`);
  }
}

async function runBackup(config: Config, target: string, withSecret: boolean): Promise<void> {
  const manifest = await backUp({ ...config, target, withSecret });
  say(`${target} holds ${inWords(manifest)}.`);
  if (!withSecret) say('The secret is not among them: keep it apart (DARKROOM_SECRET, or the file `secret`).');
  tellLacking(manifest);
}

async function check(folder: string): Promise<void> {
  const { manifest, faults } = await checkBackup(folder);
  say(`${folder} holds ${inWords(manifest)}.`);
  for (const fault of faults) say(`  ${fault}`);
  say(faults.length === 0 ? 'The backup is whole.' : `The backup is damaged: ${count(faults.length, 'fault')}.`);
  tellLacking(manifest);
  if (faults.length > 0) process.exitCode = 1;
}

/** A house that has lost pictures is backed up all the same; the exit code says that somebody has to look. */
function tellLacking({ lacking }: Manifest): void {
  if (lacking.length === 0) return;
  say('Missing or damaged in the house itself when it was backed up:');
  for (const id of lacking) say(`  ${id}`);
  process.exitCode = 1;
}

async function runRestore(
  config: Config,
  source: string,
  options: { newSecret: boolean; erasures: string | undefined },
): Promise<void> {
  const { manifest, ...done } = await restore({ ...config, ...options, source });
  say(`Restored ${inWords(manifest)}.`);
  for (const line of consequences(manifest, done)) say(line);
  // Where it came from the data directory or the backup, the server finds it there.
  if (done.secretKept && config.databaseUrl === undefined && config.secret !== undefined)
    say(
      `The server needs this secret too: keep DARKROOM_SECRET set, or write it to ${path.join(config.dataDirectory, 'secret')}.`,
    );
}

function consequences({ takenAt }: Manifest, done: Omit<Restored, 'manifest'>): string[] {
  const { review, asked, again, photos, erased, pictures, secretKept } = done;
  const lines: [boolean, string][] = [
    [true, `Pictures that were put back: ${pictures}.`],
    [erased > 0, `Tasks and pictures that were erased after the backup, and now again: ${erased}.`],
    [true, `What was accepted from ${takenAt} on is gone, with its idempotency keys: tell the callers.`],
    [
      review > 0,
      `${count(review, 'open task')} may have been sent and charged since: NEEDS_REVIEW, for a person to settle; nothing ` +
        `is sent again. About ${asked} of them a vendor is asked once the server starts, which costs nothing.`,
    ],
    [again > 0, `Open tasks that cost nothing and begin again: ${again}.`],
    [
      photos > 0,
      `${count(photos, 'preview')} may have been bought since: releasePhotos wants acceptPossibleCharge for that.`,
    ],
    [
      !secretKept,
      'The secret is a new one: names, ID numbers and photos that were sealed cannot be opened, ' +
        'links that were given out have ended, and an idempotencyKey of the backup that is used again is refused.',
    ],
  ];
  return lines.flatMap(([holds, line]) => (holds ? [line] : []));
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function inWords({ takenAt, product, schema, tables, files }: Manifest): string {
  const rows = Object.entries(tables).map(([name, table]) => `${table.rows} ${name}`);
  const pictures = Object.entries(files).filter(([name]) => name.startsWith('assets/'));
  const bytes = pictures.reduce((sum, [, file]) => sum + file.bytes, 0);
  return (
    `the backup of ${takenAt} (Darkroom ${product}, schema ${schema}): ${rows.join(', ')}; ${pictures.length} pictures, ` +
    `${(bytes / 1_000_000).toFixed(1)} MB`
  );
}

async function migrateOnly(): Promise<void> {
  const database = await openPostgres({ ...readMigrationUrl(process.env), log: { info: () => {}, warn: () => {} } });
  try {
    const { applied, version } = await migrate(database);
    const done = applied.length === 0 ? 'Nothing was to be applied' : `Applied: ${applied.join(', ')}`;
    say(`${done}. The schema has version ${version}.`);
  } finally {
    await database.close();
  }
}

async function moveToPostgres(config: Config): Promise<void> {
  const { dataDirectory, databaseUrl, databaseDirectUrl, secret } = config;
  if (databaseUrl === undefined) throw new ConfigError('DATABASE_URL: expected the empty database to move into');
  // Links, fingerprints and sealed texts depend on the secret. With another one the move would lose them.
  const own = await readFile(path.join(dataDirectory, 'secret'), 'utf8').catch(() => undefined);
  if (own !== undefined && own.trim() !== secret) {
    throw new ConfigError(
      `DARKROOM_SECRET: expected the secret of the embedded store; set DARKROOM_SECRET_FILE=${path.join(dataDirectory, 'secret')}`,
    );
  }
  const from = await openDatabase({ databaseUrl: undefined, dataDirectory });
  try {
    const to = await openDatabase({ databaseUrl, databaseDirectUrl, dataDirectory });
    try {
      for (const database of [from, to]) {
        await refuseUnfinishedRestore(database);
        await migrate(database);
      }
      const counts = await copyDatabase(from, to);
      const places = openPlaces(config);
      await bindDirectory(to, places.marks, describeDatabase(databaseUrl)).finally(() => places.close());
      const words = Object.entries(counts).map(([table, count]) => `${count} ${table}`);
      say(`Moved: ${words.join(', ')}.`);
      say('The embedded database is left as it is; remove its folder `database` once all is well.');
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : explainError(error)}\n`);
  process.exitCode = 1;
});
