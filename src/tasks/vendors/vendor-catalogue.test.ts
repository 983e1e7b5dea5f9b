import { pino } from 'pino';
import { type DataSource, type SourceKey, sourceKey, VENDORS, type VendorName } from '../../../datasources/contract.js';
import { openTestDatabase } from '../../../test/store-setup.js';
import { VendorError } from '../../kernel/vendor-error.js';
import type { Database } from '../../store/database.js';
import { RecentCalls } from './recent-calls.js';
import { VendorCatalogue } from './vendor-catalogue.js';
import { VendorMonitor } from './vendor-monitor.js';

const source = (vendor: VendorName, sandbox = false): DataSource => ({
  vendor,
  sandbox,
  capabilities: {},
  origins: [],
  limits: { concurrency: 1, requestsPerSecond: 1 },
});

const SOURCES = [source('LOCAL'), source('FANGTANG'), source('LEQI', true)];
const WELL = { state: 'CLOSED', since: null, retryAt: null, reason: null };

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.query('truncate vendor_health'));

function open() {
  const time = { now: 0 };
  const clock = { now: () => time.now };
  const monitor = new VendorMonitor({ log: pino({ level: 'silent' }), database, clock, packageUnits: {} }, SOURCES);
  const refused = new VendorError('VENDOR_AUTH', { billed: 'NO', safeToRetry: false });
  return {
    time,
    monitor,
    catalogue: new VendorCatalogue(SOURCES, monitor, new RecentCalls(database, SOURCES.map(sourceKey))),
    /** Opens the breaker of a source with one call. */
    fail: (key: SourceKey) => monitor.call(key, () => Promise.reject(refused)).catch(() => {}),
    succeed: (key: SourceKey) => monitor.call(key, async () => {}),
  };
}

/** What can be read now, without waiting for anything new. */
async function read(changes: AsyncIterableIterator<{ vendor: VendorName; state: string | null }>, count: number) {
  const read: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { value } = await changes.next();
    read.push(`${value.vendor} ${value.state}`);
  }
  return read;
}

test('every vendor of the registry is listed: for real, played by the sandbox, or not there', () => {
  const { catalogue } = open();
  const list = catalogue.list();
  expect(list.map(({ vendor }) => vendor)).toEqual([...VENDORS]);
  const of = (vendor: VendorName) => list.find(entry => entry.vendor === vendor);
  expect(of('FANGTANG')).toMatchObject({ key: 'FANGTANG', configured: true, sandbox: false, ...WELL });
  expect(of('LEQI')).toMatchObject({ key: 'LEQI@SANDBOX', configured: false, sandbox: true, ...WELL });
  expect(of('FEGINE')).toEqual({
    key: null,
    vendor: 'FEGINE',
    sandbox: false,
    configured: false,
    operations: [],
    state: null,
    since: null,
    retryAt: null,
    reason: null,
  });
  expect(catalogue.find('FANGTANG')).toEqual(of('FANGTANG'));
  expect(catalogue.find('LEQI')).toBeUndefined();
});

test('changes begin with all as they are, then give each that changes', async () => {
  const { catalogue, fail } = open();
  const changes = catalogue.changes();
  const all = catalogue.list().map(({ vendor, state }) => `${vendor} ${state}`);
  expect(await read(changes, VENDORS.length)).toEqual(all);
  const next = changes.next();
  await fail('FANGTANG');
  expect((await next).value).toMatchObject({ vendor: 'FANGTANG', state: 'OPEN' });
  await changes.return!();
});

test('the end of a rest is a change as well: the vendor is half-open from then on', async () => {
  const { time, monitor, catalogue, fail } = open();
  await fail('FANGTANG');
  const changes = catalogue.changes();
  await read(changes, VENDORS.length);
  const next = changes.next();
  await monitor.refresh();
  time.now += 10 * 60_000;
  await monitor.refresh();
  expect((await next).value).toMatchObject({
    vendor: 'FANGTANG',
    state: 'HALF_OPEN',
    since: expect.any(Date),
    retryAt: null,
    reason: 'VENDOR_AUTH',
  });
  await changes.return!();
});

test('changes coalesce by vendor: who reads slowly gets the newest state of each, once', async () => {
  const { time, catalogue, fail, succeed } = open();
  const changes = catalogue.changes();
  await read(changes, VENDORS.length);
  await fail('FANGTANG');
  await fail('LOCAL');
  time.now += 10 * 60_000;
  await succeed('FANGTANG');
  expect(await read(changes, 2)).toEqual(['FANGTANG CLOSED', 'LOCAL OPEN']);
  const next = changes.next();
  await fail('FANGTANG');
  expect((await next).value).toMatchObject({ vendor: 'FANGTANG', state: 'OPEN' });
  await changes.return!();
});

test('a reader that waits when it is ended gets the end', async () => {
  const { catalogue, fail } = open();
  const changes = catalogue.changes();
  await read(changes, VENDORS.length);
  const next = changes.next();
  await changes.return!();
  expect(await next).toEqual({ value: undefined, done: true });
  await fail('FANGTANG');
  expect(await changes.next()).toEqual({ value: undefined, done: true });
});
