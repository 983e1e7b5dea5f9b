import { VENDOR_VARIABLES } from '../../datasources/registry.js';
import { ConfigError, readConfig } from '../config.js';
import { DarkroomError } from '../kernel/errors.js';
import { backUp, restore } from './backup.js';

const HELP = `Care for the embedded store (DARKROOM_DATA_DIR). Stop the server first.

  npm run backup -- <folder>     copies database, pictures and secret into a new folder
  npm run restore -- <folder>    puts a backup into an empty data directory, after checking every file
`;

async function main([command, folder]: string[]): Promise<void> {
  const { dataDirectory } = readConfig(process.env, VENDOR_VARIABLES);
  if (folder === undefined || (command !== 'backup' && command !== 'restore')) {
    process.stdout.write(HELP);
    process.exitCode = folder === '--help' || command === '--help' ? 0 : 64;
    return;
  }
  const { files, bytes } =
    command === 'backup' ? await backUp(dataDirectory, folder) : await restore(folder, dataDirectory);
  process.stdout.write(
    `${files} files, ${(bytes / 1_000_000).toFixed(1)} MB, are now in ${command === 'backup' ? folder : dataDirectory}\n`,
  );
}

main(process.argv.slice(2)).catch(error => {
  const told =
    error instanceof ConfigError || DarkroomError.is(error)
      ? error.message
      : error instanceof Error
        ? error.stack
        : String(error);
  process.stderr.write(`${told}\n`);
  process.exitCode = 1;
});
