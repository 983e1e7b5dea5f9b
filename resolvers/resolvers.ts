import type { KeyService } from '../src/access/key-service.js';
import type { TokenIssuer } from '../src/access/token-issuer.js';
import type { AssetService } from '../src/assets/asset-service.js';
import type { Audit } from '../src/audit/audit.js';
import type { ReviewService } from '../src/tasks/machine/review-service.js';
import type { UsageService } from '../src/tasks/vendors/usage-service.js';
import type { VendorCatalogue } from '../src/tasks/vendors/vendor-catalogue.js';
import type { WebhookService } from '../src/webhooks/webhook-service.js';
import { AccessResolver } from './access.resolver.js';
import { AssetResolver } from './asset.resolver.js';
import { AuditResolver } from './audit.resolver.js';
import { NodeResolver } from './node.resolver.js';
import { type OperationResolverParts, operationResolvers } from './operations.js';
import { type PersonalParts, PersonalResolver } from './personal.resolver.js';
import { QuoteResolver } from './quote.resolver.js';
import { SpecResolver } from './spec.resolver.js';
import { TaskResolver } from './task.resolver.js';
import { UsageResolver } from './usage.resolver.js';
import { VendorResolver } from './vendor.resolver.js';
import { WebhookResolver } from './webhook.resolver.js';

export interface ResolverParts extends OperationResolverParts, PersonalParts {
  assets: AssetService;
  audit: Audit;
  reviews: ReviewService;
  vendors: VendorCatalogue;
  usage: UsageService;
  keys: KeyService;
  /** Whose JWTs are taken; undefined: none. */
  issuer?: TokenIssuer | undefined;
  webhooks: WebhookService;
}

/** Every resolver, once: the schema is built of these, and each request is answered by them. */
export function createResolvers(parts: ResolverParts): object[] {
  const { assets, audit, links, tasks, reviews, operations, vendors, usage, keys, issuer, webhooks } = parts;
  return [
    new SpecResolver(),
    new AssetResolver(assets, links),
    ...operationResolvers(parts),
    new TaskResolver(tasks, reviews, operations),
    new PersonalResolver(parts),
    new AuditResolver(audit, issuer),
    new UsageResolver(usage),
    new VendorResolver(vendors),
    new QuoteResolver(operations),
    new NodeResolver(tasks, links),
    new AccessResolver(keys),
    new WebhookResolver(webhooks),
  ];
}
