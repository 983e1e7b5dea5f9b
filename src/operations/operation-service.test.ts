import type { Capability, DataSource, Operation, VendorName } from '../../datasources/contract.js';
import { plainPng } from '../../test/plain-png.js';
import { refused } from '../../test/refused.js';
import { lend } from '../../test/shared-house.js';
import { openTaskHouse, type TaskHouse } from '../../test/task-house.js';
import { ANYONE } from '../audit/acts.js';
import { newId } from '../kernel/ids.js';
import type { TaskState } from '../store/task.js';
import { disableWebhook, insertWebhook } from '../store/webhook-rows.js';
import type { OperationService } from './operation-service.js';

const PHOTO = plainPng(64);
const upload = { bytes: PHOTO };

/** A vendor of these operations to which nothing is sent: no worker runs here. */
function source(vendor: VendorName, operations: Operation[], sandbox = false): DataSource {
  const capability: Capability<Operation> = {
    bills: vendor !== 'LOCAL',
    parts: () => 1,
    units: () => (vendor === 'LOCAL' ? 0 : 2),
    fit: () => ({ refused: [], ignored: vendor === 'FANGTANG' ? ['input.dpi'] : [] }),
    submit: () => Promise.reject(new Error('nothing is sent')),
  };
  const capabilities = Object.fromEntries(operations.map(operation => [operation, capability]));
  return { vendor, sandbox, origins: [], limits: { concurrency: 1, requestsPerSecond: 1 }, capabilities };
}

let house: TaskHouse;
let operations: OperationService;
let withoutFangtang: OperationService;
beforeAll(async () => {
  house = await openTaskHouse();
  const local = source('LOCAL', ['RESTORATION', 'ID_PHOTO', 'PRINT_SHEET']);
  const played = source('FANGTANG', ['RESTORATION'], true);
  const fegine = [source('FEGINE', ['FACE_VERIFICATION']), source('FEGINE', ['FACE_VERIFICATION'], true)];
  ({ operations } = house.withSources(source('FANGTANG', ['RESTORATION', 'ID_PHOTO']), local, ...fegine, played));
  ({ operations: withoutFangtang } = house.withSources(local, played));
});
afterAll(() => house.close());
/** Each test has a tenant of its own, and so keys and photos of its own. */
let tenant = '';
let tenants = 0;
beforeEach(() => {
  tenants += 1;
  tenant = `tenant ${tenants}`;
});

const restore = (over: Partial<Parameters<typeof operations.create<'RESTORATION'>>[2]> = {}) =>
  operations.create(tenant, 'RESTORATION', { photo: { upload }, steps: 'SR', ...over }, ANYONE);
/** Of photos without their originals. */
const count = async (table: 'tasks' | 'assets') =>
  (
    await house.database.query(
      `select 1 from ${table} where tenant_id = $1 ${table === 'assets' ? `and kind <> 'ORIGINAL'` : ''}`,
      [tenant],
    )
  ).length;
const setState = (id: string, state: TaskState) =>
  house.database.query('update tasks set state = $2 where id = $1', [id, state]);

test('a tenant with as many tasks as may wait is refused before its photo is kept; a repeated request is not', async () => {
  // Each photo is kept upright and as it was sent.
  const tenantLimits = { waitingTasks: 2, keptBytes: 4 * PHOTO.length };
  const small = await openTaskHouse({}, {}, { database: lend(house.database), tenantLimits });
  let { operations: limited } = small.withSources(source('LOCAL', ['RESTORATION']));
  const make = (over: object) =>
    limited.create(tenant, 'RESTORATION', { photo: { upload }, steps: 'SR', ...over }, ANYONE);
  const { id } = await make({ idempotencyKey: 'one' });
  const { inputAssets } = await make({ steps: 'DE' });
  expect(await refused(() => make({ steps: 'SR,DE' }))).toMatch(/^QUOTA_EXCEEDED/);
  expect(await count('assets')).toBe(2);
  expect((await make({ idempotencyKey: 'one' })).id).toBe(id);
  await setState(id, 'FAILED');
  expect(await refused(() => limited.retry(tenant, id, false, ANYONE))).toMatch(/^QUOTA_EXCEEDED/);
  await house.database.query('delete from task_queue where tenant_id = $1', [tenant]);
  // Another replica has counted nothing yet. There is room for a task, and none for a photo but those that are kept.
  ({ operations: limited } = small.withSources(source('LOCAL', ['RESTORATION'])));
  expect(await refused(() => make({}))).toMatch(/^QUOTA_EXCEEDED/);
  expect((await make({ photo: { assetId: inputAssets[0] } })).state).toBe('QUEUED');
  await small.close();
});

