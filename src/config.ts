import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { isAigcProvider } from './kernel/aigc.js';
import { LIMITS } from './kernel/limits.js';
import { postgresPlace, type UrlVariable } from './kernel/postgres-url.js';

const APP_ORIGIN =
  /^(?!(?:wss?|ftp|file|data|blob|about|javascript):)[a-z][a-z0-9+.-]*:\/\/[a-z0-9][a-z0-9.-]*(?::\d{1,5})?$/;
const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const duration = z
  .string()
  .regex(/^\d{1,4}[smhd]$/, 'a duration such as 30m, 24h or 7d')
  .transform(text => Number(text.slice(0, -1)) * UNITS[text.slice(-1) as keyof typeof UNITS]);

const origin = z
  .string()
  .refine(
    text => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text,
    'an origin such as https://photos.example.com (scheme and host, no path)',
  );

/**
 * Also the origins of apps: `capacitor://localhost`, `tauri://localhost`. Never `null`: every sandboxed frame and every local file
 * has that one.
 */
const allowedOrigin = z
  .string()
  .refine(
    text => (/^https?:/.test(text) ? origin.safeParse(text).success : APP_ORIGIN.test(text)),
    'origins such as https://kiosk.example.com or capacitor://localhost (scheme and host, no path), with commas between',
  );

/** Separated by commas; none by default. */
const listed = z
  .string()
  .default('')
  .transform(text =>
    text
      .split(',')
      .map(part => part.trim())
      .filter(Boolean),
  );

const postgresUrl = z
  .string()
  .refine(
    text => postgresPlace(text) !== undefined,
    'a URL such as postgresql://user:password@db.example.com:5432/darkroom or postgresql:///darkroom?host=/run/postgresql (one host; special characters percent-encoded)',
  )
  .optional();

function oneOf<Value extends string>(...values: readonly [Value, ...Value[]]) {
  return z.enum(values, values.join(', '));
}

/** Each variable once: its rule, its default, and the words that an operator reads when it is wrong. */
const VARIABLES = {
  DARKROOM_HOST: z
    .string()
    .default('127.0.0.1')
    .refine(
      host => isIP(host) !== 0 || host === 'localhost',
      'an address of this machine such as 127.0.0.1, or 0.0.0.0 for all of them; that needs an API key',
    ),
  DARKROOM_PORT: z
    .string()
    .default('4000')
    .refine(text => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, 'a port from 0 (any free one) to 65535')
    .transform(Number),
  DARKROOM_DATA_DIR: z
    .string()
    .min(1, 'a directory')
    .default('.darkroom')
    .transform(folder => path.resolve(folder)),
  DATABASE_URL: postgresUrl,
  DATABASE_DIRECT_URL: postgresUrl,
  DARKROOM_ROLE: oneOf('all', 'api', 'worker').default('all'),
  DARKROOM_PUBLIC_URL: origin.optional(),
  DARKROOM_SECRET: z.string().min(32, 'at least 32 characters, e.g. from `openssl rand -hex 32`').optional(),
  DARKROOM_JWT_ISSUER: z.string().min(1, 'the `iss` of the tokens').optional(),
  DARKROOM_JWT_AUDIENCE: z.string().min(1, 'the `aud` of the tokens').optional(),
  DARKROOM_JWT_JWKS_URL: z
    .string()
    .refine(text => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'the URL of a JWK set')
    .optional(),
  DARKROOM_ALLOWED_ORIGINS: listed.pipe(z.array(allowedOrigin)),
  DARKROOM_WEBHOOK_ORIGINS: listed.pipe(z.array(origin)),
  DARKROOM_KEEP_INPUTS: duration.prefault('24h'),
  DARKROOM_KEEP_RESULTS: duration.prefault('7d'),
  DARKROOM_KEEP_AUDIT: duration
    .refine(ms => ms >= LIMITS.audit.minKeptMs, 'at least 183d: the law asks for six months')
    .prefault('400d'),
  DARKROOM_REQUIRE_CONSENT: z.literal('yes', 'yes, or nothing').optional(),
  DARKROOM_AIGC_PROVIDER: z
    .string()
    .refine(
      isAigcProvider,
      `your name (up to ${LIMITS.aigc.providerChars} characters) or your code as a provider: 0011, the 18 characters of the unified social credit code, and 5 more`,
    )
    .optional(),
  DARKROOM_LABEL_EDITS: z.literal('yes', 'yes, or nothing').optional(),
  DARKROOM_ENGINE_WORKERS: z
    .string()
    .default(String(Math.min(2, availableParallelism())))
    .refine(text => /^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= 64, 'a whole number from 1 to 64')
    .transform(Number),
  DARKROOM_LOG_LEVEL: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent').default('info'),
  DARKROOM_SANDBOX: oneOf('auto', 'on', 'off').optional(),
  DARKROOM_INTROSPECTION: oneOf('on', 'off').optional(),
  DARKROOM_GRAPHIQL: oneOf('on', 'off').optional(),
  DARKROOM_TRUSTED_DOCUMENTS: z
    .string()
    .transform(file => path.resolve(file))
    .optional(),
  DARKROOM_RULES_FILE: z
    .string()
    .transform(file => path.resolve(file))
    .optional(),
  DARKROOM_ALLOW_HTTP_RESULTS: z.literal('yes', 'yes, or nothing').optional(),
  DARKROOM_ALLOW_EMBEDDED_BILLING: z.literal('yes', 'yes, or nothing').optional(),
  /** `prod` would open the schema and the sandbox of a server that was meant for production. */
  NODE_ENV: oneOf('production', 'development', 'test').optional(),
};

