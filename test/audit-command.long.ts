import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ANYONE } from '../src/audit/acts.js';
import { ROOT } from '../src/kernel/paths.js';
import { Secrets } from '../src/kernel/secrets.js';
import { SigningKeys } from '../src/kernel/signer.js';
import { newPlace, type Place, SECRET } from './backup-house.js';
import { DRIVERS } from './store-setup.js';
import { openTaskHouse, TENANT } from './task-house.js';

const COMMAND = path.join(ROOT, 'dist', 'src', 'maintenance', 'proofs.js');

const KEYS = path.join(ROOT, 'dist', 'src', 'maintenance', 'keys.js');

async function run(environment: Record<string, string>, command: string, ...args: string[]) {
  const env = { PATH: process.env.PATH ?? '', ...environment };
  return promisify(execFile)(process.execPath, [command, ...args], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code: code as number, stdout: String(stdout), stderr: String(stderr) }),
  );
}

/** A house with this secret that erases two tasks; what it was given for the second. */
async function fill(place: Place): Promise<string> {
  await mkdir(place.dataDirectory, { recursive: true });
  const database = await place.open();
  const house = await openTaskHouse(
    {},
    {},
    { database, dataDirectory: place.dataDirectory, secrets: new Secrets([Buffer.from(SECRET)]) },
  );
  for (const reference of ['a', 'b']) await house.create({ reference });
  await house.erasure.eraseReference(TENANT, 'a', ANYONE);
  const { jws } = await house.erasure.eraseReference(TENANT, 'b', ANYONE);
  await house.close();
  return jws;
}

test.each(DRIVERS)(
  'npm run audit and npm run receipt on %s say whether what was signed holds, also by their exit code',
  async driver => {
    const place = await newPlace(driver, 'newest');
    try {
      const jws = await fill(place);
      const good = await run(place.environment, COMMAND, 'audit', 'verify');
      expect(good).toMatchObject({ code: 0, stderr: '' });
      expect(good.stdout).toMatch(/^default: 8 entries\. The chain holds\.\n/);
      const end = /default:8:[0-9a-f]{64}/.exec(good.stdout)![0];
      expect(await run(place.environment, COMMAND, 'audit', 'verify', '--expect', end)).toMatchObject({ code: 0 });

      const file = path.join(place.dataDirectory, 'receipt');
      await writeFile(file, `${jws}\n`);
      const receipt = await run(place.environment, COMMAND, 'receipt', 'verify', file);
      expect(receipt).toMatchObject({ code: 0, stdout: expect.stringContaining('The signature holds.') });
      const key = JSON.parse((await run(place.environment, COMMAND, 'receipt', 'key')).stdout);
      expect(key).toEqual(new SigningKeys(new Secrets([Buffer.from(SECRET)])).present.publicJwk);
      // Whoever has the key needs nothing else.
      expect(await run({}, COMMAND, 'receipt', 'verify', file, '--key', key.x)).toMatchObject({ code: 0 });
      await writeFile(file, `${jws.slice(0, -8)}AAAAAAAA`);
      expect(await run({}, COMMAND, 'receipt', 'verify', file, '--key', key.x)).toMatchObject({ code: 1 });

      if (driver === 'pglite') {
        // A server, or another command, has it.
        const holder = await place.open();
        const locked = await run(place.environment, COMMAND, 'audit', 'verify');
        expect(locked).toMatchObject({ code: 1, stderr: expect.stringContaining('`auditCheck`') });
        await holder.close();
      }
      const database = await place.open();
      await database.query(`update audit set outcome = 'OTHER' where number = 2`);
      await database.close();
      const bad = await run(place.environment, COMMAND, 'audit', 'verify');
      expect(bad).toMatchObject({ code: 1, stdout: expect.stringContaining('entry 2 was changed') });
      expect(await run(place.environment, COMMAND, 'audit')).toMatchObject({ code: 64 });
      const wrong = await run(place.environment, COMMAND, 'audit', 'verify', '--expect', 'x');
      expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('--expect') });
    } finally {
      await place.remove();
    }
  },
  120_000,
);

test('npm run keys, npm run tenants and npm run budgets write down what they did', async () => {
  const place = await newPlace('pglite', 'newest');
  try {
    const keys = (...args: string[]) => run(place.environment, KEYS, ...args);
    expect(await keys('tenants', 'create', 'north-school', '--name', 'North School')).toMatchObject({ code: 0 });
    const made = await keys('keys', 'create', '--name', 'x', '--scopes', 'all', '--tenant', 'north-school');
    const [key] = /key_\w{26}/.exec(made.stdout)!;
    for (let times = 0; times < 2; times += 1) expect(await keys('keys', 'revoke', key)).toMatchObject({ code: 0 });
    const budget = ['--per', 'day', '--units', '5', '--tenant', 'north-school'];
    expect(await keys('budgets', 'set', ...budget)).toMatchObject({ code: 0 });
    expect(await keys('tenants', 'limit', 'north-school', '--operations-per-minute', '60')).toMatchObject({ code: 0 });
    expect(await keys('tenants', 'close', 'north-school')).toMatchObject({ code: 0 });

    const database = await place.open();
    const house = await openTaskHouse({}, {}, { database, secrets: new Secrets([Buffer.from(SECRET)]) });
    const trail = await house.audit.trail('north-school', {}, 20);
    expect(trail.map(({ act, objectId, outcome }) => [act, objectId, outcome]).reverse()).toEqual([
      ['TENANT_CREATED', 'north-school', null],
      ['KEY_CREATED', key, null],
      ['KEY_REVOKED', key, null],
      ['BUDGET_SET', expect.stringMatching(/^budget_/), '5 units a day'],
      ['TENANT_LIMITED', 'north-school', '60'],
      ['TENANT_CLOSED', 'north-school', null],
    ]);
    expect(new Set(trail.map(({ actorKind }) => actorKind))).toEqual(new Set(['COMMAND']));
    await house.close();
    expect(await run(place.environment, COMMAND, 'audit', 'verify')).toMatchObject({ code: 0 });
  } finally {
    await place.remove();
  }
}, 240_000);