describe('with DARKROOM_REQUIRE_CONSENT', () => {
  const consent = { reference: 'C-1', purpose: 'x', noticeVersion: '1' };
  let strict: OperationService;
  let strictHouse: TaskHouse;
  beforeAll(async () => {
    strictHouse = await openTaskHouse({}, {}, { database: lend(house.database), requireConsent: true });
    ({ operations: strict } = strictHouse.withSources(source('LOCAL', ['RESTORATION', 'PRINT_SHEET', 'PAINTING'])));
  });
  afterAll(() => strictHouse.close());

  test('what works on a face wants a consent, and is told before a photo is kept; a painting wants none', async () => {
    const asked = { photo: { upload }, steps: 'SR' } as const;
    expect(await refused(() => strict.create(tenant, 'RESTORATION', asked, ANYONE))).toBe(
      'BAD_USER_INPUT input.consent REQUIRED',
    );
    expect(await count('assets')).toBe(0);
    expect((await strict.create(tenant, 'RESTORATION', { ...asked, consent }, ANYONE)).state).toBe('QUEUED');
    const painting = { text: 'x', style: '油画', resolution: '1024*1024', count: 1 } as const;
    expect((await strict.create(tenant, 'PAINTING', painting, ANYONE)).state).toBe('QUEUED');
  });

  test('a print sheet of an uploaded photo wants one, of a photo that was made here none', async () => {
    const { inputAssets } = await restore();
    const sheet = { items: [{ assetId: inputAssets[0]! }] };
    expect(await refused(() => strict.create(tenant, 'PRINT_SHEET', sheet, ANYONE))).toBe(
      'BAD_USER_INPUT input.consent REQUIRED',
    );
    expect((await strict.create(tenant, 'PRINT_SHEET', { ...sheet, consent }, ANYONE)).state).toBe('QUEUED');
    await house.database.query(`update assets set kind = 'RESULT' where id = $1`, [inputAssets[0]]);
    expect((await strict.create(tenant, 'PRINT_SHEET', sheet, ANYONE)).state).toBe('QUEUED');
  });

  test('a task from before, without a consent, is not tried again', async () => {
    const { id } = await restore();
    await setState(id, 'FAILED');
    expect(await refused(() => strict.retry(tenant, id, true, ANYONE))).toBe('CANNOT_RETRY');
  });
});

