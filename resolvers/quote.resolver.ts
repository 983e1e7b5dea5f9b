import { Arg, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import { type QuotedOperationInput, QuoteInput } from '../schema/quote.input.js';
import { Quote } from '../schema/vendor.type.js';
import { badInput } from '../src/kernel/errors.js';
import { writeYuan } from '../src/kernel/money.js';
import type { OperationService } from '../src/operations/operation-service.js';
import type { OPERATIONS, WishOf } from '../src/operations/operations.js';
import { toBudget } from './budget.map.js';
import type { Context } from './context.js';
import { type Given, given } from './given.js';
import { idPhotoRequest } from './id-photo.resolver.js';
import { toRuleOverride } from './rule.map.js';

type Quoted = keyof typeof OPERATIONS;

/** Where the input of a quote holds the wish of an operation; undefined where it was not given. */
interface WishField<O extends Quoted> {
  field: keyof QuotedOperationInput;
  read(input: QuotedOperationInput): WishOf<O> | undefined;
}

const WISHES: { readonly [O in Quoted]: WishField<O> } = {
  ID_PHOTO: { field: 'idPhoto', read: ({ idPhoto }) => (idPhoto == null ? undefined : idPhotoRequest(idPhoto)) },
  PHOTO_CHECK: { field: 'photoCheck', read: ({ photoCheck }) => photoCheck || undefined },
  RELEASE: { field: 'release', read: ({ release }) => release ?? undefined },
  PRINT_SHEET: { field: 'printSheet', read: ({ printSheet }) => printSheet || undefined },
  RESTORATION: { field: 'restoration', read: ({ restoration }) => restoration ?? undefined },
  BACKGROUND: { field: 'background', read: ({ background }) => ifGiven(background) },
  PAINTING: { field: 'painting', read: ({ painting }) => ifGiven(painting) },
  FACE_VERIFICATION: { field: 'faceVerification', read: ({ faceVerification }) => faceVerification || undefined },
};

function ifGiven<T extends object>(value: T | null | undefined): Given<T> | undefined {
  return value == null ? undefined : given(value);
}

@Resolver()
export class QuoteResolver {
  constructor(private readonly operations: OperationService) {}

  @Authorized('catalogue:read')
  @Query(() => Quote, {
    name: 'quote',
    description:
      'Who would serve a request, what it would use up, and what of it would have no effect. Nothing is sent. Paths of errors are those of the mutation: `input.style`, where a quote has `input.operation.painting.style`.',
  })
  estimate(
    @Arg('input', () => QuoteInput, { description: 'The request without its photo.' }) input: QuoteInput,
    @Ctx() context: Context,
  ): Promise<Quote> {
    const wishes = Object.keys(WISHES) as Quoted[];
    const quotes = wishes.flatMap(operation => this.wishFor(operation, input, context) ?? []);
    const [only] = quotes;
    // The schema asks for exactly one; `false` is one that asks for nothing.
    if (only === undefined) {
      const fields = wishes.map(operation => WISHES[operation].field);
      throw badInput('input.operation', 'EXACTLY_ONE', `${fields.slice(0, -1).join(', ')} or ${fields.at(-1)}`);
    }
    return only();
  }

  /** The quote, not asked for yet; undefined where it is for another operation. */
  private wishFor<O extends Quoted>(
    operation: O,
    input: QuoteInput,
    { caller: { tenantId, apiKeyId } }: Context,
  ): (() => Promise<Quote>) | undefined {
    const wish = WISHES[operation].read(input.operation);
    if (wish === undefined) return undefined;
    const spender = { tenantId, apiKeyId, labels: input.labels ?? [] };
    return async () => {
      const quote = await this.operations.quote(spender, operation, wish, input.vendor ?? undefined);
      const { cost, refusedBy } = quote;
      return Object.assign(new Quote(), {
        ...quote,
        ruleOverrides: quote.ruleOverrides.map(toRuleOverride),
        cost: cost === null ? null : writeYuan(cost),
        affordable: refusedBy === null,
        refusedBy: refusedBy && toBudget(refusedBy),
      } satisfies Quote);
    };
  }
}
