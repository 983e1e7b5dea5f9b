import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { LIMITS } from '../kernel/limits.js';
import { FanOut } from './fan-out.js';
import { SharedSubscription } from './shared-subscription.js';

/** The extension `shared` of a field of Subscription whose events are states of one thing. */
export interface SharedField {
  /** The argument with the sequence of the state that the caller has. */
  readonly after: string;
  sequenceOf(event: unknown): number;
}

/** How an operation can be shared, whoever asks it. */
interface Plan {
  readonly id: number;
  readonly field: SharedField;
  /** The variable that is given as `after`, and whether it may be left out. */
  readonly after: { readonly name: string; readonly isNullable: boolean } | undefined;
  /** The other variables. */
  readonly names: readonly string[];
}

export interface SharedRequest {
  readonly args: ExecutionArgs;
  readonly operation: OperationDefinitionNode;
  /** Callers of one audience get the same answer to the same request. */
  readonly audience: string;
  present(result: ExecutionResult): FormattedExecutionResult;
}

export interface Place {
  /** The sequence of the state that the caller has. */
  readonly after: number;
  /** To be called before `join` is awaited. */
  readonly open: () => SharedSubscription;
}

/** Who follows the same: the same operation with the same values, of callers who may see the same in one language. */
export class SharedSubscriptions {
  readonly #plans = new WeakMap<OperationDefinitionNode, Plan | 'none'>();
  readonly #open = new Map<string, SharedSubscription>();
  readonly #fanOut = new FanOut();
  /** What stands is kept for a moment for those who join. */
  #kept = new Set<SharedSubscription>();
  #forgetting: NodeJS.Timeout | undefined;
  #lastPlan = 0;

  constructor(private readonly schema: GraphQLSchema) {}

  get size(): number {
    return this.#open.size;
  }

  /** Undefined: it cannot be shared. What is unusual is not, so that it cannot go wrong here. */
  find({ args, operation, audience, present }: SharedRequest): Place | undefined {
    const plan = this.#planOf(args.document, operation);
    if (plan === undefined) return undefined;
    const given = args.variableValues ?? {};
    const after = afterOf(plan, given);
    const values = plan.names.map(name => (Object.hasOwn(given, name) ? [given[name]] : 0));
    const key = JSON.stringify([plan.id, audience, values]);
    if (after === undefined || key.length > LIMITS.graphql.quick.keyChars) return undefined;
    return {
      after,
      open: () => {
        const known = this.#open.get(key);
        if (known !== undefined) return known;
        const variableValues = { ...given, ...(plan.after && { [plan.after.name]: 0 }) };
        const made: SharedSubscription = new SharedSubscription({
          args: { ...args, variableValues },
          sequenceOf: event => plan.field.sequenceOf(event),
          present,
          fanOut: this.#fanOut,
          keep: shared => this.#keep(shared),
          gone: shared => this.#open.get(key) === shared && this.#open.delete(key),
        });
        this.#open.set(key, made);
        return made;
      },
    };
  }

  #keep(shared: SharedSubscription): void {
    this.#kept.add(shared);
    this.#forgetting ??= setTimeout(() => {
      this.#forgetting = undefined;
      const kept = this.#kept;
      this.#kept = new Set();
      for (const each of kept) if (!each.forget()) this.#keep(each);
    }, LIMITS.webSocket.joinMs).unref();
  }

  #planOf(document: DocumentNode, operation: OperationDefinitionNode): Plan | undefined {
    let plan = this.#plans.get(operation);
    if (plan === undefined) {
      plan = this.#makePlan(document, operation) ?? 'none';
      this.#plans.set(operation, plan);
    }
    return plan === 'none' ? undefined : plan;
  }

  #makePlan(document: DocumentNode, { operation, selectionSet, variableDefinitions = [] }: OperationDefinitionNode) {
    const [root, ...others] = selectionSet.selections;
    if (operation !== 'subscription' || root?.kind !== Kind.FIELD || others.length > 0) return undefined;
    if (root.directives !== undefined && root.directives.length > 0) return undefined;
    const field = this.schema.getSubscriptionType()?.getFields()[root.name.value]?.extensions.shared as
      | SharedField
      | undefined;
    if (field === undefined) return undefined;
    const given = root.arguments?.find(({ name }) => name.value === field.after)?.value;
    const names = variableDefinitions.map(({ variable }) => variable.name.value);
    const plan = { id: ++this.#lastPlan, field, after: undefined, names };
    if (given === undefined) return plan;
    if (given.kind !== Kind.VARIABLE) return undefined;
    const name = given.name.value;
    const definition = variableDefinitions.find(({ variable }) => variable.name.value === name);
    if (definition === undefined || definition.defaultValue || countOf(document, name) !== 2) return undefined;
    const after = { name, isNullable: definition.type.kind !== Kind.NON_NULL_TYPE };
    return { ...plan, after, names: names.filter(each => each !== name) };
  }
}

/** The sequence that is given; undefined where it is none, or may not be left out: graphql-js says so. */
function afterOf({ after }: Plan, given: Readonly<Record<string, unknown>>): number | undefined {
  if (after === undefined) return 0;
  const value = Object.hasOwn(given, after.name) ? given[after.name] : undefined;
  if (value === undefined || value === null) return after.isNullable ? 0 : undefined;
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31
    ? (value as number)
    : undefined;
}

/** How often a variable stands in a document, its definition included. */
function countOf(document: DocumentNode, name: string): number {
  let count = 0;
  visit(document, {
    Variable: node => {
      if (node.name.value === name) count++;
    },
  });
  return count;
}
