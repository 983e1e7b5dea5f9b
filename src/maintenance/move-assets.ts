import { parseArgs } from 'node:util';
import { bindDirectory, describeDatabase } from '../assets/directory-identity.js';
import { type Config, ConfigError, readConfig } from '../config.js';
import { CONFIGURABLE } from '../configurable.js';
import { explainError } from '../kernel/explain-error.js';
import { keepToOwner } from '../kernel/file-modes.js';
import { s3Place } from '../kernel/s3-url.js';
import { Secrets } from '../kernel/secrets.js';
import { openPlaces } from '../places.js';
import { appliedVersion, knownVersion } from '../store/migrate.js';
import { refuseUnfinishedRestore } from '../store/restore-marks.js';
import { readSecretTexts } from '../store/secret-files.js';
import { findFingerprint } from '../store/secret-rows.js';
import { type Moved, movePictures } from './move-pictures.js';
import { openDatabase, requireHouse } from './open-house.js';

const HELP = `Moves the pictures, the keys of what is sealed and the list of erasures between the data directory and a bucket.

  npm run move-assets -- --to s3://bucket/prefix    with DARKROOM_S3_ENDPOINT, _ACCESS_KEY, _SECRET_KEY … set
  npm run move-assets -- --to disk                  with DARKROOM_ASSETS and these set as the server has them

The variables are those of the server. With Postgres run it first while servers run: most is copied then, and it says so. Then
stop them and run it again: it copies the rest, makes the new place the one of the database, and removes what was copied
from the old one. Then start with the new DARKROOM_ASSETS (none for the disk). Embedded: stop the server first.
It may be killed at any point and run again. Each picture is compared with its hash before it is copied and on its way.
`;

const LINE_EACH = 1_000;
const say = (text: string) => void process.stdout.write(`${text}\n`);

async function main(args: string[]): Promise<void> {
  keepToOwner();
  const { help, to } = readArguments(args);
  if (help || to === undefined || (to !== 'disk' && s3Place(to) === undefined)) {
    process.stdout.write(HELP);
    process.exitCode = help ? 0 : 64;
    return;
  }
  await move(to);
}

function readArguments(args: string[]): { help?: boolean | undefined; to?: string | undefined } {
  try {
    return parseArgs({ args, options: { to: { type: 'string' }, help: { type: 'boolean' } } }).values;
  } catch {
    return {};
  }
}

/** With this in the place of DARKROOM_ASSETS. */
function configWith(assets: string | undefined): Config {
  const { DARKROOM_ASSETS: _, DARKROOM_ASSETS_FILE: __, DARKROOM_ASSET_LINKS: ___, ...rest } = process.env;
  return readConfig(assets === undefined ? rest : { ...rest, DARKROOM_ASSETS: assets }, CONFIGURABLE);
}

async function move(target: string): Promise<void> {
  const configured = readConfig(process.env, CONFIGURABLE);
  const to = configWith(target === 'disk' ? undefined : target);
  const same = JSON.stringify(configured.bucket) === JSON.stringify(to.bucket);
  if (same && target === 'disk') throw new ConfigError('DARKROOM_ASSETS: expected the bucket that the pictures lie in');
  // Who has set the new place already moves from the disk.
  const from = same ? configWith(undefined) : configured;
  requireHouse(from);
  const database = await openDatabase(from);
  const places = [openPlaces(from), openPlaces(to)] as const;
  try {
    await refuseUnfinishedRestore(database);
    const [schema, known] = [await appliedVersion(database), await knownVersion()];
    if (schema !== known)
      throw new ConfigError(
        `The database has schema version ${schema}, and not ${known}: start this version on it first.`,
      );
    const secrets = new Secrets((await readSecretTexts(from)).map(text => Buffer.from(text)));
    const active = await findFingerprint(database);
    if (active !== undefined && !secrets.activate(active))
      throw new ConfigError(
        'DARKROOM_SECRET: expected the secret of this house; without it nothing sealed can be compared',
      );
    const description = describeDatabase(from.databaseUrl);
    const bind = () => bindDirectory(database, places[1].marks, description);
    const moved = await movePictures({ database, secrets, from: places[0], to: places[1], bind, tell: tellProgress() });
    tellEnd(moved, places[0].marks.place, places[1].marks.place);
  } finally {
    for (const place of places) await place.close();
    await database.close();
  }
}

function tellProgress(): (pictures: number) => void {
  let told = 0;
  return pictures => {
    if (pictures < told + LINE_EACH) return;
    told = pictures - (pictures % LINE_EACH);
    say(`${told} pictures looked at`);
  };
}

function tellEnd({ copied, lacking, running, removed, unknown }: Moved, from: string, to: string): void {
  say(`Pictures that were copied now: ${copied}.`);
  for (const id of lacking) say(`  missing or damaged in ${from}, and left: ${id}`);
  if (lacking.length > 0) process.exitCode = 1;
  if (running.length > 0) {
    say(`Servers still run on ${running.join(', ')}: stop them and run this again. Until then all goes on in ${from}.`);
    process.exitCode = 1;
    return;
  }
  say(`${to} is the place of the pictures now; start with it. Removed from ${from}: ${removed}.`);
  if (unknown > 0) say(`Left in ${from}, since no row names them: ${unknown} files.`);
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : explainError(error)}\n`);
  process.exitCode = 1;
});
