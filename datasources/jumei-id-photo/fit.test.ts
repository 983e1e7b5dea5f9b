import { specs } from '../../src/specs/catalogue.js';
import { colors } from '../../src/specs/colors.js';
import type { IdPhotoJob } from '../contract.js';
import table from './candidate-specs.json';
import { bgColor } from './colors.js';
import { fitIdPhoto } from './fit.js';

const WHITE = { kind: 'solid', hex: '#FFFFFF' } as const;
const BLUE = { kind: 'solid', hex: '#438EDB' } as const;

function job(change: Partial<IdPhotoJob> = {}, options: Partial<IdPhotoJob['options']> = {}): IdPhotoJob {
  const usual = { widthPx: 295, heightPx: 413, dpi: 300, headRatio: 0.62, topMargin: 0.085, backgrounds: [WHITE] };
  return { specId: 'yi-cun-295x413', ...change, options: { ...usual, ...options } };
}

const refused = (asked: IdPhotoJob, specMode: 'custom' | 'id' = 'custom') =>
  fitIdPhoto(asked, specMode).refused.map(({ path, code }) => `${path} ${code}`);

describe('colours', () => {
  test.each([...colors])('$id of our catalogue has the name of the guide, and a solid one goes as its value', color => {
    const background =
      color.hexEnd === null
        ? ({ kind: 'solid', hex: color.hex } as const)
        : ({ kind: 'gradient', from: color.hex, to: color.hexEnd } as const);
    expect(bgColor(background, true)).toBe(color.id);
    expect(bgColor(background, false)).toBe(color.hexEnd === null ? color.hex : color.id);
  });

  test('any other solid colour goes as hex', () => {
    for (const named of [true, false]) expect(bgColor({ kind: 'solid', hex: '#00aaff' }, named)).toBe('#00AAFF');
  });

  test('any other gradient, and transparency, are refused with their path', () => {
    const backgrounds = [
      WHITE,
      { kind: 'transparent' } as const,
      { kind: 'gradient', from: '#438EDB', to: '#D0E3F6' } as const,
      { kind: 'gradient', from: '#D0E3F6', to: '#438EDB' } as const,
    ];
    expect(refused(job({}, { backgrounds }))).toEqual([
      'input.backgrounds.1 NOT_SUPPORTED',
      'input.backgrounds.3 NOT_SUPPORTED',
    ]);
  });
});

describe("Jumei's own options", () => {
  test.each([
    { beautyDegree: 1 },
    { beautyDegree: 5 },
    { faceRatio: 0.4 },
    { faceRatio: 1 },
    { faceCenterRange: 0.45 },
    { topEmpty: { min: 0, max: 1 } },
    { topEmpty: { min: 10, max: 412 } },
  ])('%j is in range', jumei => expect(refused(job({ jumei }))).toEqual([]));

  test.each([
    ['beautyDegree', 0.9],
    ['beautyDegree', 5.1],
    ['beautyDegree', Number.NaN],
    ['faceRatio', 0],
    ['faceRatio', 1.1],
    ['faceRatio', -0.1],
    ['faceCenterRange', 0],
    ['faceCenterRange', 1.01],
    ['topEmpty', { min: 0, max: 0 }],
    ['topEmpty', { min: 30, max: 30 }],
    ['topEmpty', { min: 30, max: 10 }],
    ['topEmpty', { min: -1, max: 10 }],
    ['topEmpty', { min: 10, max: 413 }],
    ['topEmpty', { min: 1.5, max: 10 }],
  ])('%s %j is not', (name, value) => {
    expect(refused(job({ jumei: { [name]: value } }))).toEqual([`input.jumei.${name} RANGE`]);
  });

  test('options of Leqi are refused', () => {
    expect(refused(job({ leqi: { printType: 1 } }))).toEqual(['input.leqi NOT_SUPPORTED']);
  });
});

describe('head geometry', () => {
  test('is measured otherwise by Jumei, so ours is listed as ignored', () => {
    expect(fitIdPhoto(job(), 'custom').ignored).toEqual(['input.headRatio', 'input.topMargin']);
    const { topMargin: _, ...options } = job().options;
    const placed = { ...job(), options: { ...options, faceCenter: { x: 0.5, y: 0.45 } } };
    expect(fitIdPhoto(placed, 'custom').ignored).toEqual(['input.headRatio', 'input.faceCenter']);
  });
});

describe('with specs by their number', () => {
  test('a spec without a known number is refused, a custom size is not', () => {
    expect(refused(job(), 'id')).toEqual([]);
    expect(refused(job({ specId: 'xue-ji-zhao-pian-358x441' }), 'id')).toEqual(['input.specId NOT_SUPPORTED']);
    expect(refused(job({ specId: null }), 'id')).toEqual([]);
    expect(refused(job({ specId: 'constructor' }), 'id')).toEqual(['input.specId NOT_SUPPORTED']);
  });

  test("only the spec's own colours go; with spec 12 all do", () => {
    const purple = { kind: 'solid', hex: '#800080' } as const;
    const visa = { specId: 'mei-guo-qian-zheng-602x602' };
    expect(refused(job(visa, { backgrounds: [WHITE, BLUE, purple] }), 'id')).toEqual([
      'input.backgrounds.1 NOT_SUPPORTED',
      'input.backgrounds.2 NOT_SUPPORTED',
    ]);
    expect(refused(job(visa, { backgrounds: [WHITE, BLUE, purple] }), 'custom')).toEqual([]);
    expect(refused(job({ specId: null }, { backgrounds: [purple] }), 'id')).toEqual([]);
  });

  test('every candidate is a spec of ours with the colours of our catalogue', () => {
    for (const [id, { spec, colors: listed }] of Object.entries(table)) {
      expect(specs.byId(id)?.colors).toEqual(listed);
      expect(spec).toMatch(/^\d{1,3}$/);
      // 12 means a custom size.
      expect(spec).not.toBe('12');
    }
  });
});
