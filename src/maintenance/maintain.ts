import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { bindDirectory, describeDatabase } from '../assets/directory-identity.js';
import { type Config, ConfigError, readConfig } from '../config.js';
import { CONFIGURABLE } from '../configurable.js';
import { DarkroomError, OperatorError } from '../kernel/errors.js';
import { openPglite } from '../store/drivers/pglite.js';
import { openPostgres } from '../store/drivers/postgres.js';
import { migrate } from '../store/migrate.js';
import { backUp, restore } from './backup.js';
import { copyDatabase } from './copy-database.js';

const HELP = `Care for the embedded store (DARKROOM_DATA_DIR). Stop the server first.

  npm run backup -- <folder>     copies database, pictures and secret into a new folder
  npm run restore -- <folder>    puts a backup into an empty data directory, after checking every file
  npm run move-to-postgres       copies the database into the empty one that DATABASE_URL names; with
                                 DARKROOM_SECRET_FILE set to the file \`secret\` of the data directory. Then start
                                 with both, and with the same data directory: the pictures stay there
`;

const log = {
  info: () => {},
  warn: (fields: object, message: string) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
  error: () => {},
};

async function main([command, folder]: string[]): Promise<void> {
  if (command === 'move-to-postgres') return moveToPostgres(readConfig(process.env, CONFIGURABLE));
  if (folder === undefined || folder === '--help' || (command !== 'backup' && command !== 'restore')) {
    process.stdout.write(HELP);
    process.exitCode = folder === '--help' || command === '--help' ? 0 : 64;
    return;
  }
  const { dataDirectory } = readConfig(
    { ...process.env, DATABASE_URL: undefined, DARKROOM_ROLE: undefined },
    CONFIGURABLE,
  );
  const { files, bytes } =
    command === 'backup' ? await backUp(dataDirectory, folder) : await restore(folder, dataDirectory);
  process.stdout.write(
    `${files} files, ${(bytes / 1_000_000).toFixed(1)} MB, are now in ${command === 'backup' ? folder : dataDirectory}\n`,
  );
}

async function moveToPostgres({ dataDirectory, databaseUrl, secret }: Config): Promise<void> {
  if (databaseUrl === undefined) throw new ConfigError('DATABASE_URL: expected the empty database to move into');
  // Links, fingerprints and sealed texts depend on the secret. With another one the move would lose them.
  const own = await readFile(path.join(dataDirectory, 'secret'), 'utf8').catch(() => undefined);
  if (own !== undefined && own.trim() !== secret) {
    throw new ConfigError(
      `DARKROOM_SECRET: expected the secret of the embedded store; set DARKROOM_SECRET_FILE=${path.join(dataDirectory, 'secret')}`,
    );
  }
  const from = await openPglite({ directory: dataDirectory, log });
  try {
    const to = await openPostgres({ url: databaseUrl, log });
    try {
      await migrate(from);
      await migrate(to);
      const counts = await copyDatabase(from, to);
      await bindDirectory(to, path.join(dataDirectory, 'assets'), describeDatabase(databaseUrl));
      process.stdout.write(
        `Moved: ${Object.entries(counts)
          .map(([table, count]) => `${count} ${table}`)
          .join(', ')}.\n`,
      );
      process.stdout.write('The embedded database is left as it is; remove its folder `database` once all is well.\n');
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

main(process.argv.slice(2)).catch(error => {
  const message =
    error instanceof ConfigError || error instanceof OperatorError || DarkroomError.is(error)
      ? error.message
      : error instanceof Error
        ? error.stack
        : String(error);
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
});
