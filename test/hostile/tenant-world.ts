import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { KeyService } from '../../src/access/key-service.js';
import { ALL_SCOPES } from '../../src/access/scopes.js';
import { COMMAND } from '../../src/audit/acts.js';
import { INBOX } from '../../src/audit/audit.js';
import { writeCursor } from '../../src/kernel/cursor.js';
import { newId } from '../../src/kernel/ids.js';
import { LIMITS } from '../../src/kernel/limits.js';
import { ROOT } from '../../src/kernel/paths.js';
import type { Database } from '../../src/store/database.js';
import { openPglite } from '../../src/store/drivers/pglite.js';
import { migrate } from '../../src/store/migrate.js';
import { type ServerProcess, spawnServer, temporaryFolder } from '../running-server.js';
import { startReceiver } from '../webhook-receiver.js';
import type { IdKind } from './schema-ids.js';

/** Whose objects are tried; the other tenant tries. */
export const OWNER = 'owner';
export const OTHER = 'other';

const PORTRAIT = path.join(ROOT, 'test', 'fixtures', 'astronaut.png');
const log = pino({ level: 'silent' });

// biome-ignore lint/suspicious/noExplicitAny: each place knows what it asked for
export type Data = Record<string, any>;

/** One server with two tenants; the first has one object of each kind. */
export class TenantWorld {
  /** Of the owner, by kind. */
  readonly ids = new Map<IdKind, string>();
  /** Of the same form as each of them, and of nobody. */
  readonly nobodys = new Map<IdKind, string>();
  #server: ServerProcess | undefined;

  private constructor(
    private readonly folder: { path: string; remove(): Promise<void> },
    readonly keys: Readonly<Record<typeof OWNER | typeof OTHER, string>>,
    private readonly receiver: Awaited<ReturnType<typeof startReceiver>>,
  ) {}

  static async open(): Promise<TenantWorld> {
    const folder = await temporaryFolder();
    const database = await openPglite({ directory: folder.path, log });
    await migrate(database);
    const service = new KeyService(database, INBOX);
    const keys = { [OWNER]: '', [OTHER]: '' };
    // `admin` reaches beyond its own tenant, by design.
    const scopes = ALL_SCOPES.filter(scope => scope !== 'admin');
    for (const tenantId of [OWNER, OTHER] as const) {
      await service.createTenant({ id: tenantId, name: tenantId }, COMMAND);
      keys[tenantId] = (await service.createKey({ name: 'all', scopes, tenantId }, COMMAND)).secret;
    }
    await database.close();
    const world = new TenantWorld(folder, keys, await startReceiver());
    await world.start();
    return world;
  }

  get url(): string {
    return this.#server!.url;
  }

