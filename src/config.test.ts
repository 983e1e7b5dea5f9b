import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError, readConfig as read, readMigrationUrl } from './config.js';
import { CONFIGURABLE } from './configurable.js';
import { ROOT } from './kernel/paths.js';
import { VARIABLES } from './variables.js';

const readConfig = (environment: Record<string, string>) => read(environment, CONFIGURABLE);

test('with no variable at all the defaults hold', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 4000,
    keepInputsMs: 86_400_000,
    keepResultsMs: 7 * 86_400_000,
    drainMs: 10_000,
    logLevel: 'info',
    production: false,
    databaseUrl: undefined,
    role: 'all',
  });
});

test.each([
  ['DARKROOM_PORT', 'eighty', 'a port'],
  ['DARKROOM_PORT', '65536', 'a port'],
  ['DARKROOM_HOST', 'example.com', 'an address of this machine such as 127.0.0.1'],
  ['DARKROOM_PUBLIC_URL', 'https://photos.example.com/path', 'an origin'],
  ['DARKROOM_ALLOWED_ORIGINS', 'https://a.example, nonsense', 'origins such as'],
  ['DARKROOM_ALLOWED_ORIGINS', 'null', 'origins such as'],
  ['DARKROOM_ALLOWED_ORIGINS', '*', 'origins such as'],
  ['DARKROOM_ALLOWED_ORIGINS', 'https://a.example/', 'origins such as'],
  ['DARKROOM_ALLOWED_ORIGINS', 'capacitor://localhost/', 'origins such as'],
  ['DARKROOM_ALLOWED_ORIGINS', 'capacitor://', 'origins such as'],
  ['DARKROOM_ALLOWED_ORIGINS', 'file://localhost', 'origins such as'],
  ['DARKROOM_TRUST_PROXY', 'canary.example', 'addresses or ranges of your proxies'],
  // How many there are, as other servers have it.
  ['DARKROOM_TRUST_PROXY', '1', 'addresses or ranges'],
  ['DARKROOM_TRUST_PROXY', 'true', 'addresses or ranges'],
  ['DARKROOM_TRUST_PROXY', '10.0.0.0/33', 'addresses or ranges'],
  ['DARKROOM_TRUST_PROXY', '0.0.0.0/0', 'addresses or ranges'],
  ['DARKROOM_TRUST_PROXY', 'loopback, 10.0.0.0/8/8', 'addresses or ranges'],
  ['DARKROOM_KEEP_INPUTS', 'a day', 'a duration'],
  ['DARKROOM_KEEP_TASKS', '6d', 'at least 7d'],
  ['DARKROOM_DRAIN', '4s', 'a duration from 5s to 1h'],
  ['DARKROOM_DRAIN', '2h', 'a duration from 5s to 1h'],
  ['DARKROOM_SECRET', 'short', 'at least 32 characters'],
  ['DARKROOM_ENGINE_WORKERS', '0', 'a whole number'],
  ['DARKROOM_MAX_SOCKETS', '0', 'a whole number from 1 to 100000'],
  ['DARKROOM_AIGC_PROVIDER', '001191110102MAD55U9H0G10002', 'your code as a provider'],
  ['DARKROOM_AIGC_PROVIDER', '名'.repeat(101), 'your name (up to 100 characters)'],
  ['DARKROOM_LABEL_EDITS', 'no', 'yes, or nothing'],
  ['DARKROOM_LABEL_EDITS', 'yes', 'DARKROOM_AIGC_PROVIDER: needed'],
  ['DARKROOM_LOG_LEVEL', 'loud', 'expected trace, debug, info, warn, error, silent'],
  ['DARKROOM_PROT', '4000', 'no such variable'],
  ['LEQI_APPCODE', 'x', 'no such variable'],
  ['DARKROOM_SANDBOX', 'maybe', 'expected auto, on, off'],
  ['DARKROOM_ALLOW_EMBEDDED_BILLING', 'true', 'yes, or nothing'],
  ['DARKROOM_ALLOW_HTTP_RESULTS', '1', 'yes, or nothing'],
  ['DATABASE_URL', 'mysql://u:hunter2@h/d', 'postgresql://'],
  ['DATABASE_URL', 'postgresql://u:hunter2@h:port/d', 'percent-encoded'],
  ['DATABASE_URL', 'postgresql://u:hunter2@h1:1,h2:2/d', 'one host'],
  ['DATABASE_DIRECT_URL', 'postgresql://u:hunter2@h1,h2/d', 'one host'],
  ['DATABASE_DIRECT_URL', 'postgresql://u:hunter2@h/d', 'needs DATABASE_URL'],
  ['DATABASE_URL', 'postgresql://u:hunter2@h/d', 'DARKROOM_SECRET: needed'],
  ['DARKROOM_ROLE', 'boss', 'expected all, api, worker'],
  ['DARKROOM_ROLE', 'worker', 'needs DATABASE_URL'],
  [
    'DARKROOM_ROUTE_ID_PHOTO',
    'NOBODY',
    'those whom AUTO may choose for ID_PHOTO, each once, separated by commas: JUMEI_ID_PHOTO, LOCAL',
  ],
  ['DARKROOM_ROUTE_ID_PHOTO', 'FANGTANG,LOCAL', 'separated by commas: JUMEI_ID_PHOTO, LOCAL'],
  ['DARKROOM_ROUTE_ID_PHOTO', 'LEQI', 'separated by commas: JUMEI_ID_PHOTO, LOCAL'],
  ['DARKROOM_ROUTE_RESTORATION', 'LOCAL,LOCAL', 'each once, separated by commas: FANGTANG, LOCAL'],
  ['DARKROOM_ROUTE_PAINTING', 'LOCAL', 'separated by commas: JUMEI_PAINTING'],
  ['DARKROOM_ASSETS', 's3://u:hunter2@photos', 's3://bucket or s3://bucket/prefix'],
  ['DARKROOM_ASSETS', 's3://photos/a/../b', 's3://bucket or s3://bucket/prefix'],
  ['DARKROOM_ASSETS', 's3://photos', 'DARKROOM_S3_ACCESS_KEY: needed with DARKROOM_ASSETS'],
  ['DARKROOM_S3_ENDPOINT', 'https://u:hunter2@s3.example.com', 'expected an origin'],
  ['DARKROOM_S3_SECRET_KEY', 'hunter2 hunter2', 'expected the secret of the access key'],
  ['DARKROOM_ASSET_LINKS', 'presigned', 'needs DARKROOM_ASSETS'],
  ['DARKROOM_INTROSPECTION', 'yes', 'expected on, off'],
  ['DARKROOM_GRAPHIQL', 'true', 'expected on, off'],
  ['NODE_ENV', 'prod', 'expected production, development, test'],
  ['NODE_ENV', 'Production', 'expected production, development, test'],
])('%s=%s is refused by name, with what was expected and without the value', (name, value, expected) => {
  expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
  try {
    readConfig({ [name]: value });
  } catch (error) {
    expect((error as Error).message).toContain(name);
    expect((error as Error).message).toContain(expected);
    if (name === 'DARKROOM_SECRET') expect((error as Error).message).not.toContain(value);
    for (const canary of ['hunter2', 'canary']) expect((error as Error).message).not.toContain(canary);
  }
});

