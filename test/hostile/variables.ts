export interface VariableBomb {
  name: string;
  query: string;
  /** As JSON. */
  variables: () => string;
}

type Given = [name: string, query: string, variables: () => Record<string, unknown>];

/** An ID number and a name that no answer may repeat. */
export const CANARIES = ['110101199003074514', '欧阳金丝雀'];

const VERIFY = 'mutation ($input: VerifyFaceInput!) { verifyFace(input: $input) { id } }';
const PAINT = 'mutation ($input: GeneratePaintingInput!) { generatePainting(input: $input) { id } }';
const CREATE = 'mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input) { id } }';
const RELEASE = 'mutation ($input: ReleasePhotosInput!) { releasePhotos(input: $input) { id } }';
const face = (changes: object) => ({
  input: {
    name: CANARIES[1],
    idNumber: CANARIES[0],
    photo: { base64: 'AAAA' },
    consent: { reference: 'a', purpose: 'b' },
    ...changes,
  },
});
const photo = (source: object) => ({ input: { photo: source, specId: 'yi-cun-295x413' } });

/** One text in each place that takes one. */
const TEXTS: Record<string, { query: string; variables: (text: string) => Record<string, unknown> }> = {
  'a cursor of specs': {
    query: 'query ($t: String) { specs(after: $t) { totalCount } }',
    variables: t => ({ t }),
  },
  'a search': { query: 'query ($t: String) { specs(search: $t) { totalCount } }', variables: t => ({ t }) },
  'a colour': { query: 'query ($t: String) { specs(color: $t) { totalCount } }', variables: t => ({ t }) },
  'an id of a spec': { query: 'query ($t: ID!) { spec(id: $t) { id } }', variables: t => ({ t }) },
  'an id of a node': { query: 'query ($t: ID!) { node(id: $t) { id } }', variables: t => ({ t }) },
  'a cursor of tasks': {
    query: 'query ($t: String) { tasks(after: $t) { nodes { id } } }',
    variables: t => ({ t }),
  },
  'a name': { query: VERIFY, variables: name => face({ name }) },
  'an ID number': { query: VERIFY, variables: idNumber => face({ idNumber }) },
  'a consent': { query: VERIFY, variables: t => face({ consent: { reference: t, purpose: t } }) },
  'an idempotency key': { query: VERIFY, variables: idempotencyKey => face({ idempotencyKey }) },
  'a reference': { query: VERIFY, variables: reference => face({ reference }) },
  labels: { query: VERIFY, variables: t => face({ labels: Array(10).fill(t) }) },
  'a text to paint': { query: PAINT, variables: text => ({ input: { text, style: text } }) },
  'a URL': { query: CREATE, variables: t => photo({ url: `https://${t}.example/` }) },
  'an asset': { query: CREATE, variables: assetId => photo({ assetId }) },
  'a photo in base64': { query: CREATE, variables: base64 => photo({ base64 }) },
  'a gradient': {
    query: CREATE,
    variables: t => ({
      input: { ...photo({ base64: 'AAAA' }).input, backgrounds: [{ gradient: { from: t, to: t } }] },
    }),
  },
  'a number': { query: CREATE, variables: dpi => ({ input: { ...photo({ base64: 'AAAA' }).input, dpi } }) },
  'an enum': { query: CREATE, variables: vendor => ({ input: { ...photo({ base64: 'AAAA' }).input, vendor } }) },
};

/** What regular expressions, punycode and spreading stumble over, at each length. */
const FILLINGS = ['A', '一', ' ', '😀', 'xn--a.', '1.'];

/** JSON.stringify itself runs out of stack, so these are written in place of a name. */
const DEEP: Record<string, string> = {
  '@lists': `${'['.repeat(31_000)}1${']'.repeat(31_000)}`,
  '@objects': `${'{"photo":'.repeat(6_000)}1${'}'.repeat(6_000)}`,
};

const SHAPES: Given[] = [
  ['a list of 100,000 ids', RELEASE, () => ({ input: { photoIds: Array(100_000).fill('photo_1') } })],
  ['a list of 10,000 ids', RELEASE, () => ({ input: { photoIds: Array(5_000).fill('photo_1') } })],
  ['a list of lists', RELEASE, () => ({ input: { photoIds: '@lists' } })],
  ['a list of lists for an object', CREATE, () => ({ input: '@lists' })],
  ['objects in objects', CREATE, () => ({ input: '@objects' })],
  ['a list of lists for a text', TEXTS['a search']!.query, () => ({ t: '@lists' })],
  ['100,000 labels', VERIFY, () => face({ labels: Array(100_000).fill('a') })],
  [
    'unknown fields',
    CREATE,
    () => ({ input: Object.fromEntries(Array.from({ length: 8_000 }, (_, i) => [`f${i}`, i])) }),
  ],
  [
    'variables that nobody declared',
    '{ colors { id } }',
    () => Object.fromEntries(Array.from({ length: 4_000 }, (_, i) => [`v${i}`, i])),
  ],
  ['an ID number as a number', VERIFY, () => face({ idNumber: Number(CANARIES[0]) })],
  ['an ID number in a list', VERIFY, () => face({ idNumber: [CANARIES[0]] })],
  ['an ID number as an object', VERIFY, () => face({ idNumber: { value: CANARIES[0] } })],
  ['an ID number in place of the input', VERIFY, () => ({ input: CANARIES[0] })],
  ['an ID number as a field', VERIFY, () => face({ [CANARIES[0]!]: 1 })],
  ['an ID number as a vendor', VERIFY, () => face({ vendor: CANARIES[0] })],
  ['empty objects', CREATE, () => ({ input: { backgrounds: Array(20_000).fill({}) } })],
];

/** @param chars of the longest text: a WebSocket takes 64 KiB, HTTP 28 MB */
export function variableBombs(count: number, chars: number): VariableBomb[] {
  const texts = Object.entries(TEXTS);
  const long = texts.map(
    ([name, { query, variables }]): Given => [
      `${name} of ${chars} characters`,
      query,
      () => variables('A'.repeat(chars)),
    ],
  );
  const within = FILLINGS.flatMap(filling =>
    texts.map(
      ([name, { query, variables }]): Given => [
        `${name} of 4,000 characters, ${JSON.stringify(filling)}`,
        query,
        () => variables(filling.repeat(4_000 / filling.length)),
      ],
    ),
  );
  // The long ones first, then the shapes, then what is within the limits.
  return [...long, ...SHAPES, ...within]
    .slice(0, count)
    .map(([name, query, variables]) => ({ name, query, variables: () => toJson(variables()) }));
}

function toJson(value: unknown): string {
  return JSON.stringify(value).replace(/"(@lists|@objects)"/g, (_, name: string) => DEEP[name]!);
}
