import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { UrlVariable } from './kernel/postgres-url.js';
import type { S3Place } from './kernel/s3-url.js';
import { routeRule, VARIABLES } from './variables.js';

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** Postgres; undefined: the embedded database in the data directory. It holds a password. */
  readonly databaseUrl: string | undefined;
  /** The same database past a pooler, to listen and to migrate. It holds a password. */
  readonly databaseDirectUrl: string | undefined;
  /** What this replica does: serve requests, work on tasks, or both. */
  readonly role: 'all' | 'api' | 'worker';
  /** The origin under which clients reach us; the default is our own loopback address, known once we listen. */
  readonly publicUrl: string | undefined;
  readonly secret: string | undefined;
  /** Secrets of before, with which what they have made is read. */
  readonly previousSecrets: readonly string[];
  /** Photos are sealed on the disk. */
  readonly encryptAssets: boolean;
  /** Where the pictures lie; undefined: in the data directory. */
  readonly bucket: BucketConfig | undefined;
  /** Links lead on to the bucket, for pictures that are not sealed. */
  readonly presignedLinks: boolean;
  /** Whose JWTs are taken; undefined: none. */
  readonly jwt: { readonly issuer: string; readonly audience: string; readonly jwksUrl: string } | undefined;
  readonly allowedOrigins: readonly string[];
  /** Proxies whose `X-Forwarded-…` headers are believed. */
  readonly trustProxy: readonly string[];
  /** Receivers of webhooks that are exempt from the rules for outbound requests. */
  readonly webhookOrigins: readonly string[];
  readonly keepInputsMs: number;
  readonly keepResultsMs: number;
  readonly keepAuditMs: number;
  /** How long after its end a task is kept; undefined: for ever. */
  readonly keepTasksMs: number | undefined;
  /** From a stop signal to the end of the process: the time that begun work has. */
  readonly drainMs: number;
  /** What works on a face needs the consent of the person; verifying one does in any case. */
  readonly requireConsent: boolean;
  /** What each API key, and all keys of a tenant, may ask for, unless they have a rate of their own. */
  readonly operationsPerMinute: { readonly key: number; readonly tenant: number };
  readonly tenantLimits: { readonly waitingTasks: number; readonly keptBytes: number };
  /** Who hands pictures on, in labels of generated content; undefined: the operator has not said it. */
  readonly aigcProvider: string | undefined;
  /** Pictures that were repaired, enlarged or coloured are labelled, too. */
  readonly labelEdits: boolean;
  readonly engineWorkers: number;
  /** WebSockets that may be open. */
  readonly maxSockets: number;
  readonly logLevel: string;
  /** Where OpenTelemetry's exporter sends spans; undefined: none are made. */
  readonly tracesTo: string | undefined;
  /** What a reader of /metrics shows; undefined: only a server without keys serves it. */
  readonly metricsToken: string | undefined;
  readonly production: boolean;
  readonly sandbox: 'auto' | 'on' | 'off';
  /** Whether callers may read the schema. */
  readonly introspection: boolean;
  /** Whether GraphiQL and the page of Apollo Sandbox are served. */
  readonly graphiql: boolean;
  /** Whether the dashboard is served at `/`. */
  readonly dashboard: boolean;
  /** The file that lists the only documents that run; undefined: all do. */
  readonly trustedDocuments: string | undefined;
  /** The operator's own acceptance rules, laid over the published ones; undefined: none. */
  readonly rulesFile: string | undefined;
  /** The ONNX file of a model that segments in the place of the engine's own; undefined: none. */
  readonly mattingModel: string | undefined;
  /** The operator has said yes to vendors that charge, in production, on the embedded database. */
  readonly allowEmbeddedBilling: boolean;
  /** Results are fetched without TLS where https does not give them. */
  readonly allowHttpResults: boolean;
  /** Whom AUTO may choose, in order, by operation. */
  readonly routes: Readonly<Record<string, readonly string[] | undefined>>;
  /** The variables of the vendors, parsed by their own rules. */
  readonly vendors: Readonly<Record<string, unknown>>;
  /** Variables that begin like ours and are an orchestrator's: they were ignored. */
  readonly serviceLinks: readonly string[];
}

