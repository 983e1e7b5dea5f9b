const repeat = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');
const chain = (count: number, body: (next: string) => string) =>
  repeat(count, i => `fragment f${i} on Spec { id ${i + 1 < count ? body(`...f${i + 1}`) : ''} }`);

/** Each makes a document of a size; sizes below the limits are taken, and have to be cheap as well. */
const FAMILIES: Record<string, (size: number) => string> = {
  aliases: n => `{ ${repeat(n, i => `a${i}: colors { id }`)} }`,
  'lists in lists': n =>
    `{ ${repeat(Math.min(n, 20), i => `a${i}: specs(first: 200) { nodes { id backgrounds { id hex } } edges { node { id } } }`)} }`,
  'lists by a variable': n =>
    `query ($n: Int) { ${repeat(Math.min(n, 20), i => `a${i}: specs(first: $n) { nodes { id notes rows } }`)} }`,
  searches: n =>
    `{ ${repeat(Math.min(n, 20), i => `a${i}: specs(first: 1, search: "${'照片一寸 50kb visa '.repeat(4)}${i}") { totalCount }`)} }`,
  directives: n => `{ colors { id ${'@include(if: true) '.repeat(n)} } }`,
  'unknown directives': n => `query ${'@a '.repeat(n)} { colors { id } }`,
  'directives with arguments': n => `{ colors { id ${repeat(n, i => `@a(x: [${i}, {y: "z"}])`)} } }`,
  'a chain of fragments': n => `{ spec(id: "a") { ...f0 } } ${chain(n, next => next)}`,
  'a doubling chain': n => `{ spec(id: "a") { ...f0 } } ${chain(n, next => `${next} ... on Spec { ${next} }`)}`,
  'a circle of fragments': n =>
    `{ spec(id: "a") { ...f0 } } ${repeat(n, i => `fragment f${i} on Spec { id ...f${(i + 1) % n} }`)}`,
  'deep nesting': n => `{ spec(id: "a") ${'{ backgrounds '.repeat(n)} { id } ${'}'.repeat(n)} }`,
  'equal fields': n => `{ spec(id: "a") { ${'titleZh '.repeat(n)} } }`,
  'equal objects': n => `{ spec(id: "a") { ${'backgrounds { id } '.repeat(n)} } }`,
  'fields that differ in their arguments': n => `{ ${repeat(n, i => `specs(first: ${i}) { totalCount }`)} }`,
  'inline fragments': n => `{ spec(id: "a") { ${'... { id } '.repeat(n)} } }`,
  'nested inline fragments': n => `{ ${'... { '.repeat(n)} colors { id } ${'}'.repeat(n)} }`,
  introspection: n => `{ ${repeat(n, i => `a${i}: __schema { types { name fields { name args { name } } } }`)} }`,
  'introspection of types': n =>
    `{ ${repeat(n, i => `a${i}: __type(name: "Task") { possibleTypes { fields { name type { name ofType { name } } } } }`)} }`,
  'circular introspection': n => `{ __schema ${'{ types { fields { type '.repeat(n)} { name } ${'} } }'.repeat(n)} }`,
  'unknown fields': n => `{ ${repeat(n, i => `spec${'x'.repeat(30)}${i}`)} }`,
  'long unknown fields': n => `{ ${repeat(20, i => `${'specs'.repeat(n)}${i}`)} }`,
  'unknown arguments': n => `{ specs(${repeat(n, i => `firsst${i}: 1`)}) { totalCount } }`,
  'unknown enum values': n => `{ ${repeat(Math.min(n, 20), i => `a${i}: specs(unit: PIXELSS${i}) { totalCount }`)} }`,
  variables: n => `query (${repeat(n, i => `$v${i}: Int = ${i}`)}) { colors { id } }`,
  'unknown variables': n =>
    `{ specs(after: $a) { totalCount } ${repeat(Math.min(n, 300), i => `spec(id: $v${i}) { id }`)} }`,
  operations: n => repeat(n, i => `query q${i} { colors { id } }`),
  'lists in a literal': n => `{ specs(search: ${'['.repeat(n)}${']'.repeat(n)}) { totalCount } }`,
  'objects in a literal': n => `mutation { createIdPhoto(input: ${'{a: '.repeat(n)}1${'}'.repeat(n)}) { id } }`,
  'a long text': n => `{ specs(after: "${'A'.repeat(n * 30)}") { totalCount } }`,
  'a long name of a spec': n => `{ spec(id: "${'一'.repeat(n * 15)}") { id } }`,
  'a long block text': n => `{ specs(search: """${'\n a'.repeat(n * 10)}""") { totalCount } }`,
  'many texts': n =>
    `{ ${repeat(Math.min(n, 20), i => `a${i}: specs(search: "${'a'.repeat(90)}${i}") { totalCount }`)} }`,
  blanks: n => `{ colors { id } ${' '.repeat(n * 500)} }`,
  comments: n => `${'#\n'.repeat(n * 250)}{ colors { id } }`,
  brackets: n => '{'.repeat(n * 10),
  escapes: n => `{ spec(id: "${'\\u{1F600}'.repeat(n * 5)}") { id } }`,
};
const SIZES = [8, 40, 300, 480, 900, 1_900, 20_000];

/** At most so many documents: each family in each size. */
export function documentBombs(count: number): { name: string; query: string }[] {
  const all = SIZES.flatMap(size =>
    Object.entries(FAMILIES).map(([name, make]) => ({ name: `${name}, ${size}`, query: make(size) })),
  );
  // A small count still has every family, in a size that is refused.
  return count >= all.length ? all : [...all.slice(Object.keys(FAMILIES).length * 3), ...all].slice(0, count);
}
