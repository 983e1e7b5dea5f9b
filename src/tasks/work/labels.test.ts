import type { MadePicture, SourceKey } from '../../../datasources/contract.js';
import { readSourceKey } from '../../../datasources/contract.js';
import { type AigcLabel, newAigcLabel } from '../../kernel/aigc.js';
import type { AssetRow } from '../../store/asset-rows.js';
import type { Database } from '../../store/database.js';
import type { Task } from '../../store/task.js';
import { labelsOf } from './labels.js';
import type { OperationTable } from './operation-rules.js';

const SOURCE = { ...newAigcLabel('first maker', 'a'), ContentPropagator: 'we', PropagateID: 'asset_1' };
const VENDORS_OWN = newAigcLabel('聚美智数', '7');
const PICTURE: MadePicture = { role: 'CLEAN', from: { url: 'https://vendor.example/1' } };
const GENERATED: MadePicture = { ...PICTURE, aiLabel: true, contentId: 'job-1' };
const OURS = { ContentPropagator: 'we', PropagateID: 'task_1' };

interface Case {
  picture?: MadePicture;
  source?: SourceKey;
  producer?: string;
  /** Labels of the task's photo, or of what the operation says that the picture was made from. */
  photo?: AigcLabel[];
  madeFrom?: AigcLabel[];
  given?: AigcLabel[];
  aigcProvider?: string | undefined;
  labelEdits?: boolean;
  edits?: true;
  withoutMark?: boolean;
}

function labels({ picture = PICTURE, source = 'JUMEI_PAINTING', given = [], photo = [], ...over }: Case) {
  const { madeFrom, edits, withoutMark = false, producer, labelEdits = false } = over;
  const rules = {
    edits,
    withoutMark: () => withoutMark,
    ...(madeFrom === undefined ? {} : { madeFrom: async () => ['other'] }),
  };
  const known: Record<string, AigcLabel[]> = { other: madeFrom ?? [] };
  const find = async (_tenant: string, ids: readonly string[]) =>
    ids.map(id => ({ id, aigc: known[id] ?? null })) as AssetRow[];
  const parts = {
    database: {} as Database,
    assets: { find },
    operations: { PAINTING: rules } as unknown as OperationTable,
    aigcProvider: 'aigcProvider' in over ? over.aigcProvider : 'we',
    labelEdits,
  };
  const task = { id: 'task_1', tenantId: 'default', operation: 'PAINTING', input: {}, inputAssets: ['photo'] };
  const maker = { ...readSourceKey(source), ...(producer === undefined ? {} : { producer }) };
  const inputs = [{ id: 'photo', aigc: photo }] as unknown as AssetRow[];
  return labelsOf(parts, task as unknown as Task, picture, inputs, given, maker);
}

test('a picture of an ordinary photo has none', async () => {
  expect(await labels({})).toEqual({ labels: [], mark: false });
});

test('the labels of the photo stay as they are, and no mark is drawn', async () => {
  expect(await labels({ photo: [SOURCE] })).toEqual({ labels: [SOURCE], mark: false });
});

test('what the operation says it was made from counts instead of the photos', async () => {
  expect(await labels({ photo: [VENDORS_OWN], madeFrom: [SOURCE] })).toEqual({ labels: [SOURCE], mark: false });
});

test.each([
  ['a generated picture names its vendor by its name', { producer: '聚美智数' }, '聚美智数', 'job-1'],
  ['else by our word for it', {}, 'JUMEI_PAINTING', 'job-1'],
  [
    'the sandbox is named as such',
    { source: 'JUMEI_PAINTING@SANDBOX', producer: '聚美智数' },
    'Darkroom sandbox (JUMEI_PAINTING)',
    'job-1',
  ],
  [
    'without a number of the vendor it has ours',
    { picture: { ...PICTURE, aiLabel: true } },
    'JUMEI_PAINTING',
    'task_1',
  ],
] as const)('%s', async (_, over, producer, id) => {
  expect(await labels({ picture: GENERATED, ...(over as Case) })).toEqual({
    labels: [{ ...newAigcLabel(producer, id), ...OURS }],
    mark: true,
  });
});

test('nobody is named as the one who hands on where the operator has not said who it is', async () => {
  const {
    labels: [label],
  } = await labels({ picture: GENERATED, aigcProvider: undefined });
  expect(label).toMatchObject({ ContentPropagator: '', PropagateID: '' });
});

test("a vendor's own label keeps its maker, gets us as the one who hands on, and needs no second mark", async () => {
  const found = await labels({ picture: GENERATED, given: [VENDORS_OWN] });
  expect(found).toEqual({ labels: [{ ...VENDORS_OWN, ...OURS }], mark: false });
});

test('a vendor that labels what it made of a labelled photo adds its label behind', async () => {
  const found = await labels({ photo: [SOURCE], given: [VENDORS_OWN] });
  expect(found.labels).toEqual([SOURCE, { ...VENDORS_OWN, ...OURS }]);
});

test('by an agreement the mark is left out, and the metadata stays', async () => {
  const found = await labels({ picture: GENERATED, withoutMark: true });
  expect(found).toMatchObject({ labels: [{ Label: '1' }], mark: false });
});

describe('edited pictures', () => {
  const edited = { edits: true, labelEdits: true } as const;
  test('are labelled only where the operator wants it', async () => {
    expect((await labels({ edits: true })).labels).toEqual([]);
    expect((await labels({ labelEdits: true })).labels).toEqual([]);
    const found = await labels({ ...edited, source: 'FANGTANG', producer: '方糖' });
    expect(found).toEqual({ labels: [{ ...newAigcLabel('方糖', 'task_1'), ...OURS }], mark: false });
  });
  test('of our own engine name the operator', async () => {
    const found = await labels({ ...edited, source: 'LOCAL' });
    expect(found.labels).toMatchObject([{ ContentProducer: 'we', ContentPropagator: 'we' }]);
  });
  test('keep the label that they have', async () => {
    expect((await labels({ ...edited, photo: [SOURCE] })).labels).toEqual([SOURCE]);
    expect((await labels({ ...edited, given: [VENDORS_OWN] })).labels).toHaveLength(1);
  });
});