/** It holds a secret. */
export interface BucketKeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** It holds a secret. */
export interface BucketConfig extends BucketKeyPair {
  readonly bucket: string;
  readonly prefix: string;
  readonly endpoint: string;
  readonly addressing: 'virtual' | 'path' | 'own';
  readonly region: string;
  /** What stands in the files of the key now; undefined where the environment itself holds it. Throws ConfigError. */
  readonly keysNow?: (() => BucketKeyPair) | undefined;
}

/** What the vendors bring. */
export interface VendorVariables {
  readonly variables: Readonly<Record<string, z.ZodType>>;
  /** What the names of their variables begin with. */
  readonly prefixes: readonly string[];
}

/** What a configuration can be about. */
export interface Configurable extends VendorVariables {
  /** The operations whose order of AUTO can be set, each with the vendors that AUTO may choose for it. */
  readonly routes: Readonly<Record<string, readonly string[]>>;
}

/** A wrong variable, in words for the operator. It names the variable and what was expected, never the value: it may be a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `NAME_FILE` holds the path of a file with the value, as orchestrators mount secrets. */
function readVariable(environment: Environment, name: string): string | undefined {
  const direct = environment[name];
  const file = environment[`${name}_FILE`];
  if (direct !== undefined && file !== undefined)
    throw new ConfigError(`${name} and ${name}_FILE are both set; set one`);
  if (file === undefined) return direct === '' ? undefined : direct;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new ConfigError(`${name}_FILE: the file cannot be read`);
  }
}

/** Values of these rules from the environment; what is wrong goes into `wrong`, by name and without the value. */
function readAll(
  environment: Environment,
  rules: Readonly<Record<string, z.ZodType>>,
  wrong: string[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(rules)) {
    const parsed = rule.safeParse(readVariable(environment, name));
    if (parsed.success) values[name] = parsed.data;
    else wrong.push(`${name}: expected ${parsed.error.issues[0]?.message ?? 'another value'}`);
  }
  return values;
}

/** The variables of the vendors alone, as the sandbox gives them. */
export function readVendorVariables(environment: Environment, vendors: VendorVariables): Record<string, unknown> {
  const wrong: string[] = [];
  const values = readAll(environment, vendors.variables, wrong);
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  return values;
}

/** Variables that are right one by one and wrong together. A wrong one of them is missing here, and told already. */
function contradictions(
  read: {
    DATABASE_URL?: string | undefined;
    DATABASE_DIRECT_URL?: string | undefined;
    DARKROOM_ROLE?: Config['role'];
    DARKROOM_SECRET?: string | undefined;
    DARKROOM_AIGC_PROVIDER?: string | undefined;
    DARKROOM_LABEL_EDITS?: 'yes' | undefined;
    DARKROOM_GRAPHIQL?: 'on' | 'off' | undefined;
    DARKROOM_TRUSTED_DOCUMENTS?: string | undefined;
    DARKROOM_KEEP_TASKS?: number | undefined;
    DARKROOM_KEEP_INPUTS?: number;
    DARKROOM_KEEP_RESULTS?: number;
  } & JwtVariables &
    BucketVariables,
): string[] {
  const found: string[] = [];
  const jwt = ['DARKROOM_JWT_ISSUER', 'DARKROOM_JWT_AUDIENCE', 'DARKROOM_JWT_JWKS_URL'] as const;
  const lacking = jwt.filter(name => read[name] === undefined);
  if (lacking.length > 0 && lacking.length < jwt.length)
    found.push(`${lacking.join(', ')}: needed with the other variables of DARKROOM_JWT`);
  if (read.DATABASE_URL === undefined && read.DARKROOM_ROLE !== undefined && read.DARKROOM_ROLE !== 'all')
    found.push(`DARKROOM_ROLE: ${read.DARKROOM_ROLE} needs DATABASE_URL; the embedded database has one process`);
  if (read.DATABASE_URL !== undefined && read.DARKROOM_SECRET === undefined)
    found.push('DARKROOM_SECRET: needed with DATABASE_URL, the same on every replica');
  if (read.DATABASE_DIRECT_URL !== undefined && read.DATABASE_URL === undefined)
    found.push('DATABASE_DIRECT_URL: needs DATABASE_URL; it is the same database past a pooler');
  if (read.DARKROOM_GRAPHIQL === 'on' && read.DARKROOM_TRUSTED_DOCUMENTS !== undefined)
    found.push('DARKROOM_GRAPHIQL: of no use with DARKROOM_TRUSTED_DOCUMENTS, which refuses what is typed there');
  const pictures = Math.max(read.DARKROOM_KEEP_INPUTS ?? 0, read.DARKROOM_KEEP_RESULTS ?? 0);
  if (read.DARKROOM_KEEP_TASKS !== undefined && read.DARKROOM_KEEP_TASKS < pictures)
    found.push('DARKROOM_KEEP_TASKS: at least as long as DARKROOM_KEEP_INPUTS and DARKROOM_KEEP_RESULTS');
  if (read.DARKROOM_LABEL_EDITS !== undefined && read.DARKROOM_AIGC_PROVIDER === undefined)
    found.push('DARKROOM_AIGC_PROVIDER: needed with DARKROOM_LABEL_EDITS; labels name who edited the picture');
  return [...found, ...bucketContradictions(read)];
}

