import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { ERASURES } from '../src/assets/erasure-file.js';
import { ANYONE } from '../src/audit/acts.js';
import { newId } from '../src/kernel/ids.js';
import { Sealer } from '../src/kernel/seal.js';
import { Secrets } from '../src/kernel/secrets.js';
import { checkBackup, writeManifest } from '../src/maintenance/backup-folder.js';
import { keyFile } from '../src/sealing/data-keys.js';
import { PersonalData } from '../src/sealing/personal-data.js';
import { newPlace, type Place, SECRET } from './backup-house.js';
import { findIn } from './personal-traces.js';
import { plainPng } from './plain-png.js';
import { temporaryFolder } from './running-server.js';
import { DRIVERS } from './store-setup.js';
import { FILE, openTaskHouse, type TaskHouse, TENANT } from './task-house.js';

const PERSON = { name: '钟离匿名', idNumber: '110101190001010006' };
const places: Place[] = [];
const folder = temporaryFolder();
afterAll(async () => {
  await Promise.all(places.map(made => made.remove()));
  await (await folder).remove();
});

async function place(...given: Parameters<typeof newPlace>): Promise<Place> {
  const made = await newPlace(...given);
  places.push(made);
  return made;
}

async function inHouse<T>(at: Place, work: (house: TaskHouse) => Promise<T>): Promise<T> {
  const secrets = new Secrets([Buffer.from(SECRET)]);
  const given = { database: await at.open(), dataDirectory: at.dataDirectory, secrets, encryptAssets: true };
  const house = await openTaskHouse({}, {}, given);
  try {
    return await work(house);
  } finally {
    await house.close();
  }
}

const personalOf = (house: TaskHouse) => new PersonalData(house.keys, new Sealer(house.secrets, 'seals'));

async function sealedTask(house: TaskHouse): Promise<string> {
  const id = newId('task');
  await house.create({ id, sealed: await personalOf(house).seal({ id, tenantId: TENANT }, PERSON) });
  return id;
}

async function picture(house: TaskHouse): Promise<string> {
  const { ids, commit } = await house.assets.prepare({ tenantId: TENANT, taskId: 'none', files: [FILE] });
  await house.database.transaction(commit);
  return ids[0]!;
}

test.each(DRIVERS)(
  'a backup of %s has what is sealed with its keys; what was erased after it is erased again, keys too',
  async driver => {
    const from = await place(driver, 'newest');
    const made = await inHouse(from, async house => ({
      kept: await sealedTask(house),
      erased: await sealedTask(house),
      picture: await picture(house),
      purged: await picture(house),
    }));
    const backup = path.join((await folder).path, driver);
    const { files, lacking } = await from.backUp(backup);
    expect(lacking).toEqual([]);
    expect(Object.keys(files).filter(name => name.startsWith('keys/'))).toHaveLength(4);
    expect(await checkBackup(backup)).toMatchObject({ faults: [] });
    expect(findIn(backup, '', Object.values(PERSON))).toEqual([]);

    await inHouse(from, async house => {
      await house.tasks.cancel(TENANT, made.erased, ANYONE);
      await house.erasure.deleteTask(TENANT, made.erased, ANYONE);
      await house.assets.purge(TENANT, [made.purged]);
    });
    const to = await place(driver);
    await to.restore(backup, { erasures: path.join(from.dataDirectory, ERASURES) });
    for (const id of [made.erased, made.purged])
      await expect(readFile(path.join(to.dataDirectory, 'keys', keyFile(id)))).rejects.toMatchObject({
        code: 'ENOENT',
      });
    await inHouse(to, async house => {
      const personal = personalOf(house);
      expect(await personal.open(await house.tasks.require(TENANT, made.kept))).toEqual(PERSON);
      expect(await house.tasks.find(TENANT, made.erased)).toBeUndefined();
      expect((await house.assets.bytesOf(TENANT, made.picture)).byteLength).toBe(FILE.bytes.byteLength);
      await expect(house.assets.bytesOf(TENANT, made.purged)).rejects.toMatchObject({ code: 'PHOTO_GONE' });
    });

    // A sealed picture whose key is not there is a fault.
    const { manifest } = await checkBackup(backup);
    const key = `keys/${keyFile(made.picture)}`;
    await rm(path.join(backup, key));
    expect((await checkBackup(backup)).faults).toEqual([`${key}: missing`]);
    for (const name of ['manifest.json', 'manifest.json.sha256']) await rm(path.join(backup, name));
    const { [key]: _, ...others } = manifest.files;
    await writeManifest(backup, { ...manifest, files: others });
    expect((await checkBackup(backup)).faults).toEqual([expect.stringMatching(/no key of this picture$/)]);
  },
  120_000,
);

test('a backup has originals with their keys, in a house that seals nothing else; without its secret they are given up', async () => {
  const from = await place('pglite', 'newest');
  const sent = plainPng(100);
  const house = async <T>(at: Place, work: (house: TaskHouse) => Promise<T>) => {
    const secrets = new Secrets([Buffer.from(SECRET)]);
    const opened = await openTaskHouse({}, {}, { database: await at.open(), dataDirectory: at.dataDirectory, secrets });
    return work(opened).finally(() => opened.close());
  };
  const photo = await house(from, async ({ assets }) => (await assets.storeUpload(TENANT, sent, ANYONE)).id);
  const backup = path.join((await folder).path, 'originals');
  const { files } = await from.backUp(backup);
  expect(Object.keys(files).filter(name => name.startsWith('keys/'))).toHaveLength(1);
  expect(await checkBackup(backup)).toMatchObject({ faults: [] });

  const same = await place('pglite');
  await same.restore(backup);
  await house(same, async ({ assets }) => {
    expect(await assets.findOriginals(TENANT, [photo])).toHaveLength(1);
    expect(Buffer.from(await assets.originalOf(TENANT, photo))).toEqual(sent);
  });
  const other = await place('pglite');
  await other.restore(backup, { newSecret: true, secret: 'another secret, as long as the first' });
  await house(other, async ({ assets, files }) => {
    expect(await assets.findOriginals(TENANT, [photo])).toEqual([]);
    expect((await assets.bytesOf(TENANT, photo)).byteLength).toBeGreaterThan(0);
    const ids: string[] = [];
    for await (const id of files.list()) ids.push(id);
    expect(ids).toEqual([photo]);
  });
});

test('a house whose sealed picture was changed is backed up without it, and says so', async () => {
  const from = await place('pglite', 'newest');
  const id = await inHouse(from, async house => {
    const changed = await picture(house);
    const bytes = (await house.files.read(changed))!;
    bytes[100]! ^= 1;
    await house.files.write(changed, bytes);
    return changed;
  });
  const backup = path.join((await folder).path, 'changed');
  expect(await from.backUp(backup)).toMatchObject({ lacking: [id] });
}, 60_000);
