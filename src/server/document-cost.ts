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
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { LIMITS } from '../kernel/limits.js';

/** What the execution of an operation may come to, whatever its directives and variables are. */
export interface OperationCost {
  /** Its outermost fields, those of fragments included: 20 aliases of a mutation are 20 mutations. */
  readonly roots: number;
  /** Fields that are visited: each field of a list as often as the list may be long. */
  readonly visits: number;
}

/**
 * Of each operation of a document. graphql-js visits fields without a turn of the event loop; twenty lists of all specs
 * had held it for 0.2 s. The document has passed the limits, so its fragments spread no circle.
 */
export function operationCosts(
  schema: GraphQLSchema,
  document: DocumentNode,
): ReadonlyMap<OperationDefinitionNode, OperationCost> {
  const cost = new DocumentCost(schema, document);
  const costs = new Map<OperationDefinitionNode, OperationCost>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    const visits = cost.of(node.selectionSet, schema.getRootType(node.operation));
    costs.set(node, { roots: cost.rootsOf(node.selectionSet), visits });
  }
  return costs;
}

class DocumentCost {
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #known = new Map<string, number>();
  readonly #knownRoots = new Map<string, number>();

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

  rootsOf({ selections }: SelectionSetNode): number {
    let roots = 0;
    for (const node of selections) {
      if (node.kind === Kind.FIELD) roots++;
      else if (node.kind === Kind.INLINE_FRAGMENT) roots += this.rootsOf(node.selectionSet);
      else roots += this.#rootsOfFragment(node.name.value);
    }
    return roots;
  }

  /** Each fragment is walked once: twenty of them that spread each other twice would be a million fields. */
  #rootsOfFragment(name: string): number {
    const node = this.#fragments.get(name);
    const roots = this.#knownRoots.get(name) ?? (node ? this.rootsOf(node.selectionSet) : 0);
    this.#knownRoots.set(name, roots);
    return roots;
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
    if (node.name.value === '__schema' || node.name.value === '__type') return LIMITS.graphql.introspectionCost;
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    const own = field ? this.#ownCost(node, field) : 1;
    if (!node.selectionSet) return own;
    const below = this.of(node.selectionSet, field && getNamedType(field.type));
    if (!field) return own + below;
    return own + this.#timesOf(node, field, parent) * below;
  }

  /** A search goes through the whole catalogue, whatever page of it is asked for. Other fields say themselves what they cost. */
  #ownCost({ arguments: given = [] }: FieldNode, { extensions }: GraphQLField<unknown, unknown>): number {
    if (given.some(({ name }) => name.value === 'search')) return LIMITS.graphql.searchCost;
    return typeof extensions.cost === 'number' ? extensions.cost : 1;
  }

  /** How often what is below a field may be visited. */
  #timesOf(
    node: FieldNode,
    field: GraphQLField<unknown, unknown>,
    parent: GraphQLNamedType | null | undefined,
  ): number {
    if (field.args.some(({ name }) => name === 'first')) {
      // A list that is followed comes in messages, whatever its snapshot has in all.
      const most = parent === this.schema.getSubscriptionType() ? LIMITS.events.listPageTasks : LIMITS.page.max;
      return Math.min(pageOf(node), most);
    }
    // The lists of a page are as long as the page, which was counted with its field.
    const inPage = parent !== null && parent !== undefined && /(Connection|Update)$/.test(parent.name);
    const list = isListType(getNullableType(field.type)) && isCompositeType(getNamedType(field.type)) && !inPage;
    return list ? LIMITS.graphql.assumedListItems : 1;
  }
}

function pageOf({ arguments: given = [] }: FieldNode): number {
  const first = given.find(({ name }) => name.value === 'first')?.value;
  if (first === undefined || first.kind === Kind.NULL) return LIMITS.page.default;
  if (first.kind !== Kind.INT) return LIMITS.page.max;
  return Math.min(Math.max(Number(first.value), 1), LIMITS.page.max);
}
