import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

interface TextScalar<T> {
  name: string;
  description: string;
  specifiedByURL: string;
  /** Undefined where the text is none of these. */
  parse(text: string): T | undefined;
  serialize(value: T): string;
}

/** A scalar that travels as text. Its errors never quote the value, which may be personal. */
function textScalar<T>({ name, description, specifiedByURL, parse, serialize }: TextScalar<T>) {
  const read = (text: unknown, nodes?: ValueNode): T => {
    const value = typeof text === 'string' ? parse(text) : undefined;
    if (value === undefined) throw new GraphQLError(`${name} cannot represent this value`, nodes && { nodes });
    return value;
  };
  return new GraphQLScalarType<T, string>({
    name,
    description,
    specifiedByURL,
    parseValue: text => read(text),
    parseLiteral: node => read(node.kind === Kind.STRING ? node.value : undefined, node),
    serialize: value => serialize(value as T),
  });
}

// RFC 3339, section 5.6; the offset is not optional.
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;

export const DateTime = textScalar<Date>({
  name: 'DateTime',
  description: 'A moment, as RFC 3339 writes it: `2026-01-31T08:15:30.123Z`. Another offset than Z is read as well.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  parse: text => {
    const date = RFC_3339.test(text) ? new Date(text) : undefined;
    return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
  },
  serialize: date => date.toISOString(),
});

export const URLScalar = textScalar<string>({
  name: 'URL',
  description: 'An absolute URL.',
  specifiedByURL: 'https://url.spec.whatwg.org/#url-writing',
  parse: text => (URL.canParse(text) ? text : undefined),
  serialize: String,
});

export const HexColor = textScalar<string>({
  name: 'HexColor',
  description: 'An sRGB colour as `#RRGGBB`.',
  specifiedByURL: 'https://www.w3.org/TR/css-color-4/#hex-notation',
  parse: text => (/^#[\da-f]{6}$/i.test(text) ? text : undefined),
  serialize: String,
});
