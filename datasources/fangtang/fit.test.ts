import type { BackgroundJob } from '../contract.js';
import { FangtangDataSource } from './fangtang.datasource.js';

const source = new FangtangDataSource({
  baseUrl: 'https://fangtang.example.com/api',
  thirdCode: 'darkroom-test',
  secretKey: 'test-secret-key',
  packageUnits: undefined,
  sandbox: false,
});
const { RESTORATION, BACKGROUND } = source.capabilities;
afterAll(() => source.close());

test('a solid colour fits; a gradient and a transparent background are refused with their path', () => {
  const refusedOf = (background: BackgroundJob['background']) => BACKGROUND.fit({ background }).refused;
  expect(refusedOf({ kind: 'solid', hex: '#FFFFFF' })).toEqual([]);
  for (const background of [{ kind: 'transparent' }, { kind: 'gradient', from: '#FFFFFF', to: '#438EDB' }] as const) {
    expect(refusedOf(background)).toEqual([
      { path: 'input.background', code: 'OPTION_NOT_SUPPORTED', allowed: 'a solid color' },
    ]);
  }
});

test('each job is one call, one unit', () => {
  const job = { steps: 'SR' } as const;
  expect([RESTORATION.parts(job), RESTORATION.units(job)]).toEqual([1, 1]);
  expect([RESTORATION.bills, BACKGROUND.bills]).toEqual([true, true]);
  expect(RESTORATION.fit(job)).toEqual({ refused: [], ignored: [] });
});