type BucketVariables = {
  [Name in 'DARKROOM_S3_ENDPOINT' | 'DARKROOM_S3_REGION' | 'DARKROOM_S3_ACCESS_KEY' | 'DARKROOM_S3_SECRET_KEY']?:
    | string
    | undefined;
} & {
  DARKROOM_ASSETS?: S3Place | undefined;
  DARKROOM_S3_ADDRESSING?: BucketConfig['addressing'] | undefined;
  DARKROOM_ASSET_LINKS?: 'own' | 'presigned' | undefined;
  DARKROOM_ENCRYPT_ASSETS?: 'yes' | undefined;
};

const BUCKET_NEEDS = ['DARKROOM_S3_ACCESS_KEY', 'DARKROOM_S3_SECRET_KEY'] as const;

function bucketContradictions(read: BucketVariables): string[] {
  const found: string[] = [];
  if (read.DARKROOM_ASSETS === undefined) {
    if (read.DARKROOM_ASSET_LINKS === 'presigned')
      found.push('DARKROOM_ASSET_LINKS: presigned needs DARKROOM_ASSETS; a disk presigns nothing');
    return found;
  }
  for (const name of BUCKET_NEEDS) if (read[name] === undefined) found.push(`${name}: needed with DARKROOM_ASSETS`);
  if (read.DARKROOM_S3_ENDPOINT === undefined && read.DARKROOM_S3_REGION === undefined)
    found.push('DARKROOM_S3_ENDPOINT: needed with DARKROOM_ASSETS, or DARKROOM_S3_REGION alone for a bucket of AWS');
  if (read.DARKROOM_S3_ADDRESSING === 'own' && read.DARKROOM_S3_ENDPOINT === undefined)
    found.push('DARKROOM_S3_ENDPOINT: needed with DARKROOM_S3_ADDRESSING=own, the address of this bucket alone');
  if (read.DARKROOM_ASSET_LINKS === 'presigned' && read.DARKROOM_ENCRYPT_ASSETS !== undefined)
    found.push(
      'DARKROOM_ASSET_LINKS: presigned is of no use with DARKROOM_ENCRYPT_ASSETS; a bucket cannot open what is sealed',
    );
  return found;
}

/** Undefined without `DARKROOM_ASSETS`; to be called after `bucketContradictions` found nothing. */
function bucketOf(read: BucketVariables, environment: Environment): BucketConfig | undefined {
  const { DARKROOM_ASSETS: place, DARKROOM_S3_REGION: region = 'us-east-1' } = read;
  if (place === undefined) return undefined;
  return Object.freeze({
    ...place,
    endpoint: read.DARKROOM_S3_ENDPOINT ?? `https://s3.${region}.amazonaws.com`,
    addressing: read.DARKROOM_S3_ADDRESSING ?? 'virtual',
    region,
    ...keyPairOf(read),
    keysNow: BUCKET_NEEDS.some(name => environment[`${name}_FILE`] !== undefined)
      ? () => readKeyPair(environment)
      : undefined,
  });
}

function readKeyPair(environment: Environment): BucketKeyPair {
  const wrong: string[] = [];
  const { DARKROOM_S3_ACCESS_KEY, DARKROOM_S3_SECRET_KEY } = VARIABLES;
  const read = readAll(environment, { DARKROOM_S3_ACCESS_KEY, DARKROOM_S3_SECRET_KEY }, wrong) as BucketVariables;
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  return keyPairOf(read);
}

