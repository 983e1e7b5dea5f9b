import type { BrowserTokens } from '../src/access/browser-tokens.js';
import type { CallerRates } from '../src/access/caller-rates.js';
import type { KeyService } from '../src/access/key-service.js';
import type { TokenIssuer } from '../src/access/token-issuer.js';
import type { AssetService } from '../src/assets/asset-service.js';
import type { Audit } from '../src/audit/audit.js';
import type { PhotoLinks } from '../src/operations/photo-links.js';
import type { RuleBook } from '../src/specs/rules/rule-book.js';
import type { ReviewService } from '../src/tasks/machine/review-service.js';
import type { TaskList } from '../src/tasks/machine/task-list.js';
import type { BudgetService } from '../src/tasks/vendors/budget-service.js';
import type { UsageService } from '../src/tasks/vendors/usage-service.js';
import type { VendorCatalogue } from '../src/tasks/vendors/vendor-catalogue.js';
import type { WebhookService } from '../src/webhooks/webhook-service.js';
import { AccessResolver } from './access.resolver.js';
import { AssetResolver } from './asset.resolver.js';
import { AuditResolver } from './audit.resolver.js';
import { BrowserTokenResolver, PhotoLinkResolver } from './browser-token.resolver.js';
import { BudgetResolver } from './budget.resolver.js';
import { NodeResolver } from './node.resolver.js';
import { type OperationResolverParts, operationResolvers } from './operations.js';
import { type PersonalParts, PersonalResolver } from './personal.resolver.js';
import { PhotoCheckResolver } from './photo-check.resolver.js';
import { QuoteResolver } from './quote.resolver.js';
import { SpecResolver } from './spec.resolver.js';
import { SpecRulesResolver } from './spec-rules.resolver.js';
import { TaskResolver } from './task.resolver.js';
import { TaskListResolver, TasksUpdatedResolver } from './task-list.resolver.js';
import { UsageResolver } from './usage.resolver.js';
import { VendorResolver } from './vendor.resolver.js';
import { WebhookResolver } from './webhook.resolver.js';

export interface ResolverParts extends OperationResolverParts, PersonalParts {
  assets: AssetService;
  audit: Audit;
  taskList: TaskList;
  reviews: ReviewService;
  vendors: VendorCatalogue;
  usage: UsageService;
  budgets: BudgetService;
  keys: KeyService;
  tokens: BrowserTokens;
  photoLinks: PhotoLinks;
  rates: CallerRates;
  /** Whose JWTs are taken; undefined: none. */
  issuer?: TokenIssuer | undefined;
  webhooks: WebhookService;
  rules: RuleBook;
}

/** Every resolver, once: the schema is built of these, and each request is answered by them. */
export function createResolvers(parts: ResolverParts): object[] {
  const {
    assets,
    audit,
    links,
    tasks,
    taskList,
    reviews,
    operations,
    vendors,
    usage,
    budgets,
    keys,
    issuer,
    rates,
    tokens,
    photoLinks,
    webhooks,
    rules,
    reports,
  } = parts;
  return [
    new SpecResolver(),
    new SpecRulesResolver(rules),
    new PhotoCheckResolver(rules),
    new AssetResolver(assets, links),
    ...operationResolvers(parts),
    new TaskResolver(tasks, reviews, operations),
    new TaskListResolver(taskList),
    new TasksUpdatedResolver(taskList),
    new PersonalResolver(parts),
    new AuditResolver(audit, issuer),
    new UsageResolver(usage),
    new VendorResolver(vendors),
    new QuoteResolver(operations),
    new NodeResolver(links, reports),
    new AccessResolver(keys, rates),
    new BudgetResolver(budgets),
    new BrowserTokenResolver(tokens, photoLinks),
    new PhotoLinkResolver(),
    new WebhookResolver(webhooks),
  ];
}
