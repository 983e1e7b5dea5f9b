import { silentLog } from '../../test/store-setup.js';
import { LIMITS } from '../kernel/limits.js';
import { OPEN_CALLER } from './access-service.js';
import type { Caller } from './caller.js';
import { accountOf, CallerRates } from './caller-rates.js';
import { Rates } from './rates.js';

const KEY: Caller = {
  ...OPEN_CALLER,
  kind: 'API_KEY',
  id: 'key_1',
  apiKeyId: 'key_1',
  tenantId: 'north-school',
  operationsPerMinute: { key: null, tenant: null },
};
const rates = () => new CallerRates(new Rates({ log: silentLog, now: () => 0 }), { key: 200, tenant: 1_000 });
const limits = (caller: Caller) =>
  Object.fromEntries(
    rates()
      .statesOf(caller)
      .map(({ name, limit }) => [name, limit]),
  );

test('a key has its own rate, that of its tenant, or those of the configuration', () => {
  expect(limits(KEY)).toEqual({ key: 200, 'key-cost': 60_000, tenant: 1_000, 'tenant-cost': 300_000 });
  expect(limits({ ...KEY, operationsPerMinute: { key: 100, tenant: 5_000 } })).toMatchObject({
    key: 100,
    tenant: 5_000,
  });
});

test('into the cost of the smallest rate the most expensive document fits', () => {
  const { visitedFields, rootFields } = LIMITS.graphql;
  const most = visitedFields + rootFields * LIMITS.rate.mutationCost;
  expect(limits({ ...KEY, operationsPerMinute: { key: 1, tenant: null } })).toMatchObject({ key: 1, 'key-cost': most });
});

test('two keys of a tenant are counted apart, and at their tenant together', async () => {
  const counted = rates();
  await counted.admit(KEY, { operations: 3, cost: 7 });
  await counted.admit({ ...KEY, id: 'key_2', apiKeyId: 'key_2' }, { operations: 1, cost: 1 });
  expect(counted.statesOf(KEY).map(({ remaining }) => remaining)).toEqual([197, 59_993, 996, 299_992]);
});

test('one subject of a JWT is counted apart in each of its tenants', () => {
  const jwt: Caller = { ...KEY, kind: 'JWT', id: 'jwt_1', apiKeyId: null };
  expect(accountOf({ ...jwt, tenantId: 'other' })!.caller).not.toBe(accountOf(jwt)!.caller);
});

test('what a key gave out asks from the rate of the key, and holds its own sockets', async () => {
  const counted = rates();
  const link: Caller = { ...KEY, kind: 'PHOTO_LINK', id: 'link_1', apiKeyId: KEY.id };
  await counted.admit(link, { operations: 3, cost: 7 });
  expect(counted.statesOf(KEY).map(({ remaining }) => remaining)).toEqual(
    counted.statesOf(link).map(({ remaining }) => remaining),
  );
  expect(counted.statesOf(KEY)[0]!.remaining).toBe(197);
  expect(accountOf(link)!.caller).not.toBe(accountOf(KEY)!.caller);
});

test('a server without keys counts nobody', async () => {
  const counted = rates();
  for (let i = 0; i < 500; i++) await counted.admit(OPEN_CALLER, { operations: 100, cost: 100_000 });
  expect(counted.statesOf(OPEN_CALLER)).toEqual([]);
  expect(accountOf(OPEN_CALLER)).toBeUndefined();
});

test('a webhook is sent 60 messages a minute by hand, each webhook by itself', async () => {
  const counted = rates();
  for (let i = 0; i < LIMITS.rate.handSends; i++) await counted.admitHandSend('webhook_1');
  await expect(counted.admitHandSend('webhook_1')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await counted.admitHandSend('webhook_2');
});
