import { randomBytes } from 'node:crypto';
import { DRIVERS, openTestDatabase } from '../../test/store-setup.js';
import { FILE, openTaskHouse, type TaskHouse, TENANT } from '../../test/task-house.js';
import { ANYONE } from '../audit/acts.js';
import { Secrets } from '../kernel/secrets.js';
import { Signer, SigningKeys } from '../kernel/signer.js';
import { closeAttempt, noteSent, openAttempt } from '../store/attempt-rows.js';
import { type Receipt, readReceipt } from './receipt.js';

let house: TaskHouse;
let reference: string;

/** The secret of every test house. */
const signer = new SigningKeys(new Secrets([Buffer.alloc(32, 7)])).present;

/** A photo that somebody sent, with its file. */
async function photo(): Promise<string> {
  const id = await made('none');
  await house.database.query(`update assets set kind = 'INPUT', task_id = null where id = $1`, [id]);
  return id;
}
/** A picture that a task made. */
async function made(taskId: string): Promise<string> {
  const { ids, commit } = await house.assets.prepare({ tenantId: TENANT, taskId, files: [FILE] });
  await house.database.transaction(commit);
  return ids[0]!;
}
const there = async (id: string) => (await house.files.read(id)) !== undefined;
const cancel = async (...inputAssets: string[]) =>
  house.tasks.cancel(TENANT, (await house.create({ inputAssets })).id, ANYONE);
const erase = () => house.erasure.eraseReference(TENANT, reference, ANYONE);