test('what Kubernetes and Docker say of the services around the container is no wrong variable', () => {
  const links = {
    DARKROOM_SERVICE_HOST: '10.0.0.7',
    DARKROOM_SERVICE_PORT: '4000',
    DARKROOM_SERVICE_PORT_HTTP: '4000',
    DARKROOM_PORT: 'tcp://10.0.0.7:4000',
    DARKROOM_PORT_4000_TCP: 'tcp://10.0.0.7:4000',
    DARKROOM_PORT_4000_TCP_PROTO: 'tcp',
    DARKROOM_PORT_4000_TCP_PORT: '4000',
    DARKROOM_PORT_4000_TCP_ADDR: '10.0.0.7',
    DARKROOM_API_SERVICE_HOST: '10.0.0.8',
    DARKROOM_API_PORT: 'tcp://10.0.0.8:80',
  };
  const { port, serviceLinks } = readConfig({ ...links, POSTGRES_PORT: 'tcp://10.0.0.9:5432' });
  expect({ port, serviceLinks }).toEqual({ port: 4000, serviceLinks: Object.keys(links).sort() });
  expect(() => readConfig({ DARKROOM_SERVICE: 'x' })).toThrow(/no such variable/);
});

test('a bucket is AWS by its region, or where its endpoint says', () => {
  const keys = { DARKROOM_S3_ACCESS_KEY: 'key', DARKROOM_S3_SECRET_KEY: 'hunter2' };
  const aws = { ...keys, DARKROOM_ASSETS: 's3://photos/a/b/', DARKROOM_S3_REGION: 'eu-central-1' };
  expect(readConfig(aws).bucket).toEqual({
    bucket: 'photos',
    prefix: 'a/b/',
    endpoint: 'https://s3.eu-central-1.amazonaws.com',
    addressing: 'virtual',
    region: 'eu-central-1',
    accessKeyId: 'key',
    secretAccessKey: 'hunter2',
  });
  const own = { ...keys, DARKROOM_ASSETS: 's3://photos', DARKROOM_S3_ENDPOINT: 'http://minio:9000' };
  expect(readConfig({ ...own, DARKROOM_S3_ADDRESSING: 'path' }).bucket).toMatchObject({
    prefix: '',
    endpoint: 'http://minio:9000',
    addressing: 'path',
    region: 'us-east-1',
  });
  const both = { ...own, DARKROOM_ASSET_LINKS: 'presigned', DARKROOM_ENCRYPT_ASSETS: 'yes' };
  expect(() => readConfig(both)).toThrow(/^DARKROOM_ASSET_LINKS: presigned is of no use with DARKROOM_ENCRYPT_ASSETS/);
  expect(readConfig({}).bucket).toBeUndefined();
});

