import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Client, createClient } from 'graphql-ws';
import sharp from 'sharp';
import { WebSocket } from 'ws';
import { KeyService } from '../src/access/key-service.js';
import { ALL_SCOPES } from '../src/access/scopes.js';
import { COMMAND } from '../src/audit/acts.js';
import { INBOX } from '../src/audit/audit.js';
import { ROOT } from '../src/kernel/paths.js';
import type { Database } from '../src/store/database.js';
import { migrate } from '../src/store/migrate.js';

export const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
/** A photo that is taken, and whose task fails: there is no face. */
export const wall = (side = 400) =>
  sharp({ create: { width: side, height: side, channels: 3, background: 'grey' } })
    .jpeg()
    .toBuffer();
export const SECRET = 'a secret that the tests of tokens know';

export const CREATE = `mutation ($photo: String!) {
  task: createIdPhoto(input: { photo: { base64: $photo }, specId: "yi-cun-295x413", reference: "order 7", labels: ["east"] }) { id }
}`;
export const USE = `mutation ($photo: String!, $key: String) {
  task: usePhotoLink(input: { photo: { base64: $photo }, idempotencyKey: $key }) { id state reference labels }
}`;
export const LINK = 'operation: { idPhoto: { specId: "yi-cun-295x413" } }';

export const KEYS = {
  all: ALL_SCOPES,
  /** What a shop's server needs to give out links and tokens. */
  shop: ['photos:create', 'tasks:read', 'tokens:create'],
  /** It may make tokens of what it may not do itself. */
  poor: ['tokens:create'],
} as const;
export type Keys = Record<keyof typeof KEYS | 'school', string>;

/** Keys on a database that no server has open. */
export async function makeKeys(database: Database): Promise<Keys> {
  await migrate(database);
  const service = new KeyService(database, INBOX);
  await service.createTenant({ id: 'north-school', name: 'North School' }, COMMAND);
  const make = async (name: string, scopes: readonly string[], tenantId?: string) =>
    (await service.createKey({ name, scopes, tenantId }, COMMAND)).secret;
  return {
    all: await make('all', KEYS.all),
    shop: await make('shop', KEYS.shop),
    poor: await make('poor', KEYS.poor),
    school: await make('school', ALL_SCOPES, 'north-school'),
  };
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  data: Record<string, any> | null;
  codes: string[];
}

/** @param token an API key, a task token or a photo link */
export async function ask(url: string, token: string | undefined, query: string, variables = {}): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data = null, errors = [] } = (await response.json()) as {
    data?: Answer['data'];
    errors?: { extensions: { code: string } }[];
  };
  return { status: response.status, data, codes: errors.map(({ extensions }) => extensions.code) };
}

/** Its token and its id. */
export async function makeLink(
  url: string,
  key: string,
  input = LINK,
): Promise<{ token: string; photoLink: { id: string } }> {
  const { data, codes } = await ask(
    url,
    key,
    `mutation { made: createPhotoLink(input: { ${input} }) { token photoLink { id } } }`,
  );
  expect(codes).toEqual([]);
  return data!.made;
}

export async function makeTaskToken(url: string, key: string, taskId: string): Promise<string> {
  const { data } = await ask(url, key, `mutation { made: createTaskToken(taskId: "${taskId}") { token } }`);
  return data!.made.token;
}

export function use(url: string, link: string, photo: Buffer = PORTRAIT, key: string | null = null): Promise<Answer> {
  return ask(url, link, USE, { photo: photo.toString('base64'), key });
}

export function socket(url: string, token: string): Client {
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${token}` },
  });
}

/** Everything that a subscription tells, to its end. */
export async function follow(url: string, token: string, query: string): Promise<Answer['data'][]> {
  const client = socket(url, token);
  const told: Answer['data'][] = [];
  try {
    for await (const { data, errors } of client.iterate({ query }))
      told.push((data as Answer['data']) ?? { codes: errors!.map(({ extensions }) => extensions!.code) });
  } catch (errors) {
    if (!Array.isArray(errors)) throw errors;
    told.push({ codes: errors.map(({ extensions }) => extensions.code) });
  } finally {
    await client.dispose();
  }
  return told;
}

/** The last state of a task. */
export async function ended(url: string, token: string, taskId: string): Promise<string> {
  const told = await follow(url, token, `subscription { taskUpdated(id: "${taskId}") { state } }`);
  return told.at(-1)!.taskUpdated.state;
}

/** How the server closes a socket that shows this. */
export function closeOf(url: string, token: string): { opened: Promise<void>; closed: Promise<number> } {
  const raw = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  raw.on('open', () =>
    raw.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
  );
  return {
    opened: new Promise(resolve => raw.once('message', () => resolve())),
    closed: new Promise(resolve => raw.once('close', code => resolve(code))),
  };
}