function keyPairOf(read: BucketVariables): BucketKeyPair {
  return { accessKeyId: read.DARKROOM_S3_ACCESS_KEY!, secretAccessKey: read.DARKROOM_S3_SECRET_KEY! };
}

type JwtVariables = {
  [Name in 'DARKROOM_JWT_ISSUER' | 'DARKROOM_JWT_AUDIENCE' | 'DARKROOM_JWT_JWKS_URL']?: string | undefined;
};

function jwtOf(read: JwtVariables): Config['jwt'] {
  const { DARKROOM_JWT_ISSUER: issuer, DARKROOM_JWT_AUDIENCE: audience, DARKROOM_JWT_JWKS_URL: jwksUrl } = read;
  if (issuer === undefined || audience === undefined || jwksUrl === undefined) return undefined;
  return { issuer, audience, jwksUrl };
}

function onOff(value: 'on' | 'off' | undefined, otherwise: boolean): boolean {
  return value === undefined ? otherwise : value === 'on';
}

/** The URL on which a schema is brought up to date. Throws ConfigError where there is none. */
export function readMigrationUrl(environment: Environment): { variable: UrlVariable; url: string } {
  const wrong: string[] = [];
  const { DATABASE_URL, DATABASE_DIRECT_URL } = VARIABLES;
  const read = readAll(environment, { DATABASE_DIRECT_URL, DATABASE_URL }, wrong);
  const [found] = Object.entries(read).filter(([, url]) => url !== undefined) as [UrlVariable, string][];
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  if (found === undefined) throw new ConfigError('DATABASE_URL: expected the database whose schema is to be migrated');
  return { variable: found[0], url: found[1] };
}

/** `DARKROOM_SERVICE_HOST`, `DARKROOM_API_SERVICE_PORT_HTTP`, `DARKROOM_PORT_4000_TCP_ADDR`. */
const SERVICE_LINK = /_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;
/** Docker and Kubernetes give `tcp://10.0.0.7:4000`, and no variable of ours ends so with such a value. */
const SERVICE_URL = /^(tcp|udp|sctp):\/\//;

/**
 * The environment without the variables by which Kubernetes and Docker tell a container of the services around
 * it. A service named `darkroom` makes some that begin like ours, DARKROOM_PORT among them; they are not meant for us.
 */
function withoutServiceLinks(environment: Environment): { environment: Environment; links: string[] } {
  const isLink = (name: string) =>
    SERVICE_LINK.test(name) || (name.endsWith('_PORT') && SERVICE_URL.test(environment[name] ?? ''));
  const links = Object.keys(environment).filter(isLink).sort();
  return { environment: Object.fromEntries(Object.entries(environment).filter(([name]) => !isLink(name))), links };
}

/** A name of ours with a slip in it would silently have no effect; LEQI_ and the like are ours as well. */
function unknownNames(environment: Environment, rules: object, prefixes: readonly string[]): string[] {
  const known = new Set(Object.keys(rules).flatMap(name => [name, `${name}_FILE`]));
  const ours = startsLikeOurs(prefixes);
  return Object.keys(environment)
    .filter(name => ours.test(name) && !known.has(name))
    .map(name => `${name}: there is no such variable; .env.example lists all`);
}

function startsLikeOurs(prefixes: readonly string[]): RegExp {
  return new RegExp(`^(${['DARKROOM', ...prefixes].join('|')})_`);
}

/** What callers may have and ask for, unless their key or tenant has a number of its own. */
function boundsOf(
  read: Record<
    | 'DARKROOM_KEY_OPERATIONS_PER_MINUTE'
    | 'DARKROOM_TENANT_OPERATIONS_PER_MINUTE'
    | 'DARKROOM_TENANT_WAITING_TASKS'
    | 'DARKROOM_TENANT_KEPT_GB',
    number
  >,
): Pick<Config, 'operationsPerMinute' | 'tenantLimits'> {
  return {
    operationsPerMinute: {
      key: read.DARKROOM_KEY_OPERATIONS_PER_MINUTE,
      tenant: read.DARKROOM_TENANT_OPERATIONS_PER_MINUTE,
    },
    tenantLimits: {
      waitingTasks: read.DARKROOM_TENANT_WAITING_TASKS,
      keptBytes: read.DARKROOM_TENANT_KEPT_GB * 1_000_000_000,
    },
  };
}

