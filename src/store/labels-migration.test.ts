import { readdirSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DRIVERS, openTestDatabase } from '../../test/store-setup.js';
import { newAigcLabel, propagatedLabel } from '../kernel/aigc.js';
import { findAssets } from './asset-rows.js';
import { MIGRATIONS, migrate } from './migrate.js';

const OWN = readdirSync(MIGRATIONS).find(name => name.endsWith('-labels.sql'))!;

test.each(DRIVERS)('on %s pictures from before have the label in their row that is in their file', async driver => {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-migrations-'));
  for (const name of readdirSync(MIGRATIONS))
    if (name < OWN) await copyFile(path.join(MIGRATIONS, name), path.join(folder, name));
  const database = await openTestDatabase(driver, folder);
  await rm(folder, { recursive: true });
  for (const [id, source] of [
    ['task_real', 'JUMEI_PAINTING'],
    ['task_sandbox', 'JUMEI_PAINTING@SANDBOX'],
  ])
    await database.query(
      `insert into tasks (id, tenant_id, operation, state, waiting_on, stage, progress_source, source, route, input)
       values ($1, 'default', 'PAINTING', 'SUCCEEDED', 'NONE', 'ENDED', 'NONE', $2, array[$2::text], '{}')`,
      [id!, source!],
    );
  for (const [id, task, labelled] of [
    ['asset_real', 'task_real', true],
    ['asset_sandbox', 'task_sandbox', true],
    ['asset_plain', 'task_real', false],
  ] as const)
    await database.query(
      `insert into assets (id, tenant_id, kind, task_id, mime, bytes, width, height, sha256, ai_label, expires_at)
       values ($1, 'default', 'RESULT', $2, 'image/jpeg', 1, 1, 1, '', $3, now())`,
      [id, task, labelled],
    );
  await migrate(database);
  const label = (name: string, id: string) => propagatedLabel(newAigcLabel(name, id), { propagator: name, id });
  const rows = await findAssets(database, 'default', ['asset_real', 'asset_sandbox', 'asset_plain']);
  expect(Object.fromEntries(rows.map(({ id, aigc }) => [id, aigc]))).toEqual({
    asset_real: [label('JUMEI_PAINTING', 'task_real')],
    asset_sandbox: [label('Darkroom sandbox (JUMEI_PAINTING)', 'task_sandbox')],
    asset_plain: null,
  });
  await database.close();
});