describe('create', () => {
  test('keeps the photo, routes the job and makes the task', async () => {
    const task = await restore({ reference: 'order 7', labels: ['a', 'a'] });
    expect(task).toMatchObject({
      operation: 'RESTORATION',
      state: 'QUEUED',
      source: 'FANGTANG',
      route: ['FANGTANG', 'LOCAL'],
      ignoredOptions: ['input.dpi'],
      input: { steps: 'SR' },
      sealed: null,
      reference: 'order 7',
      labels: ['a'],
    });
    expect(await house.assets.find(tenant, task.inputAssets)).toMatchObject([{ kind: 'INPUT', width: 100 }]);
  });

  test('a task may name an active webhook of its tenant, which its retry names too; without one, keys are as before', async () => {
    const insert = (id: string, tenantId: string) => {
      const about = {
        apiKeyId: null,
        url: 'https://hooks.example/',
        events: ['TASK_FAILED' as const],
        followsAll: false,
      };
      return insertWebhook(house.database, { ...about, id, tenantId, secret: 'sealed' }, 9);
    };
    const [own, foreign] = [newId('webhook'), newId('webhook')];
    await insert(own, tenant);
    await insert(foreign, 'another');
    const task = await restore({ webhookId: own, idempotencyKey: 'k' });
    expect(task.webhookId).toBe(own);
    expect((await restore({ webhookId: own, idempotencyKey: 'k' })).id).toBe(task.id);
    expect(await refused(() => restore({ idempotencyKey: 'k' }))).toBe('IDEMPOTENCY_CONFLICT');
    await setState(task.id, 'CANCELED');
    expect(await operations.retry(tenant, task.id, true, ANYONE)).toMatchObject({ retryOf: task.id, webhookId: own });
    const before = await count('assets');
    for (const webhookId of [foreign, newId('webhook'), 'no id'])
      expect(await refused(() => restore({ webhookId, photo: { upload: { bytes: plainPng(65) } } }))).toBe(
        'BAD_USER_INPUT input.webhookId UNKNOWN',
      );
    await disableWebhook(house.database, own, 'GONE');
    expect(await refused(() => restore({ webhookId: own }))).toBe('BAD_USER_INPUT input.webhookId DISABLED');
    // The task is there: who repeats the request is answered with it.
    expect((await restore({ webhookId: own, idempotencyKey: 'k' })).id).toBe(task.id);
    await house.database.query(
      `update webhooks set api_key_id = 'key', state = 'ACTIVE', disabled_reason = null, disabled_at = null`,
    );
    expect(await refused(() => restore({ webhookId: own }))).toBe('BAD_USER_INPUT input.webhookId OTHER_KEY');
    expect(await count('assets')).toBe(before);
  });

  test('seals what is personal; the plain words stand in no column', async () => {
    const person = { name: '试无名', idNumber: '110101190001011009' };
    const consent = { reference: 'C-1', purpose: '入职', noticeVersion: '1' };
    const task = await operations.create(
      tenant,
      'FACE_VERIFICATION',
      { ...person, photo: { upload }, consent },
      ANYONE,
    );
    expect(task.sealed).toMatch(/^v2\./);
    expect(task.input).toEqual({});
    expect(await house.consents.of(tenant, [task.id])).toMatchObject([consent]);
    const rows = await house.database.query('select * from tasks where tenant_id = $1', [tenant]);
    expect(JSON.stringify(rows)).not.toMatch(/试无名|110101190001011009/);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['a wrong option', () => restore({ reference: '' }), 'BAD_USER_INPUT input.reference LENGTH'],
    ['a wrong photo', () => restore({ photo: {} }), 'BAD_USER_INPUT input.photo EXACTLY_ONE'],
    [
      'a vendor that is not there',
      () => restore({ vendor: 'LEQI' }),
      'VENDOR_NOT_CONFIGURED input.vendor NOT_CONFIGURED',
    ],
    [
      'a file that is no photo',
      () => restore({ photo: { upload: { bytes: Buffer.from('%PDF-') } } }),
      'UNSUPPORTED_FORMAT input.photo UNSUPPORTED_FORMAT',
    ],
    [
      'the sandbox for a face, by AUTO',
      () => {
        const consent = { reference: 'C-1', purpose: 'x', noticeVersion: '1' };
        const request = { name: '试无名', idNumber: '110101190001011009', photo: { upload }, consent };
        return withoutFangtang.create(tenant, 'FACE_VERIFICATION', request, ANYONE);
      },
      'VENDOR_NOT_CONFIGURED input.vendor NOT_CONFIGURED',
    ],
  ])('refuses %s, and keeps neither task nor photo', async (_, create, why) => {
    expect(await refused(create)).toBe(why);
    expect([await count('tasks'), await count('assets')]).toEqual([0, 0]);
  });
});

