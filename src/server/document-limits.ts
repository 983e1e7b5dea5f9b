import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { LIMITS } from '../kernel/limits.js';

interface Extent {
  /** Fields nested in fields. */
  depth: number;
  /** Fields after every fragment spread is replaced by its fields. */
  fields: number;
  /** The same, outermost fields only. */
  roots: number;
}

const INTROSPECTION = new Set(['__schema', '__type']);

/**
 * Refuses a document that would be expensive, before validation sees it: validation itself is the expensive step
 * (300 chained fragments, 12 KB, held the event loop for 0.7 s). One pass over the parsed document, linear in its
 * tokens, which the parser has bounded.
 */
export function checkDocumentLimits(document: DocumentNode): void {
  const measure = new DocumentMeasure(document);
  const { graphql: limits } = LIMITS;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const extent = measure.definition(definition);
    if (definition.kind === Kind.FRAGMENT_DEFINITION) continue;
    atMost('levels', extent.depth, limits.depth);
    atMost('root fields', extent.roots, limits.rootFields);
    atMost('fields, fragments counted where they are spread', extent.fields, limits.expandedFields);
  }
  atMost('introspection levels', measure.introspectionDepth, limits.introspectionDepth);
  atMost('fields', measure.fields, limits.fields);
  atMost('aliases', measure.aliases, limits.aliases);
  atMost('directives', measure.directives, limits.directives);
  atMost('directives in one place', measure.directivesHere, limits.directivesHere);
  atMost('fragments', measure.fragments, limits.fragments);
}

class DocumentMeasure {
  fields = 0;
  aliases = 0;
  directives = 0;
  /** The most that any one field, fragment, variable or operation has. */
  directivesHere = 0;
  fragments = 0;
  introspectionDepth = 0;
  readonly #definitions = new Map<string, FragmentDefinitionNode>();
  readonly #extents = new Map<string, Extent | 'measuring'>();

  constructor(document: DocumentNode) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#definitions.set(definition.name.value, definition);
    }
  }

  definition(node: OperationDefinitionNode | FragmentDefinitionNode): Extent {
    if (node.kind === Kind.FRAGMENT_DEFINITION) return this.#fragment(node.name.value);
    this.#countDirectives(node);
    for (const variable of node.variableDefinitions ?? []) this.#countDirectives(variable);
    return this.#selections(node.selectionSet);
  }

  /** Each fragment is walked once, however often it is spread. */
  #fragment(name: string): Extent {
    const known = this.#extents.get(name);
    if (known === 'measuring') throw refused('The fragments of the document spread each other in a circle.');
    if (known) return known;
    const node = this.#definitions.get(name);
    // An unknown fragment is for the validation to name.
    if (!node) return { depth: 0, fields: 0, roots: 0 };
    this.fragments++;
    this.#countDirectives(node);
    this.#extents.set(name, 'measuring');
    const extent = this.#selections(node.selectionSet);
    this.#extents.set(name, extent);
    return extent;
  }

  #selections({ selections }: SelectionSetNode): Extent {
    const extent: Extent = { depth: 0, fields: 0, roots: 0 };
    for (const node of selections) {
      this.#countDirectives(node);
      if (node.kind === Kind.FIELD) {
        this.fields++;
        if (node.alias) this.aliases++;
        const below = node.selectionSet ? this.#selections(node.selectionSet) : { depth: 0, fields: 0 };
        const introspection = INTROSPECTION.has(node.name.value);
        if (introspection) this.introspectionDepth = Math.max(this.introspectionDepth, below.depth);
        extent.depth = Math.max(extent.depth, 1 + (introspection ? 0 : below.depth));
        extent.fields += 1 + below.fields;
        extent.roots++;
      } else {
        const spread =
          node.kind === Kind.INLINE_FRAGMENT ? this.#selections(node.selectionSet) : this.#fragment(node.name.value);
        extent.depth = Math.max(extent.depth, spread.depth);
        extent.fields += spread.fields;
        extent.roots += spread.roots;
      }
    }
    return extent;
  }

  #countDirectives({ directives = [] }: { readonly directives?: readonly unknown[] | undefined }): void {
    this.directives += directives.length;
    this.directivesHere = Math.max(this.directivesHere, directives.length);
  }
}

function atMost(what: string, count: number, limit: number): void {
  if (count <= limit) return;
  throw refused(`The document is too complex: at most ${limit} ${what}.`);
}

function refused(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
}
