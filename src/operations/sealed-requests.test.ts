import type { Capability, DataSource, Operation } from '../../datasources/contract.js';
import { plainPng } from '../../test/plain-png.js';
import { refused } from '../../test/refused.js';
import { lend } from '../../test/shared-house.js';
import { openTaskHouse, type TaskHouse } from '../../test/task-house.js';
import { ANYONE } from '../audit/acts.js';
import { Sealer } from '../kernel/seal.js';
import { Secrets } from '../kernel/secrets.js';
import { PersonalData } from '../sealing/personal-data.js';
import type { OperationService } from './operation-service.js';

const PERSON = { name: '试无名', idNumber: '110101190001010006' };
const upload = { bytes: plainPng(64) };

/** A vendor that never answers, so that its tasks stay open. */
function source(): DataSource {
  const capability: Capability<Operation> = {
    bills: true,
    parts: () => 1,
    units: () => 1,
    fit: () => ({ refused: [], ignored: [] }),
    submit: (_call, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
  };
  const capabilities = { FACE_VERIFICATION: capability, RESTORATION: capability } as DataSource['capabilities'];
  const limits = { concurrency: 8, requestsPerSecond: 1_000 };
  return { vendor: 'FEGINE', sandbox: false, origins: [], limits, capabilities };
}

let house: TaskHouse;
let operations: OperationService;
beforeAll(async () => {
  house = await openTaskHouse();
  ({ operations } = house.withSources(source()));
});
afterAll(() => house.close());
let tenant = '';
let tenants = 0;
beforeEach(() => {
  tenants += 1;
  tenant = `tenant ${tenants}`;
});

const verify = (over: object = {}) => {
  const consent = { reference: `consent of ${tenant}`, purpose: 'x', noticeVersion: '1' };
  const request = { ...PERSON, photo: { upload }, consent, vendor: 'FEGINE', ...over } as const;
  return operations.create(tenant, 'FACE_VERIFICATION', request, ANYONE);
};
const keys = async () => {
  const ids: string[] = [];
  for await (const id of house.keys.list('task')) ids.push(id);
  return ids.sort();
};

test('personal data are sealed for their task, and the key goes with its end', async () => {
  const personal = new PersonalData(house.keys, new Sealer(house.secrets, 'seals'));
  const [first, second] = [await verify(), await verify()];
  expect(await keys()).toEqual([first.id, second.id].sort());
  expect(await personal.open(first)).toEqual(PERSON);
  await expect(personal.open({ ...first, sealed: second.sealed })).rejects.toMatchObject({ code: 'INTERNAL' });
  for (const { id } of [first, second]) await house.tasks.cancel(tenant, id, ANYONE);
  expect(await keys()).toEqual([]);
  await expect(personal.open(first)).rejects.toMatchObject({ code: 'PERSONAL_DATA_GONE' });
});

test('a request that is repeated, or refused, leaves no key', async () => {
  const made = await Promise.all(Array.from({ length: 4 }, () => verify({ idempotencyKey: 'k' })));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  expect(await keys()).toEqual([made[0]!.id]);
  await house.consents.withdraw(tenant, { reference: `consent of ${tenant}` }, ANYONE);
  expect(await refused(() => verify())).toBe('CONSENT_WITHDRAWN');
  expect(await keys()).toEqual([]);
});

test('a request whose budget another replica made meanwhile leaves no key of the task that was not made', async () => {
  await house.database.query('insert into tenants (id, name) values ($1, $1)', [tenant]);
  // From here on this replica knows that there is no budget, for a minute.
  const { id } = await verify();
  await house.tasks.cancel(tenant, id, ANYONE);
  const { budgets } = house.withSources(source());
  await budgets.set({ tenantId: tenant, per: 'TOTAL', units: 0 }, ANYONE);
  expect(await refused(() => verify())).toBe('BUDGET_EXHAUSTED input UNITS');
  expect(await keys()).toEqual([]);
});

test('a request that is sent again after a rotation of the secret is the same request', async () => {
  const request = { photo: { upload }, steps: 'SR', idempotencyKey: 'k' } as const;
  const before = await operations.create(tenant, 'RESTORATION', request, ANYONE);
  const secrets = new Secrets([Buffer.alloc(32, 8), Buffer.alloc(32, 7)]);
  const rotated = await openTaskHouse({}, {}, { database: lend(house.database), secrets });
  const { operations: after } = rotated.withSources(source());
  expect((await after.create(tenant, 'RESTORATION', request, ANYONE)).id).toBe(before.id);
  expect(await refused(() => after.create(tenant, 'RESTORATION', { ...request, steps: 'SR_REPAIR' }, ANYONE))).toBe(
    'IDEMPOTENCY_CONFLICT',
  );
  await rotated.close();
});