describe('one idempotency key', () => {
  const idempotencyKey = 'order-1';

  test('and the same request give the same task, and the photo is kept once', async () => {
    const first = await restore({ idempotencyKey });
    const again = await restore({ idempotencyKey, photo: { base64: PHOTO.toString('base64') } });
    const byAsset = await restore({ idempotencyKey, photo: { assetId: first.inputAssets[0]! } });
    expect([again.id, byAsset.id]).toEqual([first.id, first.id]);
    expect([await count('tasks'), await count('assets')]).toEqual([1, 1]);
  });

  test('still give it when the photo went; a new request is told so', async () => {
    const first = await restore({ idempotencyKey });
    const photo = { assetId: first.inputAssets[0]! };
    await house.assets.purge(tenant, first.inputAssets);
    expect((await restore({ idempotencyKey, photo })).id).toBe(first.id);
    expect(await refused(() => restore({ idempotencyKey: 'order-2', photo }))).toBe('PHOTO_GONE');
  });

  test.each<[string, Parameters<typeof restore>[0]]>([
    ['another job', { steps: 'SR_REPAIR' }],
    ['another photo', { photo: { upload: { bytes: plainPng(65) } } }],
    ['another vendor', { vendor: 'LOCAL' }],
    ['another reference', { reference: 'r' }],
    ['other labels', { labels: ['a'] }],
  ])('and %s are a conflict, and nothing is kept', async (_, over) => {
    await restore({ idempotencyKey });
    expect(await refused(() => restore({ idempotencyKey, ...over }))).toBe('IDEMPOTENCY_CONFLICT');
    expect([await count('tasks'), await count('assets')]).toEqual([1, 1]);
  });

  test('and the same words for another operation are a conflict', async () => {
    const { inputAssets } = await restore({ idempotencyKey });
    const sheet = { items: [{ assetId: inputAssets[0]! }], idempotencyKey };
    expect(await refused(() => operations.create(tenant, 'PRINT_SHEET', sheet, ANYONE))).toBe('IDEMPOTENCY_CONFLICT');
  });

  test('and another person are a conflict: what is sealed is part of what is asked for', async () => {
    const asked = { photo: { upload }, consent: { reference: 'C', purpose: 'x', noticeVersion: '1' }, idempotencyKey };
    const verify = (name: string) =>
      operations.create(tenant, 'FACE_VERIFICATION', { ...asked, name, idNumber: '110101190001011009' }, ANYONE);
    const first = await verify('试无名');
    expect((await verify('试无名')).id).toBe(first.id);
    expect(await refused(() => verify('试无号'))).toBe('IDEMPOTENCY_CONFLICT');
  });

  test('of two tenants are two keys', async () => {
    const first = await restore({ idempotencyKey });
    tenant = `${tenant} b`;
    expect((await restore({ idempotencyKey, steps: 'SR_REPAIR' })).id).not.toBe(first.id);
  });
});

describe('quote', () => {
  const spender = () => ({ tenantId: tenant, apiKeyId: null, labels: [] });

  test('says who would serve, for how much, and who would take over; nothing is kept', async () => {
    expect(await operations.quote(spender(), 'RESTORATION', 'SR')).toEqual({
      vendor: 'FANGTANG',
      sandbox: false,
      units: 2,
      cost: null,
      refusedBy: null,
      ruleOverrides: [],
      ignoredOptions: ['input.dpi'],
      failover: ['LOCAL'],
    });
    expect(await withoutFangtang.quote(spender(), 'RESTORATION', 'SR', 'SANDBOX')).toMatchObject({
      vendor: 'FANGTANG',
      sandbox: true,
    });
    expect([await count('tasks'), await count('assets')]).toEqual([0, 0]);
  });

  test('takes the vendor of the wish, and the one beside it before that', async () => {
    const wish = { customSize: { widthPx: 295, heightPx: 413 }, vendor: 'LOCAL' } as const;
    expect(await operations.quote(spender(), 'ID_PHOTO', wish)).toMatchObject({
      vendor: 'LOCAL',
      units: 0,
      failover: [],
    });
    expect(await operations.quote(spender(), 'ID_PHOTO', wish, 'FANGTANG')).toMatchObject({ vendor: 'FANGTANG' });
  });

  test('does not miss what the caller left to us', async () => {
    const size = { customSize: { widthPx: 295, heightPx: 413 } };
    expect((await operations.quote(spender(), 'ID_PHOTO', size)).ignoredOptions).toEqual([]);
    expect((await operations.quote(spender(), 'ID_PHOTO', { ...size, dpi: 300 })).ignoredOptions).toEqual([
      'input.dpi',
    ]);
  });

  test('a print sheet is free', async () => {
    expect(await operations.quote(spender(), 'PRINT_SHEET', true)).toMatchObject({ vendor: 'LOCAL', units: 0 });
  });
});

