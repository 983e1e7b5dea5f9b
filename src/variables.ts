import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { isAigcProvider } from './kernel/aigc.js';
import { LIMITS } from './kernel/limits.js';
import { postgresPlace } from './kernel/postgres-url.js';
import { s3Place } from './kernel/s3-url.js';

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

/** Not how many proxies there are: whoever comes past them could write as many addresses. */
const proxyAddresses = z
  .string()
  .refine(
    text => text === 'loopback' || isAddressRange(text),
    'addresses or ranges of your proxies such as 10.0.0.5 or 10.0.0.0/8, or loopback, with commas between',
  );

function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

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

function wholeNumber(otherwise: number, most: number) {
  return z
    .string()
    .default(String(otherwise))
    .refine(text => /^[1-9]\d{0,7}$/.test(text) && Number(text) <= most, `a whole number from 1 to ${most}`)
    .transform(Number);
}

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
export const VARIABLES = {
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
  DARKROOM_PREVIOUS_SECRETS: z
    .string()
    .default('')
    .transform(text =>
      text
        .split('\n')
        .map(line => line.trim())
        .filter(Boolean),
    )
    .pipe(z.array(z.string().min(32, 'secrets of at least 32 characters, a line each'))),
  DARKROOM_ENCRYPT_ASSETS: z.literal('yes', 'yes, or nothing').optional(),
  DARKROOM_ASSETS: z
    .string()
    .transform((text, context) => {
      const place = s3Place(text);
      if (place === undefined)
        context.addIssue('s3://bucket or s3://bucket/prefix (in a prefix letters, digits and . _ - / alone)');
      return place ?? z.NEVER;
    })
    .optional(),
  DARKROOM_S3_ENDPOINT: origin.optional(),
  DARKROOM_S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'a region such as eu-central-1')
    .optional(),
  DARKROOM_S3_ADDRESSING: oneOf('virtual', 'path', 'own').optional(),
  DARKROOM_S3_ACCESS_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/, 'the id of an access key')
    .optional(),
  DARKROOM_S3_SECRET_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/, 'the secret of the access key')
    .optional(),
  DARKROOM_ASSET_LINKS: oneOf('own', 'presigned').default('own'),
  DARKROOM_JWT_ISSUER: z.string().min(1, 'the `iss` of the tokens').optional(),
  DARKROOM_JWT_AUDIENCE: z.string().min(1, 'the `aud` of the tokens').optional(),
  DARKROOM_JWT_JWKS_URL: z
    .string()
    .refine(text => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'the URL of a JWK set')
    .optional(),
  DARKROOM_ALLOWED_ORIGINS: listed.pipe(z.array(allowedOrigin)),
  DARKROOM_TRUST_PROXY: listed.pipe(z.array(proxyAddresses)),
  DARKROOM_WEBHOOK_ORIGINS: listed.pipe(z.array(origin)),
  DARKROOM_KEEP_INPUTS: duration.prefault('24h'),
  DARKROOM_KEEP_RESULTS: duration.prefault('7d'),
  DARKROOM_KEEP_AUDIT: duration
    .refine(ms => ms >= LIMITS.audit.minKeptMs, 'at least 183d: the law asks for six months')
    .prefault('400d'),
  DARKROOM_KEEP_TASKS: duration
    .refine(ms => ms >= LIMITS.task.minKeptMs, 'at least 7d: as long as photo links may live')
    .optional(),
  DARKROOM_DRAIN: duration
    .refine(ms => ms >= LIMITS.http.minDrainMs && ms <= LIMITS.http.maxDrainMs, 'a duration from 5s to 1h')
    .prefault('10s'),
  DARKROOM_REQUIRE_CONSENT: z.literal('yes', 'yes, or nothing').optional(),
  DARKROOM_KEY_OPERATIONS_PER_MINUTE: wholeNumber(LIMITS.rate.operationsPerKey, LIMITS.rate.maxOperations),
  DARKROOM_TENANT_OPERATIONS_PER_MINUTE: wholeNumber(LIMITS.rate.operationsPerTenant, LIMITS.rate.maxOperations),
  DARKROOM_TENANT_WAITING_TASKS: wholeNumber(LIMITS.quota.waitingTasks, 1_000_000),
  DARKROOM_TENANT_KEPT_GB: wholeNumber(LIMITS.quota.keptGb, 1_000_000),
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
  DARKROOM_MAX_SOCKETS: z
    .string()
    .default(String(LIMITS.webSocket.sockets))
    .refine(
      text => /^[1-9]\d{0,5}$/.test(text) && Number(text) <= LIMITS.webSocket.mostSockets,
      `a whole number from 1 to ${LIMITS.webSocket.mostSockets}`,
    )
    .transform(Number),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .refine(
      text => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
      'the URL of an OpenTelemetry collector, e.g. http://127.0.0.1:4318',
    )
    .optional(),
  DARKROOM_METRICS_TOKEN: z
    .string()
    .regex(/^[!-~]{32,}$/, 'at least 32 characters without spaces, e.g. from `openssl rand -hex 32`')
    .optional(),
  DARKROOM_LOG_LEVEL: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent').default('info'),
  DARKROOM_SANDBOX: oneOf('auto', 'on', 'off').optional(),
  DARKROOM_INTROSPECTION: oneOf('on', 'off').optional(),
  DARKROOM_GRAPHIQL: oneOf('on', 'off').optional(),
  DARKROOM_DASHBOARD: oneOf('on', 'off').optional(),
  DARKROOM_TRUSTED_DOCUMENTS: z
    .string()
    .transform(file => path.resolve(file))
    .optional(),
  DARKROOM_RULES_FILE: z
    .string()
    .transform(file => path.resolve(file))
    .optional(),
  DARKROOM_MATTING_MODEL: z
    .string()
    .transform(file => path.resolve(file))
    .optional(),
  DARKROOM_ALLOW_HTTP_RESULTS: z.literal('yes', 'yes, or nothing').optional(),
  DARKROOM_ALLOW_EMBEDDED_BILLING: z.literal('yes', 'yes, or nothing').optional(),
  /** `prod` would open the schema and the sandbox of a server that was meant for production. */
  NODE_ENV: oneOf('production', 'development', 'test').optional(),
};

/** `DARKROOM_ROUTE_ID_PHOTO=LOCAL,JUMEI_ID_PHOTO`: who AUTO may choose, in order. */
export function routeRule(operation: string, able: readonly string[]) {
  const these = `those whom AUTO may choose for ${operation}, each once, separated by commas: ${able.join(', ')}`;
  return z
    .string()
    .transform(text => text.split(',').map(part => part.trim()))
    .refine(names => names.every(name => able.includes(name)) && new Set(names).size === names.length, these)
    .optional();
}
