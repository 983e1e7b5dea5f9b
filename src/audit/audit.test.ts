import { randomBytes } from 'node:crypto';
import { DRIVERS, openTestDatabase } from '../../test/store-setup.js';
import { Signer } from '../kernel/signer.js';
import { inSnapshot } from '../maintenance/rows.js';
import type { Database } from '../store/database.js';
import { type Actor, ANYONE, type AuditAct } from './acts.js';
import { Audit } from './audit.js';
import { type KnownHead, verifyAudit } from './verify-audit.js';

const signer = new Signer(Buffer.alloc(32, 1));
let subjectKeys: [Buffer, ...Buffer[]] = [Buffer.alloc(32, 2)];
const warned: string[] = [];
const log = { warn: (_: unknown, text: string) => void warned.push(text) };

let database: Database;
let audit: Audit;
let tenantId: string;
const open = () =>
  new Audit({
    database,
    signing: { present: signer, all: [signer] },
    subjectKeys: () => subjectKeys,
    log: log as never,
  });
const record = (over: { act?: AuditAct; by?: Actor; reference?: string; taskId?: string } = {}) =>
  audit.record(database, { tenantId, act: 'TASK_CREATED', by: ANYONE, ...over });
const verdict = async (known: KnownHead[] = [], keys = [signer]) =>
  (await inSnapshot(database, sql => verifyAudit(sql, keys, known))).find(each => each.tenantId === tenantId)!;
/** Somebody with a password of the database. */
const tamper = (sql: string, ...more: (string | number)[]) => database.query(sql, [tenantId, ...more]);

