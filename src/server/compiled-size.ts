import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from 'graphql';

/**
 * How much code graphql-jit would write for an operation: its selections, each as often as it is written. What is asked of
 * an interface is written anew for each type that may stand for it, and again for each below that: twenty aliases of a task,
 * 1.3 KB, had come to 45 MB, and held the event loop for a second. Looks at no more than `most` of them; beyond: infinite.
 */
export function compiledSize(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  most: number,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  let size = 0;

  const enter = (type: GraphQLNamedType | null | undefined, set: SelectionSetNode): void => {
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    for (const each of types) select(each, set);
  };
  const select = (type: GraphQLNamedType | null | undefined, { selections }: SelectionSetNode): void => {
    for (const node of selections) {
      size += 1;
      if (size > most) return;
      visit(type, node);
    }
  };
  const visit = (type: GraphQLNamedType | null | undefined, node: SelectionNode): void => {
    if (node.kind === Kind.FIELD) {
      const field = isObjectType(type) ? type.getFields()[node.name.value] : undefined;
      // Introspection: the tools that ask for it ask once.
      if (field === undefined && node.name.value !== TypeNameMetaFieldDef.name) size = Number.POSITIVE_INFINITY;
      else if (field !== undefined && node.selectionSet) enter(getNamedType(field.type), node.selectionSet);
      return;
    }
    const spread = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    const condition = spread?.typeCondition?.name.value;
    if (spread !== undefined && (condition === undefined || stands(type, schema.getType(condition))))
      select(type, spread.selectionSet);
  };
  const stands = (type: GraphQLNamedType | null | undefined, condition: GraphQLNamedType | undefined): boolean =>
    condition === type || (isAbstractType(condition) && isObjectType(type) && schema.isSubType(condition, type));

  enter(schema.getRootType(operation.operation), operation.selectionSet);
  return size > most ? Number.POSITIVE_INFINITY : size;
}
