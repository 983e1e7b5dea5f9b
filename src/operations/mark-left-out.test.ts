import type { Capability, DataSource } from '../../datasources/contract.js';
import { openTaskHouse } from '../../test/task-house.js';

const capability: Capability<'PAINTING'> = {
  bills: true,
  parts: () => 1,
  units: () => 1,
  fit: () => ({ refused: [], ignored: [] }),
  submit: () => Promise.reject(new Error('nothing is sent')),
};
/** No worker runs here. */
const painter: DataSource = {
  vendor: 'JUMEI_PAINTING',
  sandbox: false,
  origins: [],
  limits: { concurrency: 1, requestsPerSecond: 1 },
  capabilities: { PAINTING: capability },
};
const tenant = 'tenant of paintings';

test('a painting without its mark is in the audit trail with its agreement, and so is one that is tried again', async () => {
  const house = await openTaskHouse();
  const { operations: painters } = house.withSources(painter);
  const asked = { text: 'x', style: '油画', resolution: '1024*1024' } as const;
  const by = { kind: 'API_KEY', id: 'key_1', apiKeyId: null };
  await painters.create(tenant, 'PAINTING', asked, by);
  const waived = { ...asked, label: 'METADATA_ONLY', labelAgreement: 'A-2026-7' } as const;
  const first = await painters.create(tenant, 'PAINTING', { ...waived, idempotencyKey: 'k' }, by);
  await painters.create(tenant, 'PAINTING', { ...waived, idempotencyKey: 'k' }, by);
  await house.database.query(`update tasks set state = 'FAILED' where id = $1`, [first.id]);
  const again = await painters.retry(tenant, first.id, true, by);
  expect(again.input).toMatchObject({ labelAgreement: 'A-2026-7' });
  const entries = await house.audit.trail(tenant, { acts: ['MARK_LEFT_OUT'] }, 10);
  const entry = { operation: 'PAINTING', objectId: 'A-2026-7', actorKind: 'API_KEY', actorId: 'key_1' };
  expect(entries).toMatchObject([again, first].map(({ id: taskId }) => ({ ...entry, taskId })));
  await house.close();
});