/** Reads the environment into one frozen object. Throws ConfigError that lists every wrong variable. */
export function readConfig(given: Environment, { routes: routable, ...vendors }: Configurable): Config {
  const wrong: string[] = [];
  const { environment, links } = withoutServiceLinks(given);
  const routes = Object.fromEntries(
    Object.entries(routable).map(([operation, able]) => [`DARKROOM_ROUTE_${operation}`, routeRule(operation, able)]),
  );
  wrong.push(...unknownNames(environment, { ...VARIABLES, ...routes, ...vendors.variables }, vendors.prefixes));
  const values = readAll(environment, VARIABLES, wrong);
  const routeValues = readAll(environment, routes, wrong) as Config['routes'];
  const vendorValues = readAll(environment, vendors.variables, wrong);
  const read = values as { [Name in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[Name]> };
  wrong.push(...contradictions(read));
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  const production = read.NODE_ENV === 'production';
  return Object.freeze({
    host: read.DARKROOM_HOST,
    port: read.DARKROOM_PORT,
    dataDirectory: read.DARKROOM_DATA_DIR,
    databaseUrl: read.DATABASE_URL,
    databaseDirectUrl: read.DATABASE_DIRECT_URL,
    role: read.DARKROOM_ROLE,
    publicUrl: read.DARKROOM_PUBLIC_URL,
    secret: read.DARKROOM_SECRET,
    previousSecrets: Object.freeze(read.DARKROOM_PREVIOUS_SECRETS),
    encryptAssets: read.DARKROOM_ENCRYPT_ASSETS === 'yes',
    bucket: bucketOf(read, environment),
    presignedLinks: read.DARKROOM_ASSET_LINKS === 'presigned',
    jwt: jwtOf(read),
    allowedOrigins: Object.freeze(read.DARKROOM_ALLOWED_ORIGINS),
    trustProxy: Object.freeze(read.DARKROOM_TRUST_PROXY),
    webhookOrigins: Object.freeze(read.DARKROOM_WEBHOOK_ORIGINS),
    keepInputsMs: read.DARKROOM_KEEP_INPUTS,
    keepResultsMs: read.DARKROOM_KEEP_RESULTS,
    keepAuditMs: read.DARKROOM_KEEP_AUDIT,
    keepTasksMs: read.DARKROOM_KEEP_TASKS,
    drainMs: read.DARKROOM_DRAIN,
    requireConsent: read.DARKROOM_REQUIRE_CONSENT === 'yes',
    ...boundsOf(read),
    aigcProvider: read.DARKROOM_AIGC_PROVIDER,
    labelEdits: read.DARKROOM_LABEL_EDITS === 'yes',
    engineWorkers: read.DARKROOM_ENGINE_WORKERS,
    maxSockets: read.DARKROOM_MAX_SOCKETS,
    logLevel: read.DARKROOM_LOG_LEVEL,
    tracesTo: read.OTEL_EXPORTER_OTLP_ENDPOINT,
    metricsToken: read.DARKROOM_METRICS_TOKEN,
    production,
    sandbox: read.DARKROOM_SANDBOX ?? (production ? 'off' : 'auto'),
    introspection: onOff(read.DARKROOM_INTROSPECTION, !production),
    graphiql: onOff(read.DARKROOM_GRAPHIQL, !production && read.DARKROOM_TRUSTED_DOCUMENTS === undefined),
    dashboard: onOff(read.DARKROOM_DASHBOARD, read.DARKROOM_TRUSTED_DOCUMENTS === undefined),
    trustedDocuments: read.DARKROOM_TRUSTED_DOCUMENTS,
    rulesFile: read.DARKROOM_RULES_FILE,
    mattingModel: read.DARKROOM_MATTING_MODEL,
    allowHttpResults: read.DARKROOM_ALLOW_HTTP_RESULTS === 'yes',
    allowEmbeddedBilling: read.DARKROOM_ALLOW_EMBEDDED_BILLING === 'yes',
    routes: Object.fromEntries(Object.keys(routable).map(name => [name, routeValues[`DARKROOM_ROUTE_${name}`]])),
    vendors: vendorValues,
    serviceLinks: links.filter(name => startsLikeOurs(vendors.prefixes).test(name)),
  });
}
