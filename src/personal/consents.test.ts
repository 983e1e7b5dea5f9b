import { randomBytes } from 'node:crypto';
import type { Capability, DataSource, Operation } from '../../datasources/contract.js';
import { plainPng } from '../../test/plain-png.js';
import { refused } from '../../test/refused.js';
import { DRIVERS, openTestDatabase } from '../../test/store-setup.js';
import { openTaskHouse, type TaskHouse, TENANT } from '../../test/task-house.js';
import type { House } from '../assembly.js';
import { ANYONE, SERVER } from '../audit/acts.js';

const upload = { bytes: plainPng(64) };
const PERSON = { name: '试无名', idNumber: '110101190001011009' };

let house: TaskHouse;
/** A house whose vendor answers a verification once it is let go. */
let working: House & { runner: { stop(ms: number): Promise<void> } };
let letGo: () => void = () => {};
let reference: string;

function fegine(): DataSource {
  const capability: Capability<Operation> = {
    bills: true,
    parts: () => 1,
    units: () => 1,
    fit: () => ({ refused: [], ignored: [] }),
    submit: async (_call, context) => {
      context.sent();
      await new Promise<void>((resolve, reject) => {
        letGo = resolve;
        context.signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
      return { state: 'DONE', pictures: [], facts: { faceOutcome: 'MATCH' }, billed: 'YES' };
    },
  };
  const capabilities = { FACE_VERIFICATION: capability, RESTORATION: capability } as DataSource['capabilities'];
  return {
    vendor: 'FEGINE',
    sandbox: false,
    origins: [],
    limits: { concurrency: 8, requestsPerSecond: 1_000 },
    capabilities,
  };
}

const consent = () => ({ purpose: '入职', noticeVersion: '1', reference });
const verify = (over: object = {}) =>
  working.operations.create(
    TENANT,
    'FACE_VERIFICATION',
    {
      ...PERSON,
      photo: { upload },
      consent: consent(),
      vendor: 'FEGINE',
      ...over,
    },
    ANYONE,
  );
const restore = (over: object = {}) =>
  working.operations.create(
    TENANT,
    'RESTORATION',
    {
      photo: { upload },
      steps: 'SR',
      vendor: 'FEGINE',
      consent: consent(),
      ...over,
    },
    ANYONE,
  );
const there = async (id: string) => (await house.files.read(id)) !== undefined;
/** The file goes right after the commit of the end, so within a moment of the state that a reader sees. */
const isGone = async (id: string) => {
  for (let tries = 0; tries < 100 && (await there(id)); tries += 1)
    await new Promise(resolve => setTimeout(resolve, 10));
  return !(await there(id));
};
const withdraw = () => house.consents.withdraw(TENANT, { reference }, ANYONE);
/** Until the vendor is called. */
const called = async (id: string) => {
  await house.until(id, 'RUNNING');
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await house.tasks.attempts([id]))[0]?.sentAt != null) return;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error('the vendor was not called');
};

