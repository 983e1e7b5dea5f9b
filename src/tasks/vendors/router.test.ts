import type { Capability, DataSource, SourceKey, VendorName } from '../../../datasources/contract.js';
import { DarkroomError } from '../../kernel/errors.js';
import { type Refusal, Router, type RouterParts, type VendorChoice } from './router.js';

interface Likes {
  sandbox?: boolean;
  refuses?: string[];
  ignores?: string[];
  byNameOnly?: boolean;
  units?: number;
}

/** A vendor that restores photos, and so far only says what it would do. */
function source(vendor: VendorName, { sandbox = false, ...likes }: Likes = {}): DataSource {
  const { refuses = [], ignores = [], byNameOnly = false, units = 1 } = likes;
  const capability: Capability<'RESTORATION'> = {
    bills: true,
    byNameOnly,
    parts: () => 1,
    units: () => units,
    fit: () => ({ refused: refuses.map(path => ({ path, code: 'NOT_SUPPORTED', allowed: 'less' })), ignored: ignores }),
    submit: () => Promise.reject(new Error('a router sends nothing')),
  };
  const limits = { concurrency: 1, requestsPerSecond: 1 };
  return { vendor, sandbox, origins: [], limits, capabilities: { RESTORATION: capability } };
}

const played = (vendor: VendorName, likes: Likes = {}) => source(vendor, { ...likes, sandbox: true });

interface Asked {
  vendor?: VendorChoice;
  defaulted?: string[];
  sandboxByNameOnly?: boolean;
  order?: VendorName[];
  unhealthy?: SourceKey[];
  refusal?: Refusal;
}

function route(sources: DataSource[], { order, unhealthy = [], ...asked }: Asked = {}) {
  const parts: RouterParts = {
    sources,
    order: order === undefined ? {} : { RESTORATION: order },
    healthy: key => !unhealthy.includes(key),
    prices: { FANGTANG: 3_500 },
  };
  const wish = { vendor: 'AUTO', sandboxByNameOnly: false, ...asked } as const;
  return new Router(parts).route({ operation: 'RESTORATION', job: { steps: 'SR' }, ...wish });
}

const unable = (vendor: VendorName): DataSource => ({ ...source(vendor), capabilities: {} });
const F = source('FANGTANG');
const J = source('JUMEI_ID_PHOTO');
const L = source('LOCAL');
const FS = played('FANGTANG');

test.each<[string, DataSource[], Asked, SourceKey[]]>([
  ['AUTO is every source in the registry order', [F, J, L], {}, ['FANGTANG', 'JUMEI_ID_PHOTO', 'LOCAL']],
  ['a vendor by name is alone', [F, J, L], { vendor: 'JUMEI_ID_PHOTO' }, ['JUMEI_ID_PHOTO']],
  ['the operator order sorts AUTO', [F, J, L], { order: ['LOCAL', 'FANGTANG'] }, ['LOCAL', 'FANGTANG']],
  ['and does not bind who asks by name', [F, J, L], { order: ['LOCAL'], vendor: 'JUMEI_ID_PHOTO' }, ['JUMEI_ID_PHOTO']],
  ['AUTO passes by who refuses the job', [source('FANGTANG', { refuses: ['input.steps'] }), L], {}, ['LOCAL']],
  ['AUTO passes by who is chosen by name only', [source('LEQI', { byNameOnly: true }), L], {}, ['LOCAL']],
  ['who asks by name gets that one', [source('LEQI', { byNameOnly: true }), L], { vendor: 'LEQI' }, ['LEQI']],
  ['an unhealthy one is passed by', [F, J, L], { unhealthy: ['FANGTANG'] }, ['JUMEI_ID_PHOTO', 'LOCAL']],
  ['unless all are', [F, L], { unhealthy: ['FANGTANG', 'LOCAL'] }, ['FANGTANG', 'LOCAL']],
  [
    'by name an unhealthy one is asked all the same',
    [F, L],
    { unhealthy: ['FANGTANG'], vendor: 'FANGTANG' },
    ['FANGTANG'],
  ],
  ['the sandbox serves AUTO where there is nobody else', [FS], {}, ['FANGTANG@SANDBOX']],
  ['and takes over from nobody', [F, FS], {}, ['FANGTANG']],
  ['and nobody takes over from it', [FS, played('LEQI')], {}, ['FANGTANG@SANDBOX']],
  ['SANDBOX is whom the sandbox plays first', [F, FS, played('LEQI')], { vendor: 'SANDBOX' }, ['FANGTANG@SANDBOX']],
  ['a vendor that only the sandbox plays can be named', [L, FS], { vendor: 'FANGTANG' }, ['FANGTANG@SANDBOX']],
  [
    'an operation whose sandbox is by name only is served by SANDBOX',
    [FS],
    { vendor: 'SANDBOX', sandboxByNameOnly: true },
    ['FANGTANG@SANDBOX'],
  ],
])('%s', (_, sources, asked, expected) => {
  expect(route(sources, asked).sources).toEqual(expected);
});