  async start(): Promise<void> {
    this.#server = await spawnServer(this.folder.path, {
      DARKROOM_SANDBOX: 'on',
      // The walk asks as fast as it can, and is not about rates.
      DARKROOM_KEY_OPERATIONS_PER_MINUTE: String(LIMITS.rate.maxOperations),
      DARKROOM_TENANT_OPERATIONS_PER_MINUTE: String(LIMITS.rate.maxOperations),
      DARKROOM_WEBHOOK_ORIGINS: this.receiver.origin,
    });
  }

  /** @returns its log */
  async stop(): Promise<string> {
    await this.#server!.kill('SIGTERM');
    return this.#server!.log();
  }

  async close(): Promise<void> {
    await this.#server?.kill('SIGKILL');
    await this.receiver.close();
    await this.folder.remove();
  }

  async ask(who: keyof TenantWorld['keys'], query: string, variables = {}): Promise<Data> {
    const text = await this.send(who, query, variables);
    const { data, errors } = JSON.parse(text) as { data: Data; errors?: unknown };
    if (errors) throw new Error(`${query}: ${JSON.stringify(errors)}`);
    return data;
  }

  /** The answer as it came, with its status before it. */
  async send(who: keyof TenantWorld['keys'], query: string, variables = {}): Promise<string> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.keys[who]}` },
      body: JSON.stringify({ query, variables }),
    });
    return response.text();
  }

  /** Gives the owner one of everything, and the other one a photo. @returns that photo's id */
  async fill(): Promise<{ assetId: string }> {
    const made = await this.#makeTasks();
    const hook = await this.ask(
      OWNER,
      'mutation ($url: String!) { createWebhook(input: { url: $url }) { webhook { id } } }',
      {
        url: `${this.receiver.url}`,
      },
    );
    const webhook = hook.createWebhook.webhook.id as string;
    const sent = await this.ask(OWNER, 'mutation ($id: ID!) { testWebhook(id: $id) { id createdAt } }', {
      id: webhook,
    });
    await this.receiver.until(1);
    const { createPhotoLink } = await this.ask(
      OWNER,
      'mutation { createPhotoLink(input: { operation: { restoration: { steps: SR } } }) { photoLink { id } } }',
    );
    const link = createPhotoLink.photoLink.id as string;
    const { erase } = await this.ask(OWNER, 'mutation { erase(reference: "owner erased") { jws } }');
    await this.ask(OWNER, 'mutation { withdrawConsent(reference: "owner withdrawn") { id } }');
    const { viewer } = await this.ask(OWNER, '{ viewer { id } }');
    const lists = await this.ask(
      OWNER,
      `{ tasks(first: 1) { edges { cursor } } webhookDeliveries(first: 1) { edges { cursor } } auditTrail(first: 1) { edges { cursor } } photoLinks(first: 1) { edges { cursor } } auditCheck { end } }`,
    );
    const cursorOf = (list: string) => lists[list].edges[0].cursor as string;
    const timeOf = (cursor: string) => Buffer.from(cursor, 'base64url').toString().split(' ')[0]!;
    const taskCursor = cursorOf('tasks');
    const deliveryCursor = cursorOf('webhookDeliveries');
    const linkCursor = cursorOf('photoLinks');
    const pairs: Record<IdKind, [own: string, nobodys: string]> = {
      ...made,
      webhook: [webhook, newId('webhook')],
      delivery: [sent.testWebhook.id, newId('delivery')],
      key: [viewer.id, newId('key')],
      link: [link, newId('link')],
      linkCursor: [linkCursor, writeCursor({ createdAt: timeOf(linkCursor), id: newId('link') })],
      tenant: [OWNER, 'nobody'],
      reference: ['owner reference', 'nobodys reference'],
      consent: ['owner consent', 'nobodys consent'],
      withdrawn: ['owner withdrawn', 'nobodys withdrawn'],
      receipt: [erase.jws, `${erase.jws.slice(0, -8)}AAAAAAAA`],
      label: ['owner label', 'nobodys label'],
      idempotencyKey: ['owner idempotency', 'nobodys idempotency'],
      actor: [viewer.id, newId('key')],
      subject: ['owner@example.com', 'nobody@example.com'],
      taskCursor: [taskCursor, writeCursor({ createdAt: timeOf(taskCursor), id: newId('task') })],
      deliveryCursor: [deliveryCursor, writeCursor({ createdAt: timeOf(deliveryCursor), id: newId('delivery') })],
      auditEnd: [lists.auditCheck.end, `nobody:1:${'0'.repeat(64)}`],
      auditCursor: [cursorOf('auditTrail'), Buffer.from('9999').toString('base64url')],
    };
    for (const [kind, [own, nobodys]] of Object.entries(pairs) as [IdKind, [string, string]][]) {
      this.ids.set(kind, own);
      this.nobodys.set(kind, nobodys);
    }
    return { assetId: await this.upload(OTHER) };
  }

  /** A task that has ended with a preview, one whose charge is in doubt, one that was erased, one whose consent was withdrawn. */
  async #makeTasks(): Promise<Pick<Record<IdKind, [string, string]>, 'task' | 'asset' | 'photo'>> {
    const assetId = await this.upload(OWNER);
    const create = (input: object) =>
      this.ask(OWNER, 'mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input) { id } }', {
        input: { photo: { assetId }, specId: 'yi-cun-295x413', ...input },
      }).then(({ createIdPhoto }) => createIdPhoto.id as string);
    const consent = (reference: string) => ({ reference, purpose: 'owner purpose', noticeVersion: '1' });
    const ended = await create({
      vendor: 'LEQI',
      reference: 'owner reference',
      labels: ['owner label'],
      idempotencyKey: 'owner idempotency',
      consent: consent('owner consent'),
    });
    const others = [await create({ reference: 'owner erased' }), await create({ consent: consent('owner withdrawn') })];
    for (const id of [ended, ...others]) await this.#until(id, 'SUCCEEDED');
    const face = await this.ask(OWNER, `mutation ($input: VerifyFaceInput!) { verifyFace(input: $input) { id } }`, {
      input: {
        ...{ name: '试未知', idNumber: '110101190001010014', vendor: 'SANDBOX', photo: { assetId } },
        consent: consent('owner consent'),
      },
    });
    await this.#until(face.verifyFace.id, 'FAILED');
    const { task } = await this.ask(
      OWNER,
      'query ($id: ID!) { task(id: $id) { ... on IdPhotoTask { photos { id } } } }',
      {
        id: ended,
      },
    );
    return {
      task: [face.verifyFace.id, newId('task')],
      asset: [assetId, newId('asset')],
      photo: [task.photos[0].id, newId('photo')],
    };
  }

  async upload(who: keyof TenantWorld['keys']): Promise<string> {
    const form = new FormData();
    const query = 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id } }';
    form.set('operations', JSON.stringify({ query, variables: { file: null } }));
    form.set('map', '{"0":["variables.file"]}');
    form.set('0', new Blob([readFileSync(PORTRAIT)]), 'photo.png');
    const headers = { authorization: `Bearer ${this.keys[who]}`, 'graphql-require-preflight': '1' };
    const response = await fetch(`${this.url}/graphql`, { method: 'POST', headers, body: form });
    return ((await response.json()) as Data).data.uploadPhoto.id;
  }

  async #until(id: string, state: string): Promise<void> {
    for (let tries = 0; tries < 4_000; tries++) {
      const { task } = await this.ask(OWNER, 'query ($id: ID!) { task(id: $id) { state } }', { id });
      if (task.state === state) return;
      await new Promise(resolve => setTimeout(resolve, 25));
    }
    throw new Error(`a task did not become ${state}`);
  }

  /**
   * Makes the owner's task one that waits for a person, as a call does whose answer was lost: of an ended task there is
   * little to change. The server has to be stopped.
   */
  async park(): Promise<void> {
    const database = await openPglite({ directory: this.folder.path, log });
    await database.query(
      `update tasks set state = 'NEEDS_REVIEW', waiting_on = 'OPERATOR', failure = null, ended_at = null where id = $1`,
      [this.ids.get('task')],
    );
    await database.close();
  }

  /** Every row of the owner, and every file that one of them names; the server has to be stopped. */
  async possessions(): Promise<Map<string, string>> {
    const database = await openPglite({ directory: this.folder.path, log });
    try {
      const found = new Map(await rowsOf(database, OWNER));
      const pictures = await database.query<{ id: string }>(
        'select id from assets where tenant_id = $1 and purged_at is null',
        [OWNER],
      );
      const files = this.#files();
      for (const { id } of pictures) {
        const file = files.find(each => path.basename(each) === id);
        found.set(
          `picture ${id}`,
          file === undefined ? 'gone' : createHash('sha256').update(readFileSync(file)).digest('hex'),
        );
      }
      return found;
    } finally {
      await database.close();
    }
  }

  #files(): string[] {
    return readdirSync(path.join(this.folder.path, 'assets'), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => path.join(entry.parentPath, entry.name));
  }
}

/** The rows of one tenant, each table as one text: those with its name, and those of its tasks. */
async function rowsOf(database: Database, tenantId: string): Promise<[string, string][]> {
  const columns = await database.query<{ table: string; column: string }>(
    `select table_name as "table", column_name as "column" from information_schema.columns
     where table_schema = 'public' and column_name in ('tenant_id', 'task_id') order by 1, 2`,
  );
  const tenants = await database.query<{ row: string }>(
    'select to_jsonb(t)::text as row from tenants t where id = $1',
    [tenantId],
  );
  const found: [string, string][] = [['table tenants', tenants.map(({ row }) => row).join('\n')]];
  for (const table of new Set(columns.map(({ table }) => table))) {
    const own = columns.some(each => each.table === table && each.column === 'tenant_id');
    const where = own ? 'tenant_id = $1' : 'task_id in (select id from tasks where tenant_id = $1)';
    const rows = await database.query<{ row: string }>(
      `select to_jsonb(t)::text as row from ${table} t where ${where} order by 1`,
      [tenantId],
    );
    found.push([`table ${table}`, rows.map(({ row }) => row).join('\n')]);
  }
  return found;
}
