import path from 'node:path';
import { newPlace } from '../../test/backup-house.js';
import { DRIVERS, useDriver } from '../../test/store-setup.js';
import { openTaskHouse, type TaskHouse, TENANT } from '../../test/task-house.js';
import { ANYONE, COMMAND } from '../audit/acts.js';
import { INBOX } from '../audit/audit.js';
import { LIMITS } from '../kernel/limits.js';
import { Secrets } from '../kernel/secrets.js';
import { dropOldTokens } from '../store/browser-token-rows.js';
import { AccessService, OPEN_CALLER } from './access-service.js';
import { KeyService } from './key-service.js';
import { Sessions } from './sessions.js';
import { TokenSigner } from './token-signer.js';

jest.setTimeout(150_000);

const SECRETS = new Secrets([Buffer.alloc(32, 7)]);
const LINK = { operation: 'ID_PHOTO', request: {}, consentRequired: false, uses: 1 } as const;

describe.each(DRIVERS)('on %s', driver => {
  let house: TaskHouse;
  beforeEach(async () => {
    useDriver(driver);
    house = await openTaskHouse({}, {}, { secrets: SECRETS });
  });
  afterEach(() => house.close());

  const makeLink = () => house.tokens.createPhotoLink(OPEN_CALLER, ANYONE, LINK);
  const usesLeft = async (id: string) => (await house.tokens.requireLink(TENANT, id)).usesLeft;
  const show = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  test('a task that failed gives its use back, unless a vendor may have charged for it', async () => {
    const { id } = await makeLink();
    const task = await house.create();
    await house.database.transaction(sql => house.tokens.take(sql, id, task.id));
    expect(await usesLeft(id)).toBe(0);
    await house.database.query(`update tasks set state = 'FAILED' where id = $1`, [task.id]);
    expect(await usesLeft(id)).toBe(1);
    const attempt = (number: number, billed: string) =>
      house.database.query(
        `insert into task_attempts (task_id, number, tenant_id, source, part, units, can_bill, billed)
         values ($1, $2, $3, 'LEQI', 0, 1, true, $4)`,
        [task.id, number, TENANT, billed],
      );
    await attempt(1, 'NO');
    expect(await usesLeft(id)).toBe(1);
    await attempt(2, 'UNKNOWN');
    expect(await usesLeft(id)).toBe(0);
    const again = house.database.transaction(sql => house.tokens.take(sql, id, 'task_other'));
    await expect(again).rejects.toMatchObject({ code: 'PHOTO_LINK_USED_UP' });
  });

  test('a tenant has so many at a time and no more; what has ended or was revoked makes room', async () => {
    const { live } = LIMITS.browserToken;
    await house.database.query(
      `insert into browser_tokens (id, tenant_id, kind, maker, expires_at)
       select 'token_' || n, $1, 'TASK_TOKEN', 'OPEN', now() + interval '1 hour' from generate_series(1, $2) n`,
      [TENANT, live - 1],
    );
    const { id } = await makeLink();
    await expect(makeLink()).rejects.toMatchObject({ code: 'TOO_MANY_TOKENS' });
    await house.tokens.revokePhotoLink(TENANT, id, ANYONE);
    await makeLink();
    await expect(makeLink()).rejects.toMatchObject({ code: 'TOO_MANY_TOKENS' });
    await house.database.query(`update browser_tokens set expires_at = now() where id = 'token_1'`);
    await makeLink();
  });

  test('it is forgotten some days after its end, with what it has made', async () => {
    const [old, young] = [await makeLink(), await makeLink()];
    for (const { id } of [old, young])
      await house.database.transaction(sql => house.tokens.take(sql, id, `task_${id}`));
    await house.database.query(`update browser_tokens set expires_at = now() - interval '8 days' where id = $1`, [
      old.id,
    ]);
    await dropOldTokens(house.database, LIMITS.browserToken.keptMs);
    expect((await house.tokens.photoLinks(TENANT, 9)).links.map(({ link }) => link.id)).toEqual([young.id]);
    expect(await house.database.query('select token_id as id from browser_token_tasks')).toEqual([{ id: young.id }]);
  });

  test('what an open server gave out ends with the first API key', async () => {
    const signer = new TokenSigner(SECRETS);
    const access = await AccessService.open({
      database: house.database,
      log: { warn: () => {} },
      tokens: signer,
      sessions: new Sessions(SECRETS),
    });
    const { id: taskId } = await house.create();
    const made = await house.tokens.createTaskToken(OPEN_CALLER, ANYONE, taskId);
    const read = await access.authenticate(show(made.token));
    expect(read).toMatchObject({ kind: 'TASK_TOKEN', id: made.id, apiKeyId: null });
    const keys = new KeyService(house.database, INBOX, () => access.changed());
    const { key, secret } = await keys.createKey({ name: 'first', scopes: ['tasks:read', 'tokens:create'] }, COMMAND);
    await expect(access.authenticate(show(made.token))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const caller = await access.authenticate(show(secret));
    const { token } = await house.tokens.createTaskToken(caller, ANYONE, taskId);
    // Budgets and rates are those of the key that made it.
    expect(await access.authenticate(show(token))).toMatchObject({ kind: 'TASK_TOKEN', apiKeyId: key.id });
  });
});

test('a restored house takes none that was made before its backup: what was used and revoked since is forgotten', async () => {
  const [from, to] = [await newPlace('pglite', 'newest'), await newPlace('pglite')];
  try {
    const house = await openTaskHouse({}, {}, { database: await from.open(), dataDirectory: from.dataDirectory });
    const { id } = await house.tokens.createPhotoLink(OPEN_CALLER, ANYONE, LINK);
    await house.close();
    const backup = path.join(from.dataDirectory, '..', 'backup');
    await from.backUp(backup);
    await to.restore(backup);
    const restored = await openTaskHouse({}, {}, { database: await to.open(), dataDirectory: to.dataDirectory });
    expect((await restored.tokens.requireLink(TENANT, id)).revokedAt).not.toBeNull();
    await expect(restored.tokens.requireLiveLink(id)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await restored.close();
  } finally {
    await from.remove();
    await to.remove();
  }
}, 150_000);