describe('ignored options', () => {
  const careless = (...ignores: string[]) => source('JUMEI_ID_PHOTO', { ignores });

  test('are those of the first of the route, less what the caller left to us', () => {
    const first = source('FANGTANG', { ignores: ['input.dpi', 'input.headRatio'] });
    expect(route([first, L], { defaulted: ['input.dpi'] }).ignored).toEqual(['input.headRatio']);
  });

  test.each<[string, DataSource[], Asked, SourceKey[]]>([
    [
      'one that ignores what the first honours does not take over',
      [F, careless('input.dpi'), L],
      {},
      ['FANGTANG', 'LOCAL'],
    ],
    [
      'unless the caller left that to us',
      [F, careless('input.dpi')],
      { defaulted: ['input.dpi'] },
      ['FANGTANG', 'JUMEI_ID_PHOTO'],
    ],
    [
      'one that ignores no more than the first takes over',
      [source('FANGTANG', { ignores: ['input.dpi'] }), careless('input.dpi')],
      {},
      ['FANGTANG', 'JUMEI_ID_PHOTO'],
    ],
    [
      'what is compared is the first that is healthy',
      [source('FANGTANG', { ignores: ['input.dpi'] }), L, careless('input.dpi')],
      { unhealthy: ['FANGTANG'] },
      ['LOCAL'],
    ],
  ])('%s', (_, sources, asked, expected) => {
    expect(route(sources, asked).sources).toEqual(expected);
  });
});

describe('who cannot be paid', () => {
  const poor: Refusal = ({ source, units }) =>
    source === 'FANGTANG' && units > 0 ? new DarkroomError('BUDGET_EXHAUSTED') : undefined;

  test('is passed by, and takes over from nobody', () => {
    expect(route([F, J, L], { refusal: poor }).sources).toEqual(['JUMEI_ID_PHOTO', 'LOCAL']);
    expect(route([J, F], { refusal: poor }).sources).toEqual(['JUMEI_ID_PHOTO']);
  });

  test('goes before who is unhealthy: money is not spent because a vendor is down', () => {
    expect(route([F, J], { refusal: poor, unhealthy: ['JUMEI_ID_PHOTO'] }).sources).toEqual(['JUMEI_ID_PHOTO']);
  });

  test('is refused where there is nobody else, and by name; the sandbox in its place costs nothing', () => {
    expect(() => route([F], { refusal: poor })).toThrow(expect.objectContaining({ code: 'BUDGET_EXHAUSTED' }));
    const named = { refusal: poor, vendor: 'FANGTANG' } as const;
    expect(() => route([F, L], named)).toThrow(expect.objectContaining({ code: 'BUDGET_EXHAUSTED' }));
    expect(route([FS], named).sources).toEqual(['FANGTANG@SANDBOX']);
  });
});