/** `DARKROOM_ROUTE_ID_PHOTO=LOCAL,JUMEI_ID_PHOTO`: who AUTO may choose, in order. */
function routeRule(operation: string, able: readonly string[]) {
  const these = `those whom AUTO may choose for ${operation}, each once, separated by commas: ${able.join(', ')}`;
  return z
    .string()
    .transform(text => text.split(',').map(part => part.trim()))
    .refine(names => names.every(name => able.includes(name)) && new Set(names).size === names.length, these)
    .optional();
}

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
  /** Whose JWTs are taken; undefined: none. */
  readonly jwt: { readonly issuer: string; readonly audience: string; readonly jwksUrl: string } | undefined;
  readonly allowedOrigins: readonly string[];
  /** Receivers of webhooks that are exempt from the rules for outbound requests. */
  readonly webhookOrigins: readonly string[];
  readonly keepInputsMs: number;
  readonly keepResultsMs: number;
  readonly keepAuditMs: number;
  /** What works on a face needs the consent of the person; verifying one does in any case. */
  readonly requireConsent: boolean;
  /** Who hands pictures on, in labels of generated content; undefined: the operator has not said it. */
  readonly aigcProvider: string | undefined;
  /** Pictures that were repaired, enlarged or coloured are labelled, too. */
  readonly labelEdits: boolean;
  readonly engineWorkers: number;
  readonly logLevel: string;
  readonly production: boolean;
  readonly sandbox: 'auto' | 'on' | 'off';
  /** Whether callers may read the schema. */
  readonly introspection: boolean;
  /** Whether GraphiQL and the page of Apollo Sandbox are served. */
  readonly graphiql: boolean;
  /** The file that lists the only documents that run; undefined: all do. */
  readonly trustedDocuments: string | undefined;
  /** The operator's own acceptance rules, laid over the published ones; undefined: none. */
  readonly rulesFile: string | undefined;
  /** The operator has said yes to vendors that charge, in production, on the embedded database. */
  readonly allowEmbeddedBilling: boolean;
  /** Results are fetched without TLS where https does not give them. */
  readonly allowHttpResults: boolean;
  /** Whom AUTO may choose, in order, by operation. */
  readonly routes: Readonly<Record<string, readonly string[] | undefined>>;
  /** The variables of the vendors, parsed by their own rules. */
  readonly vendors: Readonly<Record<string, unknown>>;
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
  } & JwtVariables,
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
  if (read.DARKROOM_LABEL_EDITS !== undefined && read.DARKROOM_AIGC_PROVIDER === undefined)
    found.push('DARKROOM_AIGC_PROVIDER: needed with DARKROOM_LABEL_EDITS; labels name who edited the picture');
  return found;
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

/** Reads the environment into one frozen object. Throws ConfigError that lists every wrong variable. */
export function readConfig(environment: Environment, { routes: routable, ...vendors }: Configurable): Config {
  const wrong: string[] = [];
  const routes = Object.fromEntries(
    Object.entries(routable).map(([operation, able]) => [`DARKROOM_ROUTE_${operation}`, routeRule(operation, able)]),
  );
  const known = new Set(
    [...Object.keys(VARIABLES), ...Object.keys(routes), ...Object.keys(vendors.variables)].flatMap(name => [
      name,
      `${name}_FILE`,
    ]),
  );
  // A name of ours with a slip in it would silently have no effect; LEQI_ and the like are ours as well.
  const ours = new RegExp(`^(${['DARKROOM', ...vendors.prefixes].join('|')})_`);
  for (const name of Object.keys(environment)) {
    if (ours.test(name) && !known.has(name)) wrong.push(`${name}: there is no such variable; .env.example lists all`);
  }
  const values = readAll(environment, VARIABLES, wrong);
  const routeValues = readAll(environment, routes, wrong);
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
    jwt: jwtOf(read),
    allowedOrigins: Object.freeze(read.DARKROOM_ALLOWED_ORIGINS),
    webhookOrigins: Object.freeze(read.DARKROOM_WEBHOOK_ORIGINS),
    keepInputsMs: read.DARKROOM_KEEP_INPUTS,
    keepResultsMs: read.DARKROOM_KEEP_RESULTS,
    keepAuditMs: read.DARKROOM_KEEP_AUDIT,
    requireConsent: read.DARKROOM_REQUIRE_CONSENT === 'yes',
    aigcProvider: read.DARKROOM_AIGC_PROVIDER,
    labelEdits: read.DARKROOM_LABEL_EDITS === 'yes',
    engineWorkers: read.DARKROOM_ENGINE_WORKERS,
    logLevel: read.DARKROOM_LOG_LEVEL,
    production,
    sandbox: read.DARKROOM_SANDBOX ?? (production ? 'off' : 'auto'),
    introspection: onOff(read.DARKROOM_INTROSPECTION, !production),
    graphiql: onOff(read.DARKROOM_GRAPHIQL, !production && read.DARKROOM_TRUSTED_DOCUMENTS === undefined),
    trustedDocuments: read.DARKROOM_TRUSTED_DOCUMENTS,
    rulesFile: read.DARKROOM_RULES_FILE,
    allowHttpResults: read.DARKROOM_ALLOW_HTTP_RESULTS === 'yes',
    allowEmbeddedBilling: read.DARKROOM_ALLOW_EMBEDDED_BILLING === 'yes',
    routes: Object.fromEntries(
      Object.keys(routable).map(operation => [
        operation,
        routeValues[`DARKROOM_ROUTE_${operation}`] as string[] | undefined,
      ]),
    ),
    vendors: vendorValues,
  });
}
