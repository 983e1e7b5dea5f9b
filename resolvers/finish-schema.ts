import {
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { Context } from './context.js';
import { addWaitSeconds } from './wait-seconds.js';

const ROOTS = {
  Query: 'What can be asked without changing anything. A field that fails is null, with its reason in `errors`.',
  Mutation:
    'What changes something. Fields run one after another; one that fails is null, with its reason in `errors`, and takes nothing from its neighbours.',
  Subscription: 'What is told as it happens, over graphql-transport-ws.',
};

const UNKNOWN_VALUES =
  'Values can be added at any time: have a default for one that you do not know, such as showing it as it is.';

/** What type-graphql has no word for, set on the schema that it built. */
export function finishSchema(schema: GraphQLSchema): GraphQLSchema {
  for (const [name, description] of Object.entries(ROOTS)) schema.getType(name)!.description = description;
  for (const root of [schema.getQueryType()!, schema.getMutationType()!])
    for (const field of Object.values(root.getFields())) openField(field);
  for (const field of Object.values(schema.getMutationType()!.getFields()))
    if (isTask(field)) addWaitSeconds(field as GraphQLField<unknown, Context>);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type) && type.extensions.oneOf === true) type.isOneOf = true;
    // Of type-graphql it would come as a promise, which graphql-jit takes for no answer: all was asked of Apollo again.
    if (isInterfaceType(type)) type.resolveType = (value: object) => value.constructor.name;
  }
  warnOfNewValues(schema);
  return schema;
}

/** Of two mutations in one document the first may have spent money: what the second throws must not erase its answer. */
function openField(field: GraphQLField<unknown, unknown>): void {
  field.type = getNullableType(field.type);
}

function isTask({ type }: GraphQLField<unknown, unknown>): boolean {
  const named = getNamedType(type);
  if (isInterfaceType(named)) return named.name === 'Task';
  return isObjectType(named) && named.getInterfaces().some(({ name }) => name === 'Task');
}

/** Enums that callers receive grow with the product; those that they only send do not surprise them. */
function warnOfNewValues(schema: GraphQLSchema): void {
  const received = Object.values(schema.getTypeMap())
    .filter(type => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__'))
    .flatMap(type => Object.values((type as ReturnType<GraphQLSchema['getQueryType']>)!.getFields()))
    .map(({ type }) => getNamedType(type));
  // Some say what to take it for.
  for (const type of new Set(received.filter(isEnumType)))
    if (!type.description?.includes('unknown one'))
      type.description = `${type.description?.replace(/\.?$/, '.')} ${UNKNOWN_VALUES}`;
}
