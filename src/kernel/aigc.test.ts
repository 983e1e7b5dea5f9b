import {
  type AigcLabel,
  aigcText,
  distinctLabels,
  isAigcProvider,
  newAigcLabel,
  propagatedLabel,
  readAigcLabel,
  unreadableLabel,
} from './aigc.js';
import { LIMITS } from './limits.js';

describe('a label of generated content', () => {
  test('has the seven fields as texts, and what else its producer wrote', () => {
    const label = readAigcLabel({
      Label: 1,
      ContentProducer: 'maker',
      SecurityData: { Type: 'SM2', Bindings: ['hash'] },
    });
    expect(label).toEqual({
      Label: '1',
      ContentProducer: 'maker',
      ProduceID: '',
      ReservedCode1: '',
      ContentPropagator: '',
      PropagateID: '',
      ReservedCode2: '',
      SecurityData: { Type: 'SM2', Bindings: ['hash'] },
    });
  });

  test('has one text, in whatever order a database gives its fields back', () => {
    const label = readAigcLabel({ Label: '1', ContentProducer: 'maker', SecurityData: { b: 1, a: [{ d: 1, c: 2 }] } })!;
    const turned = Object.fromEntries(Object.entries(label).reverse()) as AigcLabel;
    expect(aigcText(turned)).toBe(aigcText(label));
    expect(aigcText(label)).toMatch(
      /^\{"Label":"1","ContentProducer":"maker".*"SecurityData":\{"a":\[\{"c":2,"d":1\}\]/,
    );
  });

  test('holds nothing that XML or a database refuses', () => {
    const label = readAigcLabel({
      Label: '1',
      ContentProducer: 'a\u0000b\ud800c\uffff',
      more: { 'k\u0001': '\udfff' },
    })!;
    expect(label.ContentProducer).toBe('a b c ');
    expect(label.more).toEqual({ 'k ': ' ' });
  });

  test.each([
    ['a text', 'Label'],
    ['a list', [{ Label: '1' }]],
    ['null', null],
    ['an object about something else', { Title: '1' }],
    ['one that is too large', { Label: '1', ContentProducer: 'x'.repeat(LIMITS.aigc.labelBytes) }],
    ['one that is too large as XML', { Label: '1', ContentProducer: '&'.repeat(LIMITS.aigc.labelBytes / 4) }],
    ['one that is nested too deep', { Label: '1', a: { a: { a: { a: { a: { a: { a: 1 } } } } } } }],
  ])('%s is none', (_, value) => expect(readAigcLabel(value)).toBeUndefined());

  test('keeps its producer when it is handed on, and names who does it', () => {
    const label = {
      ...newAigcLabel('maker', '1'),
      ContentPropagator: 'before',
      ReservedCode1: 'a',
      ReservedCode2: 'b',
    };
    expect(propagatedLabel(label, { propagator: 'we', id: 'asset_1' })).toEqual({
      ...label,
      ContentPropagator: 'we',
      PropagateID: 'asset_1',
      ReservedCode2: '',
    });
    expect(propagatedLabel(label, undefined)).toBe(label);
  });

  test('that cannot be read is a suspicion, and its words are kept', () => {
    expect(unreadableLabel(` TC260:AIGC\u0000${'x'.repeat(1_000)}`)).toMatchObject({
      Label: '3',
      ContentProducer: '',
      Unreadable: expect.stringMatching(/^TC260:AIGC x{400,}$/),
    });
  });
});

test('of several labels each counts once, certain ones first, as many as a file can carry', () => {
  const [one, other] = [newAigcLabel('one', '1'), newAigcLabel('other', '1')];
  const suspected = unreadableLabel('?');
  const again = { ...one, ContentPropagator: 'somebody' };
  expect(distinctLabels([suspected, one, other, again])).toEqual([one, other, suspected]);
  const many = Array.from({ length: 20 }, (_, id) => newAigcLabel('one', `${id}`));
  expect(distinctLabels(many)).toEqual(many.slice(0, LIMITS.aigc.labels));
});

describe('a provider', () => {
  test.each([
    '某某科技有限公司',
    'Photo Shop Ltd',
    '001191110102MAD55U9H0F10002',
    '001191440300708461136T1XGW3',
    '0011',
  ])('is %s', text => expect(isAigcProvider(text)).toBe(true));
  test.each([
    ['nothing', ''],
    ['blanks around it', ' name'],
    ['a control character', 'na\u0007me'],
    ['a name that is too long', '名'.repeat(101)],
    ['a code that is cut', '001191110102MAD55U9H0F1000'],
    ['a code with a wrong check character', '001191110102MAD55U9H0G10002'],
    ['a code in small letters', '001191110102mad55u9h0f10002'],
  ])('is not %s', (_, text) => expect(isAigcProvider(text)).toBe(false));
});
