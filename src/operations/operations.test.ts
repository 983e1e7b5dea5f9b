import { refused } from '../../test/refused.js';
import { background } from './background.js';
import { ALL_OPERATIONS, rowOf } from './operations.js';
import { restoration } from './restoration.js';

const photo = { assetId: 'asset_1' };
const nothing = undefined as never;

test.each(ALL_OPERATIONS)('%s has a name in both languages, and says which mutation asks for it', operation => {
  const { name, description } = rowOf(operation);
  expect(name.zh).toMatch(/\p{Script=Han}/u);
  expect(name.en).toMatch(/^[A-Z][A-Za-z ]+$/);
  expect(description).toMatch(/^[A-Z].*`[a-z][A-Za-z]+`\.$/);
});

test('personal data is served by the sandbox by name only, and what was erased is not tried again', () => {
  const careful = ALL_OPERATIONS.filter(operation => rowOf(operation).sandboxByNameOnly);
  expect(careful).toEqual(['FACE_VERIFICATION']);
  const refusing = ALL_OPERATIONS.filter(operation => rowOf(operation).retryRefusal !== null);
  expect(refusing.sort()).toEqual(['FACE_VERIFICATION', 'RELEASE']);
});

describe('a background change', () => {
  const asked = { color: 'blue' };

  test('is the background asked for, and so is its quote', () => {
    const job = { background: { kind: 'solid', hex: '#438EDB' } };
    expect(background.order({ photo, background: asked, vendor: 'LOCAL' }, nothing)).toEqual({
      job,
      photos: { photo },
      vendor: 'LOCAL',
    });
    expect(background.quote(asked, nothing)).toEqual({ job });
  });

  test.each([
    [{}, 'BAD_USER_INPUT input.background EXACTLY_ONE'],
    [{ color: 'mauve' }, 'COLOR_NOT_FOUND input.background.color UNKNOWN'],
  ])('to %j is refused: %s', async (wrong, why) => {
    expect(await refused(() => background.order({ photo, background: wrong }, nothing))).toBe(why);
    expect(await refused(() => background.quote(wrong, nothing))).toBe(why);
  });
});

test('a restoration is its steps, and so is its quote', () => {
  const request = { photo, steps: 'SR_REPAIR', reference: 'r' } as const;
  expect(restoration.order(request, nothing)).toEqual({
    job: { steps: 'SR_REPAIR' },
    photos: { photo },
    vendor: undefined,
  });
  expect(restoration.quote('SR_REPAIR', nothing)).toEqual({ job: { steps: 'SR_REPAIR' } });
});
