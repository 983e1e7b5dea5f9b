import { DarkroomError, OperatorError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { Sealer } from '../kernel/seal.js';
import type { Purpose, Secrets } from '../kernel/secrets.js';
import type { Database } from '../store/database.js';
import {
  findFingerprint,
  findHostsWithout,
  findSealedOtherwise,
  lockRotation,
  replaceFingerprint,
  replaceSealed,
  SEALED_COLUMNS,
  type SealedColumn,
  type SealedText,
} from '../store/secret-rows.js';
import { aboutOldTask, aboutRetired, aboutWebhook } from './abouts.js';
import type { DataKeys } from './data-keys.js';
import { retireSecret } from './retired-keys.js';

export interface RotationParts {
  database: Database;
  secrets: Secrets;
  keys: DataKeys;
}

/** What one look over everything has come to. */
export interface Pass {
  /** Keys and texts that were put under the active secret. */
  moved: number;
  /** What none of the secrets opens: it was lost before. */
  lost: number;
}

const BATCH = 500;
/** Keys that are moved at once: each waits for the disk. */
const AT_ONCE = 16;

const SEALS: Record<SealedColumn, { purpose: Purpose; about(text: SealedText): string }> = {
  'tasks.sealed': { purpose: 'seals', about: aboutOldTask },
  'webhooks.secret': { purpose: 'seals', about: ({ tenantId, id }) => aboutWebhook(tenantId, id) },
  'webhooks.old_secret': { purpose: 'seals', about: ({ tenantId, id }) => aboutWebhook(tenantId, id) },
  'retired_keys.subject_key': { purpose: 'retired keys', about: ({ id }) => aboutRetired(id) },
};

/**
 * Makes the configured secret the active one, at once for all replicas: each follows within `LIMITS.secret.lookMs`. Refuses
 * while a replica runs that does not know it. False where it is active already.
 * Errors: SECRET_DIFFERS, BAD_USER_INPUT.
 */
export function switchSecret({ database, secrets }: Omit<RotationParts, 'keys'>): Promise<boolean> {
  return database.transaction(async sql => {
    await sql.query(`select 1 from settings where name = 'secret_fingerprint' for update`);
    const before = await findFingerprint(sql);
    if (before === undefined || !secrets.activate(before))
      throw new OperatorError(
        'SECRET_DIFFERS',
        'The secret that this database is used with is not among the configured ones: set DARKROOM_SECRET to the new ' +
          'one and DARKROOM_PREVIOUS_SECRETS to the one before.',
      );
    if (before === secrets.configured) return false;
    const hosts = await findHostsWithout(sql, secrets.configured, LIMITS.store.replica.aliveMs);
    if (hosts.length > 0)
      throw new DarkroomError(
        'BAD_USER_INPUT',
        `Replicas on these hosts do not know the new secret yet: ${hosts.join(', ')}. Start every replica with both ` +
          'first, DARKROOM_SECRET the new one and DARKROOM_PREVIOUS_SECRETS the one before (one that was killed is ' +
          `forgotten after ${LIMITS.store.replica.aliveMs / 1_000} s).`,
      );
    secrets.activate(secrets.configured);
    await retireSecret(sql, secrets, before);
    await replaceFingerprint(sql, secrets.configured);
    return true;
  });
}

/** Throws where the rotation is not alone any more: the lock goes with its connection, in a failover for instance. */
export type Held = () => Promise<void>;

/**
 * Runs a rotation while no other one does: a key in a bucket that two move at once would be lost, since each takes the last
 * step of the other for a destruction (`BucketKeys.rewrap`).
 * Errors: BAD_USER_INPUT where another rotation is under way.
 * @param lock a connection to the database for this alone: inside its transaction nothing else can be asked of it
 */
export function rotateAlone<Result>(lock: Database, rotate: (held: Held) => Promise<Result>): Promise<Result> {
  return lock.transaction(async sql => {
    if (await lockRotation(sql)) return rotate(async () => void (await sql.query('select 1')));
    throw new DarkroomError('BAD_USER_INPUT', 'Another rotation of the secret is under way: wait until it has ended.');
  });
}

/**
 * Puts every key and every sealed text under the active secret, beside servers that go on working. It can be stopped at
 * any point and called again: it moves what is not moved yet.
 * @param held asked before each batch of keys
 * @param tell how many keys were looked at so far
 */
export async function moveAll(
  parts: RotationParts,
  held: Held = async () => {},
  tell: (keys: number) => void = () => {},
): Promise<Pass> {
  const pass: Pass = { moved: 0, lost: 0 };
  for (const column of SEALED_COLUMNS) await moveTexts(parts, column, pass);
  let looked = 0;
  let batch: string[] = [];
  const move = async () => {
    await held();
    for (const became of await Promise.all(batch.map(id => parts.keys.rewrap(id)))) count(pass, became);
    looked += batch.length;
    batch = [];
    tell(looked);
  };
  for (const holder of ['task', 'asset'] as const)
    for await (const id of parts.keys.list(holder)) {
      batch.push(id);
      if (batch.length === AT_ONCE) await move();
    }
  await move();
  return pass;
}

async function moveTexts({ database, secrets }: RotationParts, column: SealedColumn, pass: Pass): Promise<void> {
  const { purpose, about } = SEALS[column];
  const sealer = new Sealer(secrets, purpose);
  for (let after = ''; ; ) {
    const texts = await findSealedOtherwise(database, column, sealer.prefix, after, BATCH);
    for (const text of texts) {
      const plain = openOrLost(sealer, text.sealed, about(text));
      if (plain === undefined) count(pass, 'LOST');
      else if (await replaceSealed(database, column, text, sealer.seal(plain, about(text)))) count(pass, 'MOVED');
    }
    if (texts.length < BATCH) return;
    after = texts.at(-1)!.id;
  }
}

function openOrLost(sealer: Sealer, sealed: string, about: string): string | undefined {
  try {
    return sealer.open(sealed, about);
  } catch {
    return undefined;
  }
}

function count(pass: Pass, became: string): void {
  if (became === 'MOVED') pass.moved += 1;
  if (became === 'LOST') pass.lost += 1;
}

/** For a server that runs: takes the secret that a rotation has made the active one. True where it has changed. */
export async function followSecret({ database, secrets }: Omit<RotationParts, 'keys'>): Promise<boolean> {
  const active = await findFingerprint(database);
  return active !== undefined && active !== secrets.active && secrets.activate(active);
}
