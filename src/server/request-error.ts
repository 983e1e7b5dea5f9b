import { GraphQLError, Kind } from 'graphql';

/** Names can be as long as a document. */
const MAX_CHARS = 400;

const VALUE_KINDS: ReadonlySet<string> = new Set([
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
]);
/** What graphql-js says of a wrong literal without its value: a field that is missing, unknown or one too many. */
const ABOUT_FIELDS =
  /^(Field "[\w.]+" (of required type|is not defined by)|Exactly one key must be|Variable "\$\w+" must be)/;

const BUILT_IN = /^((Int|Float|String|Boolean|ID|Enum "\w+") cannot represent [a-z0-9 -]+)/;

/**
 * The message of an error about the request, without what the caller sent: graphql-js quotes literals, tokens and
 * variables, and the answer then lies in logs of clients with an ID number in it. Names (of fields, types, variables)
 * stay. Wrong variables come here only past `ValueCheck`, which names the path.
 */
export function withoutValues(error: GraphQLError): string {
  const message = valueFree(error);
  return message.length <= MAX_CHARS ? message : `${message.slice(0, MAX_CHARS)}...`;
}

function valueFree({ message, nodes }: GraphQLError): string {
  if (message.startsWith('Syntax Error: '))
    return message
      .replace(/\b(String|BlockString|Int|Float) "[\s\S]*"/, '$1')
      .replace(/(: )"[\s\S]*"\.?$/, '$1the text.');
  if (message.startsWith('Unknown operation named '))
    return 'The document has no operation of the name that was asked for.';
  const variable = /^Variable "\$\w+" got invalid value /.exec(message);
  if (variable) return `${variable[0].replace(' got invalid value ', ' got an invalid value')}.`;
  const argument = /^Argument "\w+" has invalid value /.exec(message);
  if (argument) return `${argument[0].trimEnd()}.`;
  const scalar = /^(\w+)( "\w+")? cannot represent /.exec(message)?.[1];
  if (scalar) return `${BUILT_IN.exec(message)?.[0] ?? `${scalar} cannot represent this value`}.`;
  if (!VALUE_KINDS.has(nodes?.[0]?.kind ?? '') || ABOUT_FIELDS.test(message)) return message;
  const noSuch = /^Value "\w+" does not exist in ("\w+" enum)/.exec(message);
  if (noSuch) return `There is no such value in the ${noSuch[1]}.`;
  const expected = /^Expected value of type "[\w[\]!]+"/.exec(message)?.[0];
  return `${expected ?? 'A value in the document is not allowed here'}.`;
}

/** Of a variable that came as null, or did not come, where an argument has to have a value. */
export function isArgumentError(error: unknown): boolean {
  const root = error instanceof GraphQLError ? (error.originalError ?? error) : undefined;
  return root instanceof GraphQLError && /^Argument "\w+" (of|has invalid value)/.test(root.message);
}
