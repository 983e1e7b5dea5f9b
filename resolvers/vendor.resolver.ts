import { Authorized, FieldResolver, Query, Resolver, Root, Subscription } from 'type-graphql';
import { RecentCalls, VendorQuota, VendorStatus } from '../schema/vendor.type.js';
import type { VendorCatalogue, VendorEntry } from '../src/tasks/vendors/vendor-catalogue.js';
import type { Context } from './context.js';

@Resolver(() => VendorStatus)
export class VendorResolver {
  constructor(private readonly catalogue: VendorCatalogue) {}

  @Authorized('vendors:read')
  @Query(() => [VendorStatus], { name: 'vendors', description: 'Everybody who can serve tasks, and how they are.' })
  list(): VendorStatus[] {
    return this.catalogue.list().map(toStatus);
  }

  @Authorized('vendors:read')
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

  @FieldResolver(() => RecentCalls, { nullable: true })
  async lastHour(@Root() { key }: VendorStatus): Promise<RecentCalls | null> {
    return key === null ? null : this.catalogue.recentCalls(key);
  }
}

function toStatus(entry: VendorEntry): VendorStatus {
  return Object.assign(new VendorStatus(), {
    id: entry.vendor,
    ...entry,
    operations: [...entry.operations],
  } satisfies VendorStatus);
}
