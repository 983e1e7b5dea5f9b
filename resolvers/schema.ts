import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchema } from 'type-graphql';
import { AssetResolver } from './asset.resolver.js';
import { FaceVerificationResolver } from './face-verification.resolver.js';
import { IdPhotoResolver, IdPhotoTaskResolver } from './id-photo.resolver.js';
import { NodeResolver } from './node.resolver.js';
import { BackgroundResolver, PaintingResolver, PrintSheetResolver, RestorationResolver } from './picture.resolver.js';
import { ReleaseResolver } from './release.resolver.js';
import { SettlementResolver } from './settlement.resolver.js';
import { SpecResolver } from './spec.resolver.js';
import { TaskResolver } from './task.resolver.js';
import { VendorResolver } from './vendor.resolver.js';

export const RESOLVERS = [
  SpecResolver,
  AssetResolver,
  IdPhotoTaskResolver,
  IdPhotoResolver,
  ReleaseResolver,
  PrintSheetResolver,
  RestorationResolver,
  BackgroundResolver,
  PaintingResolver,
  FaceVerificationResolver,
  TaskResolver,
  SettlementResolver,
  VendorResolver,
  NodeResolver,
] as const;

/** The executable schema; `instances` holds one object of each resolver class. Without them it can only be printed. */
export function createSchema(instances: readonly object[] = []): Promise<GraphQLSchema> {
  const byClass = new Map(instances.map(instance => [instance.constructor, instance]));
  return buildSchema({
    resolvers: RESOLVERS,
    container: { get: resolverClass => byClass.get(resolverClass) ?? {} },
    validate: false,
    // Our subscriptions bring their own source; the bus of the documentation crashes the process on one slow reader.
    pubSub: {
      publish: () => undefined,
      subscribe: () => {
        throw new Error('there is no bus behind topics');
      },
    },
  });
}
