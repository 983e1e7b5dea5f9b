import { Arg, FieldResolver, Query, Resolver, Root, Subscription } from 'type-graphql';
import { QuoteInput } from '../schema/quote.input.js';
import { Quote, VendorQuota, VendorStatus } from '../schema/vendor.type.js';
import type { QuoteService } from '../src/tasks/quote-service.js';
import type { VendorCatalogue, VendorEntry } from '../src/tasks/vendor-catalogue.js';
import type { Context } from './context.js';
import { given } from './given.js';
import { idPhotoRequest } from './id-photo.resolver.js';

@Resolver(() => VendorStatus)
export class VendorResolver {
  constructor(
    private readonly catalogue: VendorCatalogue,
    private readonly quotes: QuoteService,
  ) {}

  @Query(() => [VendorStatus], { name: 'vendors', description: 'Everybody who can serve tasks, and how they are.' })
  list(): VendorStatus[] {
    return this.catalogue.list().map(toStatus);
  }

  @Query(() => Quote, {
    name: 'quote',
    description:
      'Who would serve a request, what it would use up, and what of it would have no effect. Nothing is sent.',
  })
  estimate(
    @Arg('input', () => QuoteInput, { description: 'The request without its photo.' }) input: QuoteInput,
  ): Quote {
    const { idPhoto, ...rest } = input;
    return this.quotes.quote({ ...given(rest), ...(idPhoto == null ? {} : { idPhoto: idPhotoRequest(idPhoto) }) });
  }

  @Subscription(() => VendorStatus, {
    description: 'All vendors as they are, then each one whose state changes.',
    subscribe: ({ context }: { context: Context }) => context.watchVendors(),
  })
  vendorUpdated(@Root() entry: VendorEntry): VendorStatus {
    return toStatus(entry);
  }

  @FieldResolver(() => VendorQuota, { nullable: true })
  async quota(@Root() status: VendorStatus): Promise<VendorQuota | null> {
    return status.key === null ? null : ((await this.catalogue.quota(status.key)) ?? null);
  }
}

function toStatus(entry: VendorEntry): VendorStatus {
  return Object.assign(new VendorStatus(), { ...entry, operations: [...entry.operations] } satisfies VendorStatus);
}
