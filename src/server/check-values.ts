import {
  type ASTNode,
  type ASTVisitor,
  type DocumentNode,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { badInput, type DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';

const { values: limits } = LIMITS;

/**
 * Checks the values of a request against their types and against the limits, before anything is done with them: a
 * cursor of 26 MB that was decoded once a spec held the event loop for 15 s, and a list in a list in a list ran out of
 * stack. Each limit is looked at before the value is walked, so the time is bounded whatever was sent.
 *
 * graphql-js coerces the variables again. Its messages quote the value, which may be an ID number; ours name the path
 * and what was expected, and a wrong value never comes to graphql-js.
 */
export class ValueCheck {
  readonly #longVariables = new WeakMap<DocumentNode, ReadonlyMap<string, number>>();

  constructor(private readonly schema: GraphQLSchema) {}

  /**
   * @returns how many characters stand where a long text is taken
   * @throws BAD_USER_INPUT
   */
  check(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): number {
    const long = this.#longVariables.get(document) ?? this.#checkLiterals(document);
    const walk = new ValueWalk();
    for (const definition of operation.variableDefinitions ?? []) {
      const name = definition.variable.name.value;
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      const type = typeFromAST(this.schema, definition.type);
      // A type that is no input, and a value that is missing, are for graphql-js to name.
      if (value == null || !isInputType(type)) continue;
      walk.check(value, type, name, long.get(name) ?? limits.textChars, 0);
    }
    return walk.longChars;
  }

  /** Refuses a long text in the document itself. Gives the variables that stand only where a long text is taken. */
  #checkLiterals(document: DocumentNode): ReadonlyMap<string, number> {
    const long = new Map<string, number>();
    const short = new Set<string>();
    const types = new TypeInfo(this.schema);
    const visitor: ASTVisitor = {
      StringValue({ value }) {
        if (value.length > limits.textChars)
          throw badInput('query', 'TOO_LONG', `texts of ${limits.textChars} characters`);
      },
      Variable({ name }, _key, parent) {
        if ((parent as ASTNode).kind !== Kind.VARIABLE_DEFINITION) short.add(name.value);
      },
      ObjectField({ name, value }) {
        const parent = getNamedType(types.getParentInputType());
        const field = isInputObjectType(parent) ? parent.getFields()[name.value] : undefined;
        if (!field || maxCharsOf(field) === limits.textChars) return undefined;
        if (value.kind === Kind.VARIABLE) long.set(value.name.value, maxCharsOf(field));
        return value.kind === Kind.VARIABLE || value.kind === Kind.STRING ? false : undefined;
      },
    };
    visit(document, visitWithTypeInfo(types, visitor));
    for (const name of short) long.delete(name);
    this.#longVariables.set(document, long);
    return long;
  }
}

class ValueWalk {
  longChars = 0;
  #count = 0;
  #chars = 0;

  check(value: unknown, type: GraphQLInputType, path: string, maxChars: number, depth: number): void {
    if (isNonNullType(type)) {
      if (value == null) throw unexpected(path, type.ofType);
      this.check(value, type.ofType, path, maxChars, depth);
    } else if (value != null) {
      this.#add(path, depth);
      if (isListType(type)) this.#list(value, type.ofType, path, maxChars, depth);
      else if (isInputObjectType(type)) this.#object(value, type, path, depth);
      else this.#leaf(value, type, path, maxChars);
    }
  }

  #leaf(value: unknown, type: GraphQLLeafType, path: string, maxChars: number): void {
    if (typeof value === 'string') this.#measure(value, path, maxChars);
    try {
      if (type.parseValue(value) !== undefined) return;
    } catch {
      // Its message may quote the value.
    }
    throw unexpected(path, type);
  }

  /** One value that is no list is a list of it, as GraphQL has it. */
  #list(value: unknown, type: GraphQLInputType, path: string, maxChars: number, depth: number): void {
    if (!Array.isArray(value)) {
      this.check(value, type, path, maxChars, depth + 1);
      return;
    }
    if (value.length > limits.listItems) throw badInput(path, 'TOO_MANY', `at most ${limits.listItems} items`);
    for (const [index, item] of value.entries()) this.check(item, type, `${path}.${index}`, maxChars, depth + 1);
  }

  #object(value: unknown, type: GraphQLInputObjectType, path: string, depth: number): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unexpected(path, type);
    const fields = type.getFields();
    for (const name in value) {
      if (!Object.hasOwn(fields, name)) throw badInput(path, 'UNKNOWN_FIELD', `the fields of ${type.name}`);
    }
    const given = value as Readonly<Record<string, unknown>>;
    if (type.isOneOf && !isOne(given)) throw badInput(path, 'EXACTLY_ONE', Object.keys(fields).join(' or '));
    for (const field of Object.values(fields)) {
      const inner = Object.hasOwn(given, field.name) ? given[field.name] : undefined;
      if (inner === undefined && field.defaultValue !== undefined) continue;
      this.check(inner, field.type, `${path}.${field.name}`, maxCharsOf(field), depth + 1);
    }
  }

  #add(path: string, depth: number): void {
    if (depth > limits.depth) throw badInput(path, 'TOO_DEEP', `at most ${limits.depth} levels`);
    if (++this.#count > limits.count) throw badInput(path, 'TOO_MANY', `at most ${limits.count} values in a request`);
  }

  #measure({ length }: string, path: string, maxChars: number): void {
    if (length > maxChars) throw badInput(path, 'TOO_LONG', `at most ${maxChars} characters`);
    if (maxChars > limits.textChars) this.longChars += length;
    else this.#chars += length;
    if (this.#chars > limits.chars) throw badInput(path, 'TOO_LONG', `at most ${limits.chars} characters in a request`);
  }
}

/** `@oneOf`: one field, and that one not null. */
function isOne(given: Readonly<Record<string, unknown>>): boolean {
  const values = Object.values(given);
  return values.length === 1 && values[0] !== null;
}

function maxCharsOf({ extensions }: GraphQLInputField): number {
  return typeof extensions.maxChars === 'number' ? extensions.maxChars : limits.textChars;
}

function unexpected(path: string, type: GraphQLInputType): DarkroomError {
  return badInput(path, 'TYPE', String(type));
}