describe.each(DRIVERS)('on %s', driver => {
  beforeAll(async () => {
    house = await openTaskHouse({}, {}, { database: await openTestDatabase(driver) });
  });
  afterAll(() => house.close());
  beforeEach(() => {
    reference = `person ${randomBytes(6).toString('hex')}`;
  });

  describe('deleteTask', () => {
    test('its photo goes with the last task that needs it', async () => {
      const id = await photo();
      const [first, second] = [await cancel(id), await cancel(id)];
      expect(await house.erasure.deleteTask(TENANT, first.id, ANYONE)).toMatchObject({
        tasks: [first.id],
        assets: [],
        notErased: [{ assetId: id, code: 'PHOTO_IN_USE' }],
        complete: false,
      });
      expect(await there(id)).toBe(true);
      expect(await house.erasure.deleteTask(TENANT, second.id, ANYONE)).toMatchObject({ assets: [id], complete: true });
      expect(await there(id)).toBe(false);
      await expect(house.assets.bytesOf(TENANT, id)).rejects.toMatchObject({ code: 'PHOTO_GONE' });
    });

    test('each of several photos is looked at', async () => {
      const [shared, alone] = [await photo(), await photo()];
      await cancel(shared);
      const both = await cancel(shared, alone);
      await house.erasure.deleteTask(TENANT, both.id, ANYONE);
      expect([await there(shared), await there(alone)]).toEqual([true, false]);
    });

    test("what it worked on and another task made is that task's, and stays", async () => {
      const id = await made('other');
      const sheet = await cancel(id);
      await house.erasure.deleteTask(TENANT, sheet.id, ANYONE);
      expect(await there(id)).toBe(true);
    });

    test("another tenant's task is none, and one that works is not erased", async () => {
      const task = await cancel();
      await expect(house.erasure.deleteTask('another', task.id, ANYONE)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const open = await house.create();
      await expect(house.erasure.deleteTask(TENANT, open.id, ANYONE)).rejects.toMatchObject({ code: 'NOT_ENDED' });
    });
  });

  describe('erase', () => {
    test('everything of the reference goes, and what was made of it; others stay', async () => {
      const [own, other] = [await photo(), await photo()];
      const ended = await house.tasks.cancel(
        TENANT,
        (await house.create({ reference, inputAssets: [own] })).id,
        ANYONE,
      );
      const result = await made(ended.id);
      // A print sheet of the result, without any reference; it waits in the queue.
      const sheet = await house.create({ inputAssets: [result] });
      const foreign = await house.create({ reference: `${reference} not`, inputAssets: [other] });

      const receipt = await erase();
      expect(receipt).toMatchObject({ cause: 'REFERENCE', canceled: [sheet.id], notErased: [], complete: true });
      expect(new Set(receipt.tasks)).toEqual(new Set([ended.id, sheet.id]));
      expect(new Set(receipt.assets)).toEqual(new Set([own, result]));
      for (const id of [ended.id, sheet.id]) expect(await house.tasks.find(TENANT, id)).toBeUndefined();
      expect([await there(own), await there(result), await there(other)]).toEqual([false, false, true]);
      expect(await house.tasks.find(TENANT, foreign.id)).toMatchObject({ state: 'QUEUED' });
      const listed = await house.erasures.read();
      expect(listed.tasks).toEqual(expect.arrayContaining(receipt.tasks));
      expect(listed.assets).toEqual(expect.arrayContaining(receipt.assets));
      // Once more there is nothing.
      expect(await erase()).toMatchObject({ tasks: [], assets: [], complete: true });
    });

    test('a photo that another task needs stays, and the receipt says so', async () => {
      const id = await photo();
      await house.create({ reference, inputAssets: [id] });
      await house.create({ inputAssets: [id] });
      expect(await erase()).toMatchObject({
        assets: [],
        notErased: [{ taskId: null, assetId: id, code: 'PHOTO_IN_USE' }],
        complete: false,
      });
      expect(await there(id)).toBe(true);
    });

    test('a release that bought the photos of two keeps those of the other', async () => {
      const makers = [await cancel(), await cancel()];
      await house.database.query('update tasks set reference = $2 where id = $1', [makers[0]!.id, reference]);
      const release = await cancel();
      const sold = makers.map(({ id }, index) => ({ photoId: `photo_${id}`, taskId: id, vendorRef: `${index}` }));
      await house.database.query(`update tasks set operation = 'RELEASE', input = $2::jsonb where id = $1`, [
        release.id,
        JSON.stringify({ photos: sold }),
      ]);
      const clean = [await made(release.id), await made(release.id)];
      for (const [index, { photoId, taskId }] of sold.entries())
        await house.database.query(
          `insert into photos (id, tenant_id, task_id, index, source, clean_asset_id, release_task_id)
           values ($1, $2, $3, 0, 'LEQI', $4, $5)`,
          [photoId, TENANT, taskId, clean[index], release.id],
        );
      const both = new Set(makers.map(({ id }) => id));
      const receipt = await erase();
      expect(receipt).toMatchObject({
        tasks: [makers[0]!.id],
        assets: [clean[0]],
        notErased: [{ taskId: release.id, assetId: null, code: 'RELEASED_WITH_OTHERS' }],
      });
      expect([await there(clean[0]!), await there(clean[1]!)]).toEqual([false, true]);
      // With both makers under one reference the release goes as well.
      const again = await house.erasure.eraseTasks(TENANT, [...both], { cause: 'REFERENCE', reference, by: ANYONE });
      expect(new Set(again.tasks)).toEqual(new Set([makers[1]!.id, release.id]));
      expect(again).toMatchObject({ assets: [clean[1]], notErased: [], complete: true });
    });

    test('the receipt tells what each vendor holds, and for how long as far as anybody says', async () => {
      const { id } = await house.create({ reference });
      const call = {
        taskId: id,
        tenantId: TENANT,
        part: 0,
        canBill: true,
        units: 1,
        cost: null,
        unitsLeftBefore: null,
      };
      const sources = ['FANGTANG', 'JUMEI_ID_PHOTO', 'LOCAL', 'LEQI@SANDBOX', 'FEGINE'] as const;
      for (const [index, source] of sources.entries()) {
        const number = index + 1;
        await openAttempt(house.database, { ...call, number, source });
        const failed = source === 'FEGINE';
        if (!failed) await noteSent(house.database, id, number);
        const end = { outcome: failed ? 'FAILED' : 'SUCCEEDED', billed: 'NO' } as const;
        await closeAttempt(house.database, id, number, end);
      }
      const before = Date.now();
      const { vendors } = await erase();
      expect(vendors).toMatchObject([
        { vendor: 'FANGTANG', sandbox: false, calls: 1, holds: [{ what: 'PHOTO', until: null, basis: 'UNKNOWN' }, {}] },
        {
          vendor: 'JUMEI_ID_PHOTO',
          holds: [
            { what: 'PHOTO', until: null },
            { what: 'RESULT', until: null },
          ],
        },
        { vendor: 'LEQI', sandbox: true },
      ]);
      const hour = vendors[0]!.holds[1]!;
      expect(hour).toMatchObject({ what: 'RESULT', basis: 'GUIDE' });
      expect(Math.abs(Date.parse(hour.until!) - before - 3_600_000)).toBeLessThan(60_000);
    });

    test('two at once erase each task once, and both succeed', async () => {
      const tasks = [];
      for (let count = 0; count < 5; count += 1) tasks.push(await house.create({ reference }));
      const receipts = await Promise.all([erase(), erase(), erase()]);
      expect(receipts.flatMap(receipt => receipt.tasks).sort()).toEqual(tasks.map(({ id }) => id).sort());
      expect(receipts.flatMap(receipt => receipt.notErased)).toEqual([]);
    });
  });

  test('a receipt is proof for whoever has the public key, and a changed one is none', async () => {
    await house.create({ reference });
    const { jws, ...receipt } = await erase();
    expect(readReceipt([signer], jws)).toEqual(receipt);
    expect(readReceipt([new Signer(Buffer.alloc(32, 8))], jws)).toBeUndefined();
    const [header, , signature] = jws.split('.');
    const forged = Buffer.from(JSON.stringify({ ...receipt, tasks: [] } satisfies Receipt)).toString('base64url');
    expect(readReceipt([signer], `${header}.${forged}.${signature}`)).toBeUndefined();
    expect(readReceipt([signer], 'not a receipt')).toBeUndefined();
    // It names nobody.
    expect(Buffer.from(jws.split('.')[1]!, 'base64url').toString('utf8')).not.toContain(reference);
  });
});