test('what each source of the route may come to is told, with the price that is configured', () => {
  expect(route([source('FANGTANG', { units: 3 }), J]).charges).toEqual([
    { source: 'FANGTANG', units: 3, cost: 10_500, unitPrice: 3_500 },
    { source: 'JUMEI_ID_PHOTO', units: 1, cost: null, unitPrice: null },
  ]);
});

test('the units are those of the first of the route', () => {
  const sources = [source('FANGTANG', { units: 3 }), source('LOCAL', { units: 0 })];
  expect(route(sources).units).toBe(3);
  expect(route(sources, { unhealthy: ['FANGTANG'] }).units).toBe(0);
});

describe('what only one source can serve', () => {
  const only = (key: SourceKey, ...sources: DataSource[]) =>
    new Router({ sources, order: {}, healthy: () => false, prices: {} }).only(key, 'RESTORATION', { steps: 'SR' });

  test('goes to it and to nobody else, whatever its health', () => {
    expect(only('FANGTANG@SANDBOX', F, source('FANGTANG', { sandbox: true, units: 3 }))).toEqual({
      sources: ['FANGTANG@SANDBOX'],
      ignored: [],
      units: 3,
      charges: [{ source: 'FANGTANG@SANDBOX', units: 0, cost: 0, unitPrice: 0 }],
    });
  });

  test.each<[SourceKey, DataSource[], string]>([
    ['FANGTANG', [FS], 'FANGTANG has to serve this and is not there any more; see'],
    ['FANGTANG@SANDBOX', [F], 'The sandbox, as FANGTANG, has to serve this and is not there any more; see'],
    ['LEQI', [unable('LEQI')], 'LEQI has to serve this'],
  ])('is refused where %s is not there', (key, sources, words) => {
    expect(() => only(key, ...sources)).toThrow(
      expect.objectContaining({ code: 'VENDOR_NOT_CONFIGURED', message: expect.stringContaining(words) }),
    );
  });
});

describe('what is refused', () => {
  test.each<[string, DataSource[], Asked, string]>([
    ['nobody is there', [], {}, 'No vendor is configured for RESTORATION'],
    ['the named one is not', [L], { vendor: 'LEQI' }, 'LEQI is not configured for RESTORATION; see'],
    ['the named one cannot', [L, unable('LEQI')], { vendor: 'LEQI' }, 'LEQI cannot do RESTORATION; see'],
    ['the operator order names nobody who is there', [L], { order: ['FANGTANG'] }, 'No vendor'],
    ['there is no sandbox', [L], { vendor: 'SANDBOX' }, 'The sandbox plays no vendor for RESTORATION; see'],
    [
      'AUTO would have to be the sandbox, by name only',
      [FS],
      { sandboxByNameOnly: true },
      'No vendor is configured for RESTORATION; to try it without a vendor, ask for `vendor: SANDBOX`',
    ],
    [
      'so would the vendor that it plays',
      [FS],
      { sandboxByNameOnly: true, vendor: 'FANGTANG' },
      'FANGTANG is not configured for RESTORATION; to try it without a vendor, ask for `vendor: SANDBOX`',
    ],
  ])('VENDOR_NOT_CONFIGURED where %s', (_, sources, asked, words) => {
    expect(() => route(sources, asked)).toThrow(
      expect.objectContaining({
        code: 'VENDOR_NOT_CONFIGURED',
        message: expect.stringContaining(words),
        fields: [expect.objectContaining({ path: 'input.vendor', code: 'NOT_CONFIGURED' })],
      }),
    );
  });

  test('OPTION_NOT_SUPPORTED names the fields that stand in the way at the first of them', () => {
    const sources = [source('FANGTANG', { refuses: ['input.steps'] }), source('LOCAL', { refuses: ['input.photo'] })];
    expect(() => route(sources)).toThrow(
      expect.objectContaining({
        code: 'OPTION_NOT_SUPPORTED',
        message: expect.stringContaining('input.steps: less'),
        fields: [{ path: 'input.steps', code: 'NOT_SUPPORTED', allowed: 'less' }],
      }),
    );
  });
});
