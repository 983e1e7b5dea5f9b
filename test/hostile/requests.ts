import {
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { IdPath } from './schema-ids.js';

export interface Request {
  query: string;
  variables: Record<string, unknown>;
}

/** What a tenant has of its own to fill a request with. */
export interface Own {
  assetId: string;
}

const photo = ({ assetId }: Own) => ({ photo: { assetId } });
const consent = { reference: 'own consent', purpose: 'a test', noticeVersion: '1' };

/** What each root field wants beside the id that is tried; a field that wants nothing else is not here. */
const REST: Readonly<Record<string, (own: Own) => Record<string, unknown>>> = {
  resolveTask: () => ({ outcome: 'CHARGED' }),
  resolveAttempt: () => ({ taskId: 'task_0', number: 1, outcome: 'CHARGED' }),
  createApiKey: () => ({ input: { name: 'a', scopes: ['TASKS_READ'] } }),
  createTenant: () => ({ input: { id: 'a', name: 'a' } }),
  createIdPhoto: own => ({ input: { specId: 'yi-cun-295x413', vendor: 'SANDBOX', ...photo(own) } }),
  changeBackground: own => ({ input: { background: { color: 'blue' }, vendor: 'SANDBOX', ...photo(own) } }),
  restorePhoto: own => ({ input: { steps: 'SR', vendor: 'SANDBOX', ...photo(own) } }),
  verifyFace: own => ({
    input: { name: '试匹配', idNumber: '110101190001010014', vendor: 'SANDBOX', consent, ...photo(own) },
  }),
  checkPhoto: own => ({ input: { specId: 'yi-cun-295x413', ...photo(own) } }),
  createPrintSheet: ({ assetId }) => ({ input: { items: [{ assetId }] } }),
  createWebhook: () => ({ input: { url: 'https://1.1.1.1/hook' } }),
  setBudget: () => ({ input: { per: 'DAY', units: 1 } }),
  usePhotoLink: () => ({ input: { photo: { base64: 'AAAA' } } }),
  generatePainting: () => ({ input: { text: 'a hill', style: 'WATERCOLOR', vendor: 'SANDBOX' } }),
  releasePhotos: () => ({ input: { photoIds: ['photo_0'] } }),
};

/** A quote, and a photo link, ask for one operation at a time. */
const QUOTES: Readonly<Record<string, object>> = {
  idPhoto: { specId: 'yi-cun-295x413' },
  painting: { text: 'a hill', style: 'WATERCOLOR' },
  background: { background: { color: 'blue' } },
  restoration: { steps: 'SR' },
};

/** A request that is whole but for the value at one place, where `value` stands. */
export function requestOf(schema: GraphQLSchema, at: IdPath, value: string, own: Own): Request {
  const type = { query: 'getQueryType', mutation: 'getMutationType', subscription: 'getSubscriptionType' } as const;
  const field = schema[type[at.operation]]()!.getFields()[at.field]!;
  const isOneOf = at.field === 'quote' || at.field === 'createPhotoLink';
  // Beside the one operation a quote has labels.
  const one = at.path[1] === 'labels' ? 'idPhoto' : at.path[2]!;
  const wanted = isOneOf ? { input: { operation: { [one]: QUOTES[one] ?? {} } } } : REST[at.field]?.(own);
  const rest = JSON.parse(JSON.stringify(wanted ?? {}));
  if (at.path.includes('consent')) rest.input.consent = { ...consent };
  if (at.path.at(-1) === 'photoId') delete rest.input.items?.[0].assetId;
  put(rest, at.path, at.isList ? [value] : value);
  const asked = field.args.filter(({ name }) => name in rest);
  const page = field.args.some(({ name }) => name === 'first') ? ['first: 5'] : [];
  const given = [...asked.map(({ name }) => `${name}: $${name}`), ...page].join(', ');
  const declared = asked.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  // Whether the call of a task that was made has begun by now is chance.
  const left = at.operation === 'mutation' && at.field in REST ? [...LEFT, 'attempts'] : LEFT;
  const selection = selectionOf(field.type, 3, left);
  return { query: `${at.operation} (${declared}) { ${at.field}(${given}) ${selection} }`, variables: rest };
}

function put(into: Record<string, unknown>, [name, ...below]: readonly string[], value: unknown): void {
  if (below.length === 0) {
    into[name!] = value;
    return;
  }
  into[name!] ??= {};
  const inner = into[name!];
  put((Array.isArray(inner) ? inner[0] : inner) as Record<string, unknown>, below, value);
}

/** Of a page, what stands in its nodes too. */
const LEFT = ['edges'];

/** Everything of an answer that is not too deep: what differs shows somewhere. */
function selectionOf(type: GraphQLOutputType, depth: number, left: readonly string[]): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  const fields = isObjectType(named) || isInterfaceType(named) ? Object.values(named.getFields()) : [];
  const selected = fields.flatMap(field => {
    if (field.args.some(({ type }) => isNonNullType(type)) || left.includes(field.name)) return [];
    if (isLeafType(getNamedType(field.type))) return [field.name];
    return depth > 1 ? [`${field.name} ${selectionOf(field.type, depth - 1, left)}`] : [];
  });
  return `{ __typename ${selected.join(' ')} }`;
}
