import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { ROOT } from '../../src/kernel/paths.js';

/** What the objects of a tenant are named by. */
export const ID_KINDS = [
  'task',
  'asset',
  'photo',
  'webhook',
  'delivery',
  'key',
  'link',
  'linkCursor',
  'tenant',
  'reference',
  'consent',
  'withdrawn',
  'receipt',
  'label',
  'idempotencyKey',
  'actor',
  'subject',
  'taskCursor',
  'deliveryCursor',
  'auditCursor',
  'auditEnd',
] as const;
export type IdKind = (typeof ID_KINDS)[number];

/** Of every argument and input field of a type that could hold an id, what it names; []: nothing of a tenant's. */
const BY_NAME: Readonly<Record<string, readonly IdKind[]>> = {
  taskId: ['task'],
  assetId: ['asset'],
  photoId: ['photo'],
  photoIds: ['photo'],
  release: ['photo'],
  webhookId: ['webhook'],
  deliveryId: ['delivery'],
  apiKeyId: ['key'],
  tenantId: ['tenant'],
  reference: ['reference'],
  labels: ['label'],
  idempotencyKey: ['idempotencyKey'],
  actorId: ['actor'],
  actorSubject: ['subject'],
  jws: ['receipt'],
  // The catalogue is everybody's.
  specId: [],
  ...Object.fromEntries(
    [
      ...['search', 'color', 'from', 'to', 'name', 'url', 'purpose', 'noticeVersion', 'text', 'style', 'resolution'],
      ...['base64', 'clothes', 'idNumber', 'labelAgreement'],
    ].map(name => [name, []]),
  ),
};

/** Where the name alone does not say it: `<root field>.<path>`. */
const BY_PLACE: Readonly<Record<string, readonly IdKind[]>> = {
  'node.id': ['task', 'asset', 'photo', 'webhook', 'delivery', 'key'],
  'spec.id': [],
  'specs.after': [],
  'createTenant.input.id': ['tenant'],
  'closeTenant.id': ['tenant'],
  'limitTenant.id': ['tenant'],
  // Budgets are set by admins, of every tenant.
  'removeBudget.id': [],
  'setBudget.input.cost': [],
  'setBudget.input.label': ['label'],
  'revokePhotoLink.id': ['link'],
  'photoLinks.after': ['linkCursor'],
  'revokeApiKey.id': ['key'],
  'withdrawConsent.reference': ['consent'],
  'tasks.after': ['taskCursor'],
  // A moment, of no tenant.
  'tasksUpdated.after': [],
  'webhookDeliveries.after': ['deliveryCursor'],
  'auditTrail.after': ['auditCursor'],
  'auditCheck.expect': ['auditEnd'],
  ...places('task', 'task', 'taskUpdated', 'cancelTask', 'resolveTask', 'retryTask', 'deleteTask'),
  ...places('webhook', 'rotateWebhookSecret', 'enableWebhook', 'deleteWebhook', 'testWebhook'),
};

function places(kind: IdKind, ...fields: string[]): Record<string, readonly IdKind[]> {
  return Object.fromEntries(fields.map(field => [`${field}.id`, [kind]]));
}

/** One way in which a request can name something. */
export interface IdPath {
  operation: 'query' | 'mutation' | 'subscription';
  field: string;
  /** Of the argument, and of the fields of its input below it. */
  path: readonly string[];
  isList: boolean;
  kind: IdKind;
}

export interface Walk {
  paths: IdPath[];
  /** Texts and ids of which nobody has said what they name: `BY_NAME` and `BY_PLACE` have to know them. */
  unknown: string[];
  schema: GraphQLSchema;
}

/** Goes through every argument of every root field, and every field of every input below it. */
export function walkIds(): Walk {
  const schema = buildSchema(readFileSync(path.join(ROOT, 'schema', 'schema.graphql'), 'utf8'));
  const walk: Walk = { paths: [], unknown: [], schema };
  for (const [operation, type] of [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const)
    for (const field of Object.values(type!.getFields()))
      for (const { name, type } of field.args) descend({ operation, field: field.name, path: [name] }, type, walk);
  return walk;
}

function descend(at: Omit<IdPath, 'isList' | 'kind'>, type: GraphQLInputType, walk: Walk): void {
  const named = getNamedType(type);
  if (isInputObjectType(named)) {
    for (const { name, type } of Object.values(named.getFields()))
      descend({ ...at, path: [...at.path, name] }, type, walk);
    return;
  }
  if (named.name !== 'ID' && named.name !== 'String') return;
  const place = [at.field, ...at.path].join('.');
  const kinds = BY_PLACE[place] ?? (at.path.includes('consent') ? consentKinds(at.path) : BY_NAME[at.path.at(-1)!]);
  if (kinds === undefined) walk.unknown.push(place);
  const isList = isListType(isNonNullType(type) ? type.ofType : type);
  for (const kind of kinds ?? []) walk.paths.push({ ...at, isList, kind });
}

/** The reference of a consent is another one than that of a task; one that was withdrawn is refused, to its own tenant. */
function consentKinds(at: readonly string[]): readonly IdKind[] | undefined {
  return at.at(-1) === 'reference' ? ['withdrawn'] : BY_NAME[at.at(-1)!];
}