describe.each(DRIVERS)('on %s', driver => {
  beforeAll(async () => {
    house = await openTaskHouse({}, {}, { database: await openTestDatabase(driver) });
    working = house.withSources(fegine());
  });
  afterAll(() => house.close());
  beforeEach(() => {
    reference = `form ${randomBytes(6).toString('hex')}`;
  });

  test('a consent stands beside its task, and the audit trail has its id', async () => {
    const { id } = await verify();
    const [row] = await house.consents.of(TENANT, [id]);
    expect(row).toMatchObject({ purpose: '入职', noticeVersion: '1', givenBy: 'PERSON', guardian: null, reference });
    const trail = await house.audit.trail(TENANT, { taskId: id, acts: ['TASK_CREATED'] }, 10);
    expect(trail).toMatchObject([{ operation: 'FACE_VERIFICATION', objectId: row!.id }]);
  });

  test('a second try of a task is made under the same consent, and under a withdrawn one is none', async () => {
    const { id } = await restore();
    await house.tasks.cancel(TENANT, id, ANYONE);
    const again = await working.operations.retry(TENANT, id, true, ANYONE);
    expect(await house.consents.of(TENANT, [again.id])).toMatchObject([{ ...consent(), withdrawnAt: null }]);
  });

  test('what is withdrawn is canceled and erased, and nothing more can be made under it', async () => {
    const [first, second, other] = [await verify(), await restore(), await restore({ consent: undefined })];
    const [photo] = first.inputAssets;
    const receipt = await withdraw();
    expect(receipt).toMatchObject({ cause: 'CONSENT', notErased: [], complete: true });
    expect(new Set(receipt.tasks)).toEqual(new Set([first.id, second.id]));
    expect(new Set(receipt.canceled)).toEqual(new Set([first.id, second.id]));
    expect(await there(photo!)).toBe(false);
    expect(await house.tasks.find(TENANT, other.id)).toBeDefined();
    expect(await refused(() => restore())).toBe('CONSENT_WITHDRAWN');
    // The proof that there was a consent stays, without the caller's words for it.
    const rows = await house.consents.of(TENANT, [first.id]);
    expect(rows).toMatchObject([{ reference: null, withdrawnAt: expect.any(Date) }]);
    expect(JSON.stringify(await house.database.query('select * from consents'))).not.toContain(reference);
    // Again it answers with nothing, and not with an error.
    expect(await withdraw()).toMatchObject({ tasks: [], complete: true });
    expect(await refused(() => house.consents.withdraw('another', { reference }, ANYONE))).toBe('NOT_FOUND');
  });

  test('the consent of one task alone leaves the others', async () => {
    const [first, second] = [await restore(), await restore()];
    expect(await house.consents.withdraw(TENANT, { taskId: first.id }, ANYONE)).toMatchObject({ tasks: [first.id] });
    expect(await house.tasks.find(TENANT, second.id)).toBeDefined();
    expect((await restore()).state).toBe('QUEUED');
  });

  test('tasks that are made while a consent is withdrawn are erased with it, or refused', async () => {
    await restore();
    const made = Array.from({ length: 12 }, (_, index) =>
      new Promise(resolve => setTimeout(resolve, index * 2))
        .then(() => restore())
        .then(
          ({ id }) => id,
          error => error.code as string,
        ),
    );
    await new Promise(resolve => setTimeout(resolve, 8));
    await withdraw();
    for (const outcome of await Promise.all(made))
      if (outcome !== 'CONSENT_WITHDRAWN') expect(await house.tasks.find(TENANT, outcome)).toBeUndefined();
    expect(await house.database.query('select 1 from consents where reference = $1', [reference])).toEqual([]);
  });

  test('a withdrawal that died after it was written down is finished by housekeeping', async () => {
    const { id } = await restore();
    await house.database.query('update consents set withdrawn_at = now() where task_id = $1', [id]);
    expect(await house.consents.finishWithdrawals(SERVER)).toBe(1);
    expect(await house.tasks.find(TENANT, id)).toBeUndefined();
    expect(await house.consents.finishWithdrawals(SERVER)).toBe(0);
  });

  describe('the photo of a verification', () => {
    beforeAll(async () => {
      await house.database.query('delete from tasks');
      working.runner!.start();
    });

    test('goes at the end of the task with its original, and its name and number with it', async () => {
      const { id, inputAssets } = await verify();
      await called(id);
      expect(await there(inputAssets[0]!)).toBe(true);
      const [original] = await house.assets.findOriginals(TENANT, inputAssets);
      expect(await there(original!.id)).toBe(true);
      letGo();
      const ended = await house.until(id, 'SUCCEEDED');
      expect(ended.sealed).toBeNull();
      expect(await isGone(inputAssets[0]!)).toBe(true);
      expect([await there(original!.id), await house.keys.find(original!.id)]).toEqual([false, undefined]);
      const acts = (await house.audit.trail(TENANT, { taskId: id }, 10)).map(({ act, outcome }) => [act, outcome]);
      expect(acts).toEqual([
        ['FACE_VERIFIED', null],
        ['TASK_CREATED', null],
      ]);
    });

    test('stays while another open task needs it, and goes with the last of them', async () => {
      const first = await verify();
      const photo = first.inputAssets[0]!;
      await called(first.id);
      const letFirstGo = letGo;
      const other = await restore({ photo: { assetId: photo }, consent: undefined });
      await called(other.id);
      letFirstGo();
      await house.until(first.id, 'SUCCEEDED');
      expect(await there(photo)).toBe(true);
      await house.tasks.cancel(TENANT, other.id, ANYONE);
      expect(await there(photo)).toBe(false);
    });

    test('goes where the task is canceled, and after a crash by housekeeping', async () => {
      const canceled = await verify();
      await called(canceled.id);
      await house.tasks.cancel(TENANT, canceled.id, ANYONE);
      expect(await there(canceled.inputAssets[0]!)).toBe(false);
      const crashed = await verify();
      await called(crashed.id);
      // As if the process had died between the commit and the file.
      await house.database.query(`update tasks set state = 'FAILED' where id = $1`, [crashed.id]);
      expect(await there(crashed.inputAssets[0]!)).toBe(true);
      await house.tidyPersonal(0);
      expect(await there(crashed.inputAssets[0]!)).toBe(false);
    });
  });
});
