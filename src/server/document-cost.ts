import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { LIMITS } from '../kernel/limits.js';

/**
 * How many fields the execution of the most expensive operation may visit: each field of a list as often as the list
 * may be long. graphql-js visits them without a turn of the event loop; twenty lists of all specs had held it for 0.2 s.
 * The document has passed the limits, so its fragments spread no circle.
 */
export function documentCost(schema: GraphQLSchema, document: DocumentNode): number {
  const cost = new DocumentCost(schema, document);
  let most = 0;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    most = Math.max(most, cost.of(definition.selectionSet, schema.getRootType(definition.operation)));
  }
  return most;
}

class DocumentCost {
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #known = new Map<string, number>();

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
  ) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
    }
  }

  of({ selections }: SelectionSetNode, type: GraphQLNamedType | null | undefined): number {
    let cost = 0;
    for (const node of selections) {
      if (node.kind === Kind.FIELD) cost += this.#field(node, type);
      else if (node.kind === Kind.FRAGMENT_SPREAD) cost += this.#fragment(node.name.value);
      else
        cost += this.of(
          node.selectionSet,
          node.typeCondition ? this.schema.getType(node.typeCondition.name.value) : type,
        );
    }
    return cost;
  }

  #fragment(name: string): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const node = this.#fragments.get(name);
    const cost = node ? this.of(node.selectionSet, this.schema.getType(node.typeCondition.name.value)) : 0;
    this.#known.set(name, cost);
    return cost;
  }

  /** A field that the type does not have is for the validation to name. */
  #field(node: FieldNode, parent: GraphQLNamedType | null | undefined): number {
    if (!node.selectionSet) return 1;
    if (node.name.value === '__schema' || node.name.value === '__type') return LIMITS.graphql.introspectionCost;
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    const below = this.of(node.selectionSet, field && getNamedType(field.type));
    if (!field) return 1 + below;
    return this.#ownCost(node) + this.#timesOf(node, field, parent) * below;
  }

  /** A search goes through the whole catalogue, whatever page of it is asked for. */
  #ownCost({ arguments: given = [] }: FieldNode): number {
    return given.some(({ name }) => name.value === 'search') ? LIMITS.graphql.searchCost : 1;
  }

  /** How often what is below a field may be visited. */
  #timesOf(
    node: FieldNode,
    field: GraphQLField<unknown, unknown>,
    parent: GraphQLNamedType | null | undefined,
  ): number {
    if (field.args.some(({ name }) => name === 'first')) return pageOf(node);
    // The lists of a connection are as long as its page, which was counted with its field.
    const inConnection = parent?.name.endsWith('Connection') === true;
    const list = isListType(getNullableType(field.type)) && isCompositeType(getNamedType(field.type)) && !inConnection;
    return list ? LIMITS.graphql.assumedListItems : 1;
  }
}

function pageOf({ arguments: given = [] }: FieldNode): number {
  const first = given.find(({ name }) => name.value === 'first')?.value;
  if (first === undefined || first.kind === Kind.NULL) return LIMITS.page.default;
  if (first.kind !== Kind.INT) return LIMITS.page.max;
  return Math.min(Math.max(Number(first.value), 1), LIMITS.page.max);
}
