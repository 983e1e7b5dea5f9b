import type { Engine } from '../../src/engine/engine.js';
import type { RenderedPhoto } from '../../src/engine/photo.js';
import type { Call, JobContext } from '../contract.js';
import { LocalDataSource } from './local.datasource.js';

/** The engine's answer is what the test says; nothing is drawn. */
function local(photo: Partial<RenderedPhoto>): LocalDataSource {
  const made = { bytes: new Uint8Array(), report: { checks: [] }, warnings: [], ...photo };
  return new LocalDataSource({ analyse: async () => ({}), render: async () => [made] } as unknown as Engine);
}

async function submit(source: LocalDataSource, requiresRules: boolean) {
  const job = { options: { backgrounds: [{}] }, ...(requiresRules ? { requiresRules: true } : {}) };
  const context = { report() {}, photo: async () => new Uint8Array() } as unknown as JobContext;
  const call = { job, photos: { photo: 'asset' } } as unknown as Call<'ID_PHOTO'>;
  return source.capabilities.ID_PHOTO!.submit(call, context);
}

test('an uncertain cut-out is delivered with its warning, and refused where rules are required', async () => {
  const uncertain = local({ warnings: ['LOW_CUTOUT_QUALITY'] });
  await expect(submit(uncertain, false)).resolves.toMatchObject({
    state: 'DONE',
    pictures: [{ measured: { warnings: ['LOW_CUTOUT_QUALITY'] } }],
  });
  await expect(submit(uncertain, true)).rejects.toMatchObject({
    code: 'RULES_MISSED',
    message: expect.stringContaining('plain wall'),
  });
  await expect(submit(local({}), true)).resolves.toMatchObject({ state: 'DONE' });
});