describe('retry', () => {
  const retry = (id: string, accept = false) => operations.retry(tenant, id, accept, ANYONE);

  test('makes a new task with the same input, routed anew, that names the old one', async () => {
    const first = await restore({ reference: 'order 7', labels: ['a'] });
    await setState(first.id, 'FAILED');
    const again = await retry(first.id);
    const { input, inputAssets, reference, labels, route } = first;
    expect(again).toMatchObject({ state: 'QUEUED', retryOf: first.id, input, inputAssets, reference, labels, route });
    expect(again.id).not.toBe(first.id);
  });

  test.each<[string, Parameters<typeof restore>[0], string[]]>([
    ['who asked for AUTO gets AUTO again', {}, ['LOCAL']],
    ['who asked for one vendor gets no other', { vendor: 'FANGTANG' }, ['FANGTANG@SANDBOX']],
  ])('%s, of those that are there by then', async (_, over, route) => {
    const first = await restore(over);
    await setState(first.id, 'FAILED');
    expect((await withoutFangtang.retry(tenant, first.id, false, ANYONE)).route).toEqual(route);
  });

  test('who asked for the sandbox gets the sandbox, whoever is there by then', async () => {
    const first = await withoutFangtang.create(
      tenant,
      'RESTORATION',
      {
        photo: { upload },
        steps: 'SR',
        vendor: 'SANDBOX',
      },
      ANYONE,
    );
    await setState(first.id, 'FAILED');
    expect((await retry(first.id)).route).toEqual(['FANGTANG@SANDBOX']);
  });

  test.each(['SUCCEEDED', 'QUEUED', 'RUNNING'] as const)('one that is %s is not tried again', async state => {
    const { id } = await restore();
    await setState(id, state);
    expect(await refused(() => retry(id))).toBe('CANNOT_RETRY');
    expect(await count('tasks')).toBe(1);
  });

  test.each(['FAILED', 'CANCELED', 'EXPIRED', 'NEEDS_REVIEW'] as const)('one that is %s is', async state => {
    const { id } = await restore();
    await setState(id, state);
    expect(await retry(id)).toMatchObject({ retryOf: id });
  });

  test('a photo that went is asked for again', async () => {
    const { id, inputAssets } = await restore();
    await setState(id, 'FAILED');
    await house.assets.purge(tenant, inputAssets);
    expect(await refused(() => retry(id))).toBe('PHOTO_GONE');
  });

  test('who was verified is asked for again', async () => {
    const request = {
      name: '试无名',
      idNumber: '110101190001011009',
      photo: { upload },
      consent: { reference: 'C', purpose: 'x', noticeVersion: '1' },
    };
    const { id } = await operations.create(tenant, 'FACE_VERIFICATION', request, ANYONE);
    await setState(id, 'FAILED');
    expect(await refused(() => retry(id))).toBe('CANNOT_RETRY');
  });

  test('many clicks at once make one task', async () => {
    const { id } = await restore();
    await setState(id, 'FAILED');
    const made = await Promise.all(Array.from({ length: 8 }, () => retry(id)));
    expect(new Set(made.map(task => task.id)).size).toBe(1);
    expect(await count('tasks')).toBe(2);
  });

  test("another tenant's task is none", async () => {
    const { id } = await restore();
    expect(await refused(() => operations.retry('another', id, true, ANYONE))).toBe('NOT_FOUND');
  });
});
