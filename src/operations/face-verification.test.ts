import { refused } from '../../test/refused.js';
import { faceVerification } from './face-verification.js';

const ASKED = {
  name: ' 试无名 ',
  idNumber: '11010119000101009x',
  photo: { assetId: 'asset_1' },
  consent: { reference: 'C-1', purpose: '入职', noticeVersion: '1' },
};
const order = (over: object = {}) => faceVerification.order({ ...ASKED, ...over }, undefined as never);

test('who is verified is secret, and stands in no job', () => {
  expect(order({ vendor: 'FEGINE' })).toEqual({
    job: {},
    secrets: { name: '试无名', idNumber: '11010119000101009X' },
    photos: { photo: { assetId: 'asset_1' } },
    vendor: 'FEGINE',
  });
});

test('a quote needs nobody', () => {
  expect(JSON.stringify(faceVerification.quote(true, undefined as never))).not.toContain('试无名');
});

test.each([
  ['no name', { name: '' }, 'input.name'],
  ['a number with a wrong check digit', { idNumber: '110101190001011008' }, 'input.idNumber CHECKSUM'],
])('%s is refused', async (_, over, why) => {
  expect(await refused(() => order(over))).toContain(`BAD_USER_INPUT ${why}`);
});

test('a refusal says nothing of the person', () => {
  for (const over of [{ name: 'Zhang San 1' }, { idNumber: '110101190001011008' }])
    try {
      order(over);
      throw new Error('it was not refused');
    } catch (error) {
      expect(JSON.stringify([String(error), error])).not.toMatch(/Zhang|11010119000101100/);
      expect(error).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
});
