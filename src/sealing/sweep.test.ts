import { eachPlace, type PicturePlace, type PlaceKind } from '../../test/picture-places.js';
import { DRIVERS, type Driver, openTestDatabase } from '../../test/store-setup.js';
import { FILE, JOB, openTaskHouse, PHOTO, type TaskHouse, TENANT, ToySource } from '../../test/task-house.js';
import { ANYONE } from '../audit/acts.js';
import { newId } from '../kernel/ids.js';
import { Sealer } from '../kernel/seal.js';
import { PersonalData } from './personal-data.js';

const PERSON = { name: '试无名', idNumber: '110101190001011009' };
const HOUR = 3_600_000;

/** Each test stops an act between two of its steps, as a crash would, and looks at what the next start makes of it. */
const afterACrash = (driver: Driver) => (kind: PlaceKind) => {
  let opening: { open(): Promise<PicturePlace>; close(): Promise<void> };
  let place: PicturePlace;
  let house: TaskHouse;
  let personal: PersonalData;
  beforeAll(async () => {
    opening = await kind.start();
    place = await opening.open();
    house = await openTaskHouse({}, {}, { database: await openTestDatabase(driver), encryptAssets: true, place });
    personal = new PersonalData(house.keys, new Sealer(house.secrets, 'seals'));
  });
  afterAll(async () => {
    await house.close();
    await place.close();
    await opening.close();
  });

  const hasKey = async (id: string) => (await house.keys.find(id)) !== undefined;
  const nextStart = async () => {
    await (await house.assets.beginSweep()).run();
    await house.tidyPersonal(0);
  };
  async function sealedTask(): Promise<string> {
    const id = newId('task');
    await house.create({ id, sealed: await personal.seal({ id, tenantId: TENANT }, PERSON) });
    return id;
  }
  async function picture(): Promise<string> {
    const { ids, commit } = await house.assets.prepare({ tenantId: TENANT, taskId: 'none', files: [FILE] });
    await house.database.transaction(commit);
    return ids[0]!;
  }

  test('a key whose task was never committed goes; while others work, only once it is old', async () => {
    const id = newId('task');
    await house.keys.make(id);
    await house.tidyPersonal(HOUR);
    expect(await hasKey(id)).toBe(true);
    await nextStart();
    expect(await hasKey(id)).toBe(false);
  });

  test('a key whose task has ended goes, and beside it the key of an open task stays', async () => {
    const [ended, open] = [await sealedTask(), await sealedTask()];
    await house.database.query(`update tasks set state = 'FAILED', sealed = null where id = $1`, [ended]);
    await house.tidyPersonal(HOUR);
    expect([await hasKey(ended), await hasKey(open)]).toEqual([false, true]);
    const task = await house.tasks.require(TENANT, open);
    expect(await personal.open(task)).toEqual(PERSON);
    await house.tasks.cancel(TENANT, open, ANYONE);
    expect(await hasKey(open)).toBe(false);
  });

  test('a key whose task was erased goes with the erasure, also where the end of the task has left it', async () => {
    const id = await sealedTask();
    await house.database.query(`update tasks set state = 'FAILED', sealed = null where id = $1`, [id]);
    await house.erasure.deleteTask(TENANT, id, ANYONE);
    expect(await hasKey(id)).toBe(false);
  });

  test('the picture whose row says that it was purged goes, with its key or without', async () => {
    const [both, file, key] = [await picture(), await picture(), await picture()];
    await house.database.query('update assets set purged_at = now() where id = any($1::text[])', [[both, file, key]]);
    await house.keys.destroy(file);
    await house.files.remove(key);
    await nextStart();
    for (const id of [both, file, key]) {
      expect(await hasKey(id)).toBe(false);
      expect(await house.files.has(id)).toBe(false);
    }
  });

  test('a key whose picture was not written goes; one whose picture was not committed is set aside with it', async () => {
    const lone = newId('asset');
    await house.keys.make(lone);
    const { ids } = await house.assets.prepare({ tenantId: TENANT, taskId: 'none', files: [FILE] });
    await nextStart();
    expect(await hasKey(lone)).toBe(false);
    expect(await house.files.read(ids[0]!)).toBeUndefined();
    expect(await hasKey(ids[0]!)).toBe(true);
    // Were its row there again, it would open.
    await house.files.bringBack(ids[0]!);
    const opened = await house.assets.open({ tenantId: TENANT, id: ids[0]! });
    expect(opened?.bytes).toBe(FILE.bytes.byteLength);
    opened?.stream.destroy();
  });

  test('a picture whose key is gone is missing, and a task whose key is gone fails: each says so', async () => {
    const id = await picture();
    await house.keys.destroy(id);
    await expect(house.assets.bytesOf(TENANT, id)).rejects.toMatchObject({ code: 'PHOTO_MISSING' });
    const task = await sealedTask();
    await personal.forget(task);
    await nextStart();
    const call = { operation: 'ID_PHOTO', job: JOB, photos: { photo: '' }, part: 0 } as const;
    const source = new ToySource(true, async context => {
      await context.open(call);
      return [PHOTO];
    });
    house.runnerOf(source).start();
    expect(await house.until(task, 'FAILED')).toMatchObject({ failure: { code: 'PERSONAL_DATA_GONE' } });
    // Before anything was sent, and only once.
    expect(source.calls).toBe(1);
    expect(await house.tasks.attempts([task])).toMatchObject([{ billed: 'NO', outcome: 'FAILED' }]);
  });
};

for (const driver of DRIVERS)
  eachPlace(`after a crash on ${driver}, pictures`, afterACrash(driver), driver === 'postgres');
