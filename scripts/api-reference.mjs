// The reference of the API as pages of Markdown, made of the SDL: every type, field, argument and value with its description.
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedDirective,
  isUnionType,
} from 'graphql';

/** Each kind of types is a page. */
const KINDS = [
  { path: 'objects', title: 'Objects', is: isObjectType },
  { path: 'interfaces', title: 'Interfaces', is: isInterfaceType },
  { path: 'unions', title: 'Unions', is: isUnionType },
  { path: 'inputs', title: 'Inputs', is: isInputObjectType },
  { path: 'enums', title: 'Enums', is: isEnumType },
  { path: 'scalars', title: 'Scalars', is: isScalarType },
];
const ROOTS = ['queries', 'mutations', 'subscriptions'];

/** @returns path (without `.md`), title and text of each page */
export function apiPages(sdl) {
  const schema = buildSchema(sdl);
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const types = Object.values(schema.getTypeMap()).filter(type => !type.name.startsWith('__') && !roots.includes(type));
  types.sort((a, b) => a.name.localeCompare(b.name));
  const pages = roots.map((root, index) => rootPage(ROOTS[index], root));
  for (const { path, title, is } of KINDS) {
    const own = types.filter(is);
    if (own.length > 0) pages.push({ path, title, count: own.length, parts: own.map(type => typePart(type, schema)) });
  }
  const directives = schema.getDirectives().filter(each => !isSpecifiedDirective(each));
  if (directives.length > 0)
    pages.push({
      path: 'directives',
      title: 'Directives',
      count: directives.length,
      parts: directives.map(directivePart),
    });
  return [
    { path: 'api/index', title: 'Overview', text: indexPage(pages) },
    ...pages.map(({ path, title, parts }) => ({
      path: `api/${path}`,
      title,
      text: [`# ${title}`, ...parts, ''].join('\n\n'),
    })),
  ];
}

function rootPage(path, root) {
  const fields = Object.values(root.getFields());
  const parts = fields.map(field =>
    part(field.name, [told(field), `Gives ${typeLink(field.type)}.`, table('Argument', field.args.map(valueRow))]),
  );
  return { path, title: root.name === 'Query' ? 'Queries' : `${root.name}s`, count: fields.length, parts };
}

function typePart(type, schema) {
  const texts = [told(type)];
  if (type.isOneOf) texts.push('Exactly one of the fields is given.');
  if (isScalarType(type) && type.specifiedByURL) texts.push(`Specified by <${type.specifiedByURL}>.`);
  if (isObjectType(type) && type.getInterfaces().length > 0)
    texts.push(`Implements ${type.getInterfaces().map(typeLink).join(', ')}.`);
  if (isInterfaceType(type) || isUnionType(type))
    texts.push(`Is one of ${schema.getPossibleTypes(type).map(typeLink).join(', ')}.`);
  if (isEnumType(type))
    texts.push(
      table(
        'Value',
        type.getValues().map(each => [`\`${each.name}\``, told(each)]),
      ),
    );
  else if (isInputObjectType(type)) texts.push(table('Field', Object.values(type.getFields()).map(valueRow)));
  else if ('getFields' in type) texts.push(table('Field', Object.values(type.getFields()).flatMap(fieldRows)));
  return part(type.name, texts);
}

function directivePart(directive) {
  const where = `On ${directive.locations.map(each => `\`${each}\``).join(', ')}.`;
  return part(directive.name, [told(directive), where, table('Argument', directive.args.map(valueRow))]);
}

/** The anchor is the name itself: `slug` would let `Node` and `node` fall together. */
function part(name, texts) {
  return [`## ${name} {#${name}}`, ...texts.filter(text => text !== '')].join('\n\n');
}

function fieldRows(field) {
  const own = [`\`${field.name}\``, typeLink(field.type), inCell(told(field))];
  return [own, ...field.args.map(each => [`\`${field.name}(${each.name}:)\``, ...valueRow(each).slice(1)])];
}

/** Of an argument or a field of an input. */
function valueRow(value) {
  const standard = value.astNode?.defaultValue;
  const text =
    standard === undefined
      ? ''
      : ` Default: \`${standard.loc.source.body.slice(standard.loc.start, standard.loc.end)}\`.`;
  return [`\`${value.name}\``, typeLink(value.type), `${inCell(told(value))}${inCell(text)}`];
}

function table(first, rows) {
  if (rows.length === 0) return '';
  const head = rows[0].length === 2 ? [first, ''] : [first, 'Type', ''];
  const lines = [head, head.map(() => '---'), ...rows.map(row => row.map(inCell))];
  return lines.map(row => `| ${row.join(' | ')} |`).join('\n');
}

function told({ description, deprecationReason }) {
  const old = deprecationReason == null ? '' : ` **Deprecated:** ${deprecationReason}`;
  return `${description ?? ''}${old}`;
}

function inCell(text) {
  return text.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/(?<!\\)\|/g, '\\|');
}

function typeLink(type) {
  const named = getNamedType(type);
  const { path } = KINDS.find(({ is }) => is(named));
  return `[\`${type}\`](/api/${path}#${named.name})`;
}

function indexPage(pages) {
  const rows = pages.map(({ path, title, count }) => [`[${title}](/api/${path})`, String(count)]);
  return `# API reference

Made of [schema/schema.graphql](/files/schema/schema.graphql.txt). Descriptions are those that GraphiQL shows, and that a server gives by introspection.

${table('Kind', rows)}
`;
}