describe.each(DRIVERS)('on %s', driver => {
  beforeAll(async () => {
    database = await openTestDatabase(driver);
  });
  afterAll(() => database.close());
  beforeEach(() => {
    tenantId = `tenant-${randomBytes(6).toString('hex')}`;
    audit = open();
  });
  afterEach(() => audit.close());

  async function chained(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) await record({ taskId: `task_${index}` });
    await audit.chain();
  }

  test('entries are chained in order, and the chain holds', async () => {
    await chained(5);
    expect(await verdict()).toMatchObject({ entries: 5, anchor: 0, unchained: 0, breaks: [] });
    const trail = await audit.trail(tenantId, {}, 3);
    expect(trail.map(({ number, taskId }) => [number, taskId])).toEqual([
      [5, 'task_4'],
      [4, 'task_3'],
      [3, 'task_2'],
    ]);
    expect(await audit.trail(tenantId, {}, 3, 3)).toMatchObject([{ number: 2 }, { number: 1 }]);
  });

  test('an entry stands or falls with its act', async () => {
    const undone = database.transaction(async sql => {
      await audit.record(sql, { tenantId, act: 'TASK_CANCELED', by: ANYONE });
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    expect(await audit.trail(tenantId, {}, 10)).toEqual([]);
  });

  test('three replicas that record and chain at once make one chain without a gap, with each entry once', async () => {
    const replicas = [audit, open(), open()];
    const ids = Array.from({ length: 120 }, (_, index) => `task_${index}`);
    await Promise.all(
      ids.map(async (taskId, index) => {
        const replica = replicas[index % 3]!;
        await database.transaction(sql => replica.record(sql, { tenantId, act: 'TASK_CREATED', by: ANYONE, taskId }));
        if (index % 7 === 0) await replica.chain();
      }),
    );
    for (const replica of replicas) await replica.close();
    expect(await verdict()).toMatchObject({ entries: 120, unchained: 0, breaks: [] });
    const trail = await audit.trail(tenantId, {}, 200);
    expect(trail.map(({ taskId }) => taskId).sort()).toEqual([...ids].sort());
    expect(warned).toEqual([]);
  });

  test.each<[string, (head: KnownHead) => Promise<unknown>, RegExp]>([
    [
      'was changed',
      () => tamper(`update audit set actor_id = 'nobody' where tenant_id = $1 and number = 3`),
      /3 was changed/,
    ],
    ['was removed', () => tamper('delete from audit where tenant_id = $1 and number = 3'), /4 follows 2/],
    [
      'was removed at the old end',
      () => tamper('delete from audit where tenant_id = $1 and number = 1'),
      /2 follows 0/,
    ],
    [
      'was removed at the new end',
      () => tamper('delete from audit where tenant_id = $1 and number = 5'),
      /ends with entry 4/,
    ],
    [
      'was cut off with a head to fit',
      async ({ hash }) => {
        await tamper('delete from audit where tenant_id = $1 and number > 3');
        await tamper(
          `update audit_heads set number = 3, hash = (select hash from audit where tenant_id = $1 and number = 3)
           where tenant_id = $1 and hash = $2`,
          hash,
        );
      },
      /signature of its head is wrong/,
    ],
    ['has lost its head', () => tamper('delete from audit_heads where tenant_id = $1'), /head is missing/],
  ])('an entry that %s is found', async (_, change, why) => {
    await chained(5);
    const { head } = await verdict();
    await change({ tenantId, ...head });
    const { breaks } = await verdict();
    expect(breaks.join('; ')).toMatch(why);
    // A running server sees the same.
    expect((await audit.verify(tenantId)).breaks).toEqual(breaks);
  });

  test('a chain is verified beside the work that goes on', async () => {
    expect(await audit.verify(tenantId)).toMatchObject({ entries: 0, breaks: [], head: { number: 0 } });
    await chained(3);
    const { head } = await audit.verify(tenantId);
    let entries = 3;
    const recording = (async () => {
      for (let index = 0; index < 200; index++) {
        await record();
        entries++;
        if (index % 9 === 0) await audit.chain();
      }
    })();
    const seen = [];
    for (let index = 0; index < 10; index++) seen.push(await audit.verify(tenantId, [{ tenantId, ...head }]));
    await recording;
    expect(seen.flatMap(({ breaks }) => breaks)).toEqual([]);
    expect(await audit.verify(tenantId)).toMatchObject({ entries, breaks: [] });
    const cutOff = { tenantId, number: 2, hash: 'f'.repeat(64) };
    expect((await audit.verify(tenantId, [cutOff])).breaks).toEqual(['entry 2 is not the one that was written down']);
  });

  test('an end that was written down elsewhere shows that a later part was cut off', async () => {
    await chained(2);
    const before = await tamper('select * from audit_heads where tenant_id = $1');
    const early = { tenantId, ...(await verdict()).head };
    await chained(2);
    const late = { tenantId, ...(await verdict()).head };
    expect(await verdict([early, late])).toMatchObject({ breaks: [] });
    // The end is put back to an older one, with the signature that it had.
    await tamper('delete from audit where tenant_id = $1 and number > 2');
    const { hash, signature } = before[0] as { hash: string; signature: string };
    await tamper('update audit_heads set number = 2, hash = $2, signature = $3 where tenant_id = $1', hash, signature);
    expect(await verdict([early])).toMatchObject({ breaks: [] });
    expect((await verdict([late])).breaks).toEqual(['entry 4 is not the one that was written down']);
  });

  test('what is older than its time goes from the old end, and the rest still verifies', async () => {
    await chained(6);
    await tamper(`update audit set at = at - interval '500 days' where tenant_id = $1 and number in (1, 2, 3, 5)`);
    // The hashes of the times as they are now: what was written so long ago.
    await rehash();
    expect(await audit.prune(new Date(Date.now() - 400 * 86_400_000))).toBe(3);
    expect(await verdict()).toMatchObject({ entries: 3, anchor: 3, breaks: [] });
    await chained(1);
    expect(await verdict()).toMatchObject({ entries: 4, anchor: 3, breaks: [] });
    // Who removes more without the key is found.
    await tamper('delete from audit where tenant_id = $1 and number = 4');
    expect((await verdict()).breaks[0]).toMatch(/5 follows 3/);
    await tamper(
      `update audit_heads set anchor_number = 4, anchor_hash = (select previous_hash from audit where tenant_id = $1 and number = 5)
       where tenant_id = $1`,
    );
    expect((await verdict()).breaks).toEqual(['the signature of the place where its removed part ended is wrong']);
  });

  test('another key is told from a wrong signature, and can be given', async () => {
    await chained(1);
    const other = new Signer(Buffer.alloc(32, 9));
    expect((await verdict([], [other])).breaks.join()).toMatch(/signed with another key/);
    expect(await verdict([], [other, signer])).toMatchObject({ breaks: [] });
  });

  test('the trail is found by task, act, actor, time and reference; of a reference an HMAC is kept', async () => {
    const by = { kind: 'KEY', id: 'key_1', apiKeyId: 'key_1' };
    await record({ act: 'TASK_CANCELED', by, taskId: 'task_x', reference: '张三 110101190001011009' });
    await record();
    const found = async (filter: object) => (await audit.trail(tenantId, filter, 10)).length;
    expect(await found({ acts: ['TASK_CANCELED'] })).toBe(1);
    expect(await found({ taskId: 'task_x' })).toBe(1);
    expect(await found({ actorIds: ['key_1', 'key_2'] })).toBe(1);
    expect(await found({ reference: '张三 110101190001011009' })).toBe(1);
    expect(await found({ reference: '张三' })).toBe(0);
    expect(await found({ from: new Date(Date.now() + 60_000) })).toBe(0);
    expect(JSON.stringify(await tamper('select * from audit where tenant_id = $1'))).not.toMatch(/张三|110101/);
    // Of another tenant it is another person.
    expect(audit.subjectOf('a', 'x')).not.toBe(audit.subjectOf('b', 'x'));
  });

  test('after a rotation of the secret a reference is found in entries of before and of now', async () => {
    const reference = 'person 7';
    await record({ reference });
    subjectKeys = [Buffer.alloc(32, 3), Buffer.alloc(32, 2)];
    await record({ reference });
    expect(await audit.trail(tenantId, { reference }, 10)).toHaveLength(2);
    subjectKeys = [Buffer.alloc(32, 3)];
    expect(await audit.trail(tenantId, { reference }, 10)).toHaveLength(1);
    subjectKeys = [Buffer.alloc(32, 2)];
  });

  /** Makes the hashes and the head anew, as the server itself would have. */
  async function rehash(): Promise<void> {
    const rows = await audit.trail(tenantId, {}, 100);
    const columns = 'tenant_id, at, act, actor_kind, actor_id, operation, task_id, object_id, subject, outcome';
    await tamper(
      `insert into audit_inbox (${columns}) select ${columns} from audit where tenant_id = $1 order by number`,
    );
    await tamper('delete from audit where tenant_id = $1');
    await tamper('delete from audit_heads where tenant_id = $1');
    await audit.chain();
    expect(await audit.trail(tenantId, {}, 100)).toHaveLength(rows.length);
  }
});
