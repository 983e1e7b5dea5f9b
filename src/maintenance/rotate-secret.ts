import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Config, ConfigError, readConfig } from '../config.js';
import { CONFIGURABLE } from '../configurable.js';
import { explainError } from '../kernel/explain-error.js';
import { keepToOwner } from '../kernel/file-modes.js';
import { LIMITS } from '../kernel/limits.js';
import { Secrets } from '../kernel/secrets.js';
import { writeWhole } from '../kernel/whole-files.js';
import { openPlaces, type Places } from '../places.js';
import { type Held, moveAll, type Pass, type RotationParts, rotateAlone, switchSecret } from '../sealing/rotation.js';
import type { Database } from '../store/database.js';
import { appliedVersion, knownVersion } from '../store/migrate.js';
import { refuseUnfinishedRestore } from '../store/restore-marks.js';
import { previousFile, readSecretTexts, secretFile } from '../store/secret-files.js';
import { findFingerprint, findRetired } from '../store/secret-rows.js';
import { openDatabase, requireHouse } from './open-house.js';

const HELP = `Puts everything that is sealed under a new secret.

  npm run rotate-secret

Postgres, while the servers run: start every replica with both, DARKROOM_SECRET the new secret and
DARKROOM_PREVIOUS_SECRETS the one of before (they go on with that one), and run this with the same variables. Then
start them without the one of before, once this says that it may go.
Embedded: stop the server first. Without DARKROOM_SECRET a new secret is made in the data directory, and the one of
before is kept beside it, in secret.previous, until you remove that file.

It may be stopped at any point and run again.
`;

/** Keys between two lines of progress. */
const LINE_EACH = 1_000;

const say = (text: string) => void process.stdout.write(`${text}\n`);

async function main(args: string[]): Promise<void> {
  keepToOwner();
  if (args.length > 0) {
    const { help } = readArguments(args);
    process.stdout.write(HELP);
    process.exitCode = help ? 0 : 64;
    return;
  }
  const config = readConfig(process.env, CONFIGURABLE);
  requireHouse(config);
  const database = await openDatabase(config);
  const places = openPlaces(config);
  try {
    await refuseUnfinishedRestore(database);
    await requireSchema(database);
    await alone(config, held => rotate(config, database, places, held));
  } finally {
    await places.close();
    await database.close();
  }
}

/** An embedded database has one process in any case. */
async function alone(config: Config, work: (held: Held) => Promise<void>): Promise<void> {
  if (config.databaseUrl === undefined) return work(async () => {});
  const lock = await openDatabase(config);
  try {
    await rotateAlone(lock, work);
  } finally {
    await lock.close();
  }
}

async function requireSchema(database: Database): Promise<void> {
  const [schema, known] = [await appliedVersion(database), await knownVersion()];
  if (schema !== known)
    throw new ConfigError(
      `The database has schema version ${schema}, and not ${known}: start this version on it first.`,
    );
}

function readArguments(args: string[]): { help: boolean } {
  try {
    return { help: parseArgs({ args, options: { help: { type: 'boolean', default: false } } }).values.help };
  } catch {
    return { help: false };
  }
}

async function rotate(config: Config, database: Database, places: Places, held: Held): Promise<void> {
  let parts = await openParts(config, database, places);
  if (config.secret === undefined && (await isComplete(parts))) {
    await renewFile(config.dataDirectory);
    parts = await openParts(config, database, places);
  }
  const switched = await switchSecret(parts);
  say(switched ? 'The new secret is the active one.' : 'The new secret was the active one already.');
  // Replicas look which one is active now and then; until then they go on making things under the one of before.
  const until = switched && config.databaseUrl !== undefined ? Date.now() + 2 * LIMITS.secret.lookMs : 0;
  let moved = 0;
  for (;;) {
    const settled = Date.now() >= until;
    const pass = await moveAll(parts, held, tellProgress());
    moved += pass.moved;
    if (settled && pass.moved === 0) return tellEnd(parts, moved, pass);
    if (!settled) await sleep(Math.min(500, until - Date.now() + 1));
  }
}

async function openParts(config: Config, database: Database, places: Places): Promise<RotationParts> {
  const texts = await readSecretTexts(config);
  if (texts.length === 0)
    throw new ConfigError(
      `DARKROOM_SECRET: expected the secret of the server; there is none in ${config.dataDirectory}`,
    );
  const secrets = new Secrets(texts.map(text => Buffer.from(text)));
  return { database, secrets, keys: places.keys(secrets) };
}

/** Whether nothing of an earlier rotation is left to be done, so that this is a new one. */
async function isComplete(parts: RotationParts): Promise<boolean> {
  const active = await findFingerprint(parts.database);
  return active === parts.secrets.configured && (await moveAll(parts)).moved === 0;
}

/** The old one is kept first: at no moment is there a secret that no file has. */
async function renewFile(dataDirectory: string): Promise<void> {
  const texts = await readSecretTexts({ dataDirectory, secret: undefined });
  const write = (file: string, text: string) => writeWhole(dataDirectory, file, Buffer.from(text));
  await write(previousFile(dataDirectory), texts.map(text => `${text}\n`).join(''));
  await write(secretFile(dataDirectory), randomBytes(32).toString('hex'));
}

function tellProgress(): (keys: number) => void {
  let told = 0;
  return keys => {
    if (keys < told + LINE_EACH) return;
    told = keys - (keys % LINE_EACH);
    say(`${told} keys`);
  };
}

async function tellEnd({ database, secrets }: RotationParts, moved: number, { lost }: Pass): Promise<void> {
  say(`Keys and texts that were put under it: ${moved}.`);
  if (lost > 0)
    say(`Of ${lost} none of the configured secrets opens any: what they seal was lost before, with its secret.`);
  const [newest] = await findRetired(database);
  if (newest === undefined || secrets.fingerprints.length === 1) return say('There is no secret of before.');
  const until = new Date(newest.retiredAt.getTime() + LIMITS.secret.previousMs);
  say(
    'Nothing is under a secret of before any more: it may go (DARKROOM_PREVIOUS_SECRETS, or the file secret.previous).',
  );
  say(
    `Wait until ${until.toISOString()} if links that were given out are to hold (75 minutes), and requests that are sent ` +
      'again under their idempotencyKey are to be recognised (24 hours).',
  );
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : explainError(error)}\n`);
  process.exitCode = 1;
});