test('the key of a bucket that stands in files is read again when it is asked for, and half of one is none', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'darkroom-config-'));
  const file = path.join(folder, 'secret-key');
  const place = { DARKROOM_ASSETS: 's3://photos', DARKROOM_S3_REGION: 'eu-central-1', DARKROOM_S3_ACCESS_KEY: 'key' };
  writeFileSync(file, 'of-before\n');
  const { bucket } = readConfig({ ...place, DARKROOM_S3_SECRET_KEY_FILE: file });
  writeFileSync(file, 'of-now\n');
  expect(bucket?.keysNow?.()).toEqual({ accessKeyId: 'key', secretAccessKey: 'of-now' });
  writeFileSync(file, '');
  expect(() => bucket?.keysNow?.()).toThrow(ConfigError);
  rmSync(folder, { recursive: true });
  expect(() => bucket?.keysNow?.()).toThrow(ConfigError);
});

test('a route of the right names is taken in its order, and NODE_ENV may be empty', () => {
  expect(readConfig({ DARKROOM_ROUTE_BACKGROUND: 'LOCAL, FANGTANG', NODE_ENV: '' })).toMatchObject({
    routes: { BACKGROUND: ['LOCAL', 'FANGTANG'] },
    production: false,
  });
});

test.each([
  [{}, true, true],
  [{ NODE_ENV: 'production' }, false, false],
  [{ NODE_ENV: 'production', DARKROOM_INTROSPECTION: 'on', DARKROOM_GRAPHIQL: 'on' }, true, true],
  [{ DARKROOM_INTROSPECTION: 'off', DARKROOM_GRAPHIQL: 'off' }, false, false],
  [{ DARKROOM_TRUSTED_DOCUMENTS: 'manifest.json' }, true, false],
])('%j: introspection %s, GraphiQL %s', (environment, introspection, graphiql) => {
  expect(readConfig(environment as Record<string, string>)).toMatchObject({ introspection, graphiql });
});

test('GraphiQL, which can send nothing that is listed, is refused with trusted documents', () => {
  expect(() => readConfig({ DARKROOM_GRAPHIQL: 'on', DARKROOM_TRUSTED_DOCUMENTS: 'm.json' })).toThrow(
    /DARKROOM_GRAPHIQL: of no use/,
  );
});

