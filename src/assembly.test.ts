import { pino } from 'pino';
import { assemble } from './assembly.js';
import { DiskFiles } from './assets/disk-files.js';
import { ErasureFile } from './assets/erasure-file.js';
import { systemClock } from './kernel/clock.js';
import { Sealer } from './kernel/seal.js';
import { Secrets } from './kernel/secrets.js';
import { DiskKeys } from './sealing/disk-keys.js';
import type { Database } from './store/database.js';

const never = () => Promise.reject(new Error('nothing is made here'));

test('what an api replica hears of new work it does not tell again: two of them would wake each other without end', () => {
  const told: string[] = [];
  const secrets = new Secrets([Buffer.alloc(32)]);
  const elsewhere = { wake: () => told.push('wake'), abort: () => {}, holds: () => false };
  const { relay, runner } = assemble({
    database: {} as Database,
    files: new DiskFiles('/nowhere'),
    keys: new DiskKeys('/nowhere/keys', new Sealer(secrets, 'data keys')),
    erasures: new ErasureFile('/nowhere'),
    images: { normalise: never, fit: never, receive: never, label: never, check: never, forget: () => {} },
    download: never,
    sources: [],
    secrets,
    link: () => '',
    clock: systemClock,
    log: pino({ level: 'silent' }),
    keepInputsMs: 1,
    keepResultsMs: 1,
    elsewhere,
  });
  relay.wake();
  expect([runner, told]).toEqual([undefined, []]);
});
