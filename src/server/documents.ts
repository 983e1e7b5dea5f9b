import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { LIMITS } from '../kernel/limits.js';
import { SIGNALS } from '../kernel/signals.js';
import { ValueCheck } from './check-values.js';
import { type OperationCost, operationCosts } from './document-cost.js';
import { checkDocumentLimits } from './document-limits.js';
import type { Demand } from './parts.js';
import type { DocumentRequest, TrustedDocuments } from './trusted-documents.js';

/** For the parser and the validation of both transports: HTTP (by Apollo) and WebSocket (by us) answer alike. */
export const PARSE_OPTIONS = { maxTokens: LIMITS.graphql.tokens };

export function validationOptions(introspection: boolean) {
  return { maxErrors: LIMITS.graphql.validationErrors, hideSuggestions: !introspection };
}

/** The documents of clients, checked against the limits once and then known. */
export class Documents {
  readonly #checked = new Map<string, DocumentNode>();
  readonly #validated = new WeakSet<DocumentNode>();
  readonly #costs = new WeakMap<OperationDefinitionNode, OperationCost>();
  readonly #values: ValueCheck;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly introspection: boolean,
    private readonly trusted?: TrustedDocuments,
  ) {
    this.#values = new ValueCheck(schema);
  }

  /**
   * The text of the listed document that a request names; undefined where it names none, or every document may run.
   * Throws DOCUMENT_NOT_TRUSTED.
   */
  trustedText(request: DocumentRequest): string | undefined {
    return this.trusted?.textOf(request);
  }

  /** Only the documents of a list run. */
  get areListed(): boolean {
    return this.trusted !== undefined;
  }

  /** Parses and checks the limits, without validation. Throws GraphQLError with Apollo's codes. */
  check(source: string): DocumentNode {
    const known = this.#checked.get(source);
    SIGNALS.cacheLook.tell({ cache: 'documents', hit: known !== undefined });
    if (known) {
      // Moved to the end: the least recently used one leaves first.
      this.#checked.delete(source);
      this.#checked.set(source, known);
      return known;
    }
    const document = read(source);
    checkDocumentLimits(document);
    for (const [operation, cost] of operationCosts(this.schema, document)) {
      if (cost.visits > LIMITS.graphql.visitedFields) throw tooManyVisits();
      this.#costs.set(operation, cost);
    }
    if (source.length <= LIMITS.graphql.cachedDocumentChars) {
      this.#checked.set(source, document);
      if (this.#checked.size > LIMITS.graphql.cachedDocuments)
        this.#checked.delete(this.#checked.keys().next().value as string);
    }
    return document;
  }

  /** A document that was checked, and is still known. */
  known(source: string): DocumentNode | undefined {
    return this.#checked.get(source);
  }

  /** Checks the variables, and the texts in the document. Gives the characters of its long ones. Throws BAD_USER_INPUT. */
  checkValues(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): number {
    return this.#values.check(document, operation, variables);
  }

  /** What an operation that was checked counts for. One that cannot be executed counts too: it is parsed and validated. */
  demandOf(operation: OperationDefinitionNode | undefined): Demand {
    const { roots = 0, visits = 0 } = (operation && this.#costs.get(operation)) ?? {};
    const operations = Math.max(1, roots);
    const mutations = operation?.operation === 'mutation' ? operations * LIMITS.rate.mutationCost : 0;
    return { operations, cost: visits + mutations };
  }

  /** For the WebSocket. Gives the checked document or what is wrong with it. */
  read(source: string): DocumentNode | readonly GraphQLError[] {
    try {
      return this.check(source);
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  }

  /** The same, validated. */
  validate(source: string): DocumentNode | readonly GraphQLError[] {
    const document = this.read(source);
    if (!('kind' in document)) return document;
    const errors = this.errorsOf(document);
    return errors.length > 0 ? errors : document;
  }

  /** It was validated before, and nothing was wrong. */
  isValid(document: DocumentNode): boolean {
    return this.#validated.has(document);
  }

  /** What validation finds wrong with a checked document, as on HTTP; empty where it is valid. */
  errorsOf(document: DocumentNode): readonly GraphQLError[] {
    if (this.#validated.has(document)) return [];
    const rules = this.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    const errors = validate(this.schema, document, rules, validationOptions(this.introspection));
    if (errors.length === 0) this.#validated.add(document);
    return errors.map(error => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
  }
}

/** The operation that a request asks for; undefined where the document has no such one, or several and none is named. */
export function operationOf(document: DocumentNode, requested: unknown): OperationDefinitionNode | undefined {
  return getOperationAST(document, typeof requested === 'string' ? requested : undefined) ?? undefined;
}

function read(source: string): DocumentNode {
  if (source.length > LIMITS.graphql.documentChars) {
    throw new GraphQLError(`The document is too long: at most ${LIMITS.graphql.documentChars} characters.`, {
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
  }
  try {
    return parse(source, PARSE_OPTIONS);
  } catch (error) {
    throw error instanceof GraphQLError ? withCode(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}

function tooManyVisits(): GraphQLError {
  const most = `at most ${LIMITS.graphql.visitedFields} fields, those of a list counted for each of its items`;
  return new GraphQLError(`The document is too complex: ${most}. Ask for a smaller page.`, {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
}

function withCode({ message, nodes, source, positions }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code },
  });
}