test('the schemes of apps are origins too', () => {
  const origins = ['https://a.example:8443', 'capacitor://localhost', 'ionic://localhost', 'tauri://localhost'];
  const apps = [...origins, 'weapp://wx0123456789abcdef', 'chrome-extension://abcdefghijklmnop'];
  expect(readConfig({ DARKROOM_ALLOWED_ORIGINS: apps.join(', ') }).allowedOrigins).toEqual(apps);
});

test('all wrong variables are told at once', () => {
  expect(() => readConfig({ DARKROOM_PORT: 'x', DARKROOM_KEEP_RESULTS: 'y' })).toThrow(
    /DARKROOM_PORT.*\n.*DARKROOM_KEEP_RESULTS/,
  );
});

test('NAME_FILE gives the value of a file; both at once, or a file that cannot be read, are refused', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'darkroom-config-'));
  const file = path.join(folder, 'secret');
  writeFileSync(file, `${'s'.repeat(40)}\n`);
  expect(readConfig({ DARKROOM_SECRET_FILE: file }).secret).toBe('s'.repeat(40));
  expect(() => readConfig({ DARKROOM_SECRET_FILE: file, DARKROOM_SECRET: 't'.repeat(40) })).toThrow(/both set/);
  expect(() => readConfig({ DARKROOM_SECRET_FILE: path.join(folder, 'none') })).toThrow(/cannot be read/);
  rmSync(folder, { recursive: true });
});

test('a database, a secret and a role make a replica; the URL can come from a file', () => {
  const secret = 's'.repeat(40);
  const url = 'postgresql://u:p%40ss@db.example:5432/darkroom';
  expect(readConfig({ DATABASE_URL: url, DARKROOM_SECRET: secret, DARKROOM_ROLE: 'worker' })).toMatchObject({
    databaseUrl: url,
    role: 'worker',
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'darkroom-config-'));
  const file = path.join(folder, 'url');
  writeFileSync(file, `${url}\n`);
  expect(readConfig({ DATABASE_URL_FILE: file, DARKROOM_SECRET: secret })).toMatchObject({
    databaseUrl: url,
    role: 'all',
  });
  rmSync(folder, { recursive: true });
});

test.each([
  'postgresql://user@/darkroom?host=/var/run/postgresql',
  'postgresql:///darkroom?host=/run/postgresql',
  'postgresql://%2Frun%2Fpostgresql/darkroom',
])('%s, a socket, is a database too', url => {
  const secret = 's'.repeat(40);
  const read = readConfig({ DATABASE_URL: url, DATABASE_DIRECT_URL: url, DARKROOM_SECRET: secret });
  expect(read).toMatchObject({ databaseUrl: url, databaseDirectUrl: url });
});

test('a schema is migrated on the direct URL, else on the usual one, and nothing else has to be set', () => {
  const [pooled, direct] = ['postgresql://pooler/d', 'postgresql://server/d'];
  expect(readMigrationUrl({ DATABASE_URL: pooled })).toEqual({ variable: 'DATABASE_URL', url: pooled });
  expect(readMigrationUrl({ DATABASE_URL: pooled, DATABASE_DIRECT_URL: direct })).toEqual({
    variable: 'DATABASE_DIRECT_URL',
    url: direct,
  });
  expect(() => readMigrationUrl({})).toThrow(ConfigError);
  expect(() => readMigrationUrl({ DATABASE_URL: 'nonsense' })).toThrow(/DATABASE_URL: expected a URL/);
});

test('.env.example lists every variable', () => {
  const listed = readFileSync(path.join(ROOT, '.env.example'), 'utf8');
  const names = [
    ...Object.keys(VARIABLES).filter(name => name !== 'NODE_ENV'),
    ...Object.keys(CONFIGURABLE.variables),
    ...Object.keys(CONFIGURABLE.routes).map(operation => `DARKROOM_ROUTE_${operation}`),
  ];
  expect(names.length).toBeGreaterThan(8);
  expect(names.filter(name => !listed.includes(name))).toEqual([]);
});
