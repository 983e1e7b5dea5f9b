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
import { ValueCheck } from './check-values.js';
import { documentCost } from './document-cost.js';
import { checkDocumentLimits } from './document-limits.js';
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

  /** Parses and checks the limits, without validation. Throws GraphQLError with Apollo's codes. */
  check(source: string): DocumentNode {
    const known = this.#checked.get(source);
    if (known) {
      // Moved to the end: the least recently used one leaves first.
      this.#checked.delete(source);
      this.#checked.set(source, known);
      return known;
    }
    const document = read(source);
    checkDocumentLimits(document);
    if (documentCost(this.schema, document) > LIMITS.graphql.visitedFields) throw tooManyVisits();
    if (source.length <= LIMITS.graphql.cachedDocumentChars) {
      this.#checked.set(source, document);
      if (this.#checked.size > LIMITS.graphql.cachedDocuments)
        this.#checked.delete(this.#checked.keys().next().value as string);
    }
    return document;
  }

  /** Checks the variables, and the texts in the document. Gives the characters of its long ones. Throws BAD_USER_INPUT. */
  checkValues(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): number {
    return this.#values.check(document, operation, variables);
  }

  /** For the WebSocket: also validates. Gives the document or what is wrong with it. */
  validate(source: string): DocumentNode | readonly GraphQLError[] {
    let document: DocumentNode;
    try {
      document = this.check(source);
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
    if (this.#validated.has(document)) return document;
    const rules = this.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    const errors = validate(this.schema, document, rules, validationOptions(this.introspection));
    if (errors.length > 0) return errors.map(error => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
    this.#validated.add(document);
    return document;
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
