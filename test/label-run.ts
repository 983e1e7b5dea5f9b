import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type {
  Answer,
  Call,
  Capability,
  DataSource,
  JobContext,
  MadePicture,
  Operation,
} from '../datasources/contract.js';
import { openLocal } from '../datasources/registry.js';
import { ANYONE } from '../src/audit/acts.js';
import { Engine } from '../src/engine/engine.js';
import { type AigcLabel, aigcText, newAigcLabel, readAigcLabel } from '../src/kernel/aigc.js';
import { ROOT } from '../src/kernel/paths.js';
import type { Task } from '../src/store/task.js';
import { readByBoth } from './label-readers.js';
import { openTaskHouse, type TaskHouse, TENANT } from './task-house.js';

/** Who hands the pictures on, in this run. */
const PROVIDER = '001191110102MAD55U9H0F10002';
const FORMATS = ['jpeg', 'png', 'webp'] as const;
type Format = (typeof FORMATS)[number];

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));

/** How a label stands in an upload. Each is legal where it stands, or is found in the wild. */
const WRITTEN = {
  element: (json: string) =>
    xmp(`<rdf:Description ${TC260}><TC260:AIGC>${escaped(json)}</TC260:AIGC></rdf:Description>`),
  attribute: (json: string) =>
    xmp(`<rdf:Description ${TC260} TC260:AIGC="${escaped(json).replaceAll('"', '&quot;')}"/>`),
  prefix: (json: string) =>
    xmp(
      `<rdf:Description xmlns:a="http://www.tc260.org.cn/ns/AIGC/1.0/"><a:AIGC>${escaped(json)}</a:AIGC></rdf:Description>`,
    ),
};
export const WAYS = [...Object.keys(WRITTEN), 'comment'] as const;
const TC260 = 'rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"';
const RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"';
const xmp = (inner: string) => `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${RDF}>${inner}</rdf:RDF></x:xmpmeta>`;
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A vendor of everything: what it sends back carries no label, in a format of its own. What it is sent is kept. */
class Vendor implements DataSource {
  readonly sandbox = false;
  /** It stands beside us, so it can fetch a photo by its link. */
  readonly origins = ['http://127.0.0.1'];
  readonly limits = { concurrency: 4, requestsPerSecond: 1_000 };
  readonly sent: { label: AigcLabel; bytes: Uint8Array }[] = [];
  readonly capabilities;

  constructor(
    readonly vendor: 'LEQI' | 'FANGTANG',
    private readonly format: () => Format,
    private readonly about: () => AigcLabel,
  ) {
    const capability = {
      bills: false,
      parts: () => 1,
      units: () => 0,
      fit: () => ({ refused: [], ignored: [] }),
      submit: (call: Call<Operation>, context: JobContext) => this.make(call, context),
      photoLimits: { maxSide: 400, maxBytes: 100_000 },
    } as unknown as Capability<'ID_PHOTO'> &
      Capability<'RELEASE'> &
      Capability<'RESTORATION'> &
      Capability<'BACKGROUND'>;
    this.capabilities = { ID_PHOTO: capability, RELEASE: capability, RESTORATION: capability, BACKGROUND: capability };
  }

  private async make({ operation, photos }: Call<Operation>, context: JobContext): Promise<Answer> {
    if ('photo' in photos) {
      this.sent.push({ label: this.about(), bytes: await context.photo(photos.photo) });
      await context.photoUrl(photos.photo);
    }
    const from = { url: `https://vendor.example/${this.format()}` };
    const previews = ['PREVIEW', 'SHEET_PREVIEW'].map(role => ({ role, from, vendorRef: 'v', index: 0 }));
    const made = operation === 'ID_PHOTO' ? previews : ['CLEAN', 'SHEET'].map(role => ({ role, from, index: 0 }));
    return { state: 'DONE', billed: 'NO', pictures: made as MadePicture[] };
  }
}

/** What is done with an upload: every picture that comes of it has to carry the label. */
type Way = (act: Acts, assetId: string) => Promise<unknown>;
const ID_PHOTO = { customSize: { widthPx: 295, heightPx: 413 }, dpi: 300 } as const;
const OPERATIONS: Record<string, { portrait: boolean; way: Way }> = {
  'upload alone': { portrait: false, way: async () => {} },
  'ID photos and a print sheet of one': {
    portrait: true,
    way: async (act, assetId) => {
      const backgrounds = [{ color: 'blue' }, { color: 'transparent' }];
      const made = await act.create('ID_PHOTO', { photo: { assetId }, ...ID_PHOTO, backgrounds, vendor: 'LOCAL' });
      await act.create('PRINT_SHEET', { items: [{ assetId: made.result!.pictures[0]!.assetId }] });
    },
  },
  'an ID photo of a few KB, and one of it': {
    portrait: true,
    way: async (act, assetId) => {
      const small = { ...ID_PHOTO, fileSize: { minKb: 14, maxKb: 20 }, vendor: 'LOCAL' } as const;
      const made = await act.create('ID_PHOTO', { photo: { assetId }, ...small });
      act.small.push(made.result!.pictures[0]!.assetId);
      await act.create('BACKGROUND', {
        photo: { assetId: made.result!.pictures[0]!.assetId },
        background: { color: 'red' },
        vendor: 'LOCAL',
      });
    },
  },
  'another background, transparent, and a restoration by a vendor of that': {
    portrait: true,
    way: async (act, assetId) => {
      const background = { color: 'transparent' };
      const made = await act.create('BACKGROUND', { photo: { assetId }, background, vendor: 'LOCAL' });
      await act.create('RESTORATION', {
        photo: { assetId: made.result!.pictures[0]!.assetId },
        steps: 'SR',
        vendor: 'FANGTANG',
      });
    },
  },
  'a restoration': {
    portrait: false,
    way: (act, assetId) => act.create('RESTORATION', { photo: { assetId }, steps: 'SR_REPAIR', vendor: 'LOCAL' }),
  },
  'previews of a vendor, and their release after the photo is gone': {
    portrait: false,
    way: async (act, assetId) => {
      const made = await act.create('ID_PHOTO', { photo: { assetId }, ...ID_PHOTO, vendor: 'LEQI' });
      await act.house.assets.purge(TENANT, [assetId]);
      const [photo] = await act.house.tasks.photosOf(TENANT, [made.id]);
      await act.create('RELEASE', { photoIds: [photo!.id] });
    },
  },
  'a background of a vendor, coloured by it': {
    portrait: false,
    way: async (act, assetId) => {
      const made = await act.create('BACKGROUND', {
        photo: { assetId },
        background: { color: 'red' },
        vendor: 'FANGTANG',
      });
      await act.create('RESTORATION', {
        photo: { assetId: made.result!.pictures[0]!.assetId },
        steps: 'SR_REPAIR_COLOR',
        vendor: 'FANGTANG',
      });
    },
  },
};

interface Acts {
  house: TaskHouse;
  /** Assets that have to stay within 20 KB, label and all. */
  small: string[];
  create(operation: Operation, request: object): Promise<Task>;
}

export interface LabelRun {
  uploads: number;
  pictures: number;
  /** What was done, of which a reader did not find the label, or not this one. */
  lost: string[];
}

/** `count` labelled pictures, each through an operation in turn, and everything that comes of it read by both readers. */
export async function runLabels(count: number, from = 0): Promise<LabelRun> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-labels-'));
  const engine = new Engine({ workers: 1, log: { info() {}, warn() {} } });
  let turn = 0;
  let label = newAigcLabel('', '');
  const results = await vendorPictures();
  const vendors = (['LEQI', 'FANGTANG'] as const).map(
    vendor =>
      new Vendor(
        vendor,
        () => FORMATS[turn++ % FORMATS.length]!,
        () => label,
      ),
  );
  const house = await openTaskHouse(
    {
      download: async url => ({ bytes: results[url.split('/').at(-1) as Format] }),
      receive: engine.receive.bind(engine),
      label: engine.label.bind(engine),
      normalise: engine.normalise.bind(engine),
      fit: engine.fit.bind(engine),
    },
    {},
    { aigcProvider: PROVIDER },
  );
  const { operations, runner } = house.withSources(...vendors, openLocal(engine));
  runner.start();
  try {
    const act: Acts = {
      house,
      small: [],
      create: async (operation, request) => {
        const { id } = await operations.create(TENANT, operation, request as never, ANYONE);
        const task = await ended(house, id);
        if (task.state !== 'SUCCEEDED') throw new Error(`${operation}: ${task.state} ${JSON.stringify(task.failure)}`);
        return task;
      },
    };
    const check = new Check(house, folder);
    const names = Object.keys(OPERATIONS);
    for (let at = from; at < from + count; at++) {
      const name = names[at % names.length]!;
      const { portrait, way } = OPERATIONS[name]!;
      label = makeLabel(at);
      const format = FORMATS[Math.floor(at / names.length) % FORMATS.length]!;
      const written = WAYS[Math.floor(at / names.length / FORMATS.length) % WAYS.length]!;
      const { id } = await house.assets.storeUpload(
        TENANT,
        await labelledUpload(at, { portrait, format, written, label }),
        ANYONE,
      );
      const expected = { ...label, ContentPropagator: PROVIDER, PropagateID: id, ReservedCode2: '' };
      await check.before(id, expected, `${at}: ${format} ${written}, ${name}`);
      await way(act, id);
      await check.add(expected, `${at}: ${format} ${written}, ${name}`);
      for (const { bytes } of vendors.flatMap(({ sent }) => sent.splice(0)))
        await check.addFile(bytes, expected, `${at}: ${format} ${written}, ${name}: as sent to the vendor`);
      if (at % 50 === 49) await check.read();
    }
    await check.read();
    await check.small(act.small);
    return { uploads: count, pictures: check.pictures, lost: check.lost };
  } finally {
    await runner.stop(0);
    await house.close();
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** However busy the machine is. */
async function ended(house: TaskHouse, id: string): Promise<Task> {
  for await (const task of await house.tasks.watch(TENANT, id)) if (task.endedAt !== null) return task;
  throw new Error('the task never ended');
}

/** Compares what both readers find, and what the row says, with what has to be there. */
class Check {
  pictures = 0;
  readonly lost: string[] = [];
  private readonly seen = new Set<string>();
  private waiting: { file: string; expected: AigcLabel; what: string }[] = [];

  constructor(
    private readonly house: TaskHouse,
    private readonly folder: string,
  ) {}

  before(id: string, expected: AigcLabel, what: string): Promise<void> {
    return this.addAssets([id], expected, what);
  }

  /** Every asset that there is now and was not before. */
  async add(expected: AigcLabel, what: string): Promise<void> {
    const rows = await this.house.database.query<{ id: string }>('select id from assets where purged_at is null');
    await this.addAssets(
      rows.map(({ id }) => id),
      expected,
      what,
    );
  }

  private async addAssets(ids: readonly string[], expected: AigcLabel, what: string): Promise<void> {
    const fresh = ids.filter(id => !this.seen.has(id));
    for (const row of await this.house.assets.find(TENANT, fresh)) {
      this.seen.add(row.id);
      if (!row.aiLabel || row.aigc?.length !== 1 || aigcText(row.aigc[0]!) !== aigcText(expected))
        this.lost.push(`${what}: the row says ${JSON.stringify(row.aigc)}`);
      await this.addFile(await this.house.assets.bytesOf(TENANT, row.id), expected, what);
    }
  }

  async addFile(bytes: Uint8Array, expected: AigcLabel, what: string): Promise<void> {
    const { format } = await sharp(bytes).metadata();
    const file = path.join(this.folder, `${this.pictures++}.${format === 'jpeg' ? 'jpg' : format}`);
    await writeFile(file, bytes);
    this.waiting.push({ file, expected, what });
  }

  async read(): Promise<void> {
    const waiting = this.waiting.splice(0);
    const read = await readByBoth(waiting.map(({ file }) => file));
    for (const [index, { expected, what, file }] of waiting.entries()) {
      for (const [reader, found] of Object.entries(read[index]!))
        if (aigcText(readAigcLabel(found) ?? found) !== aigcText(expected))
          this.lost.push(`${what} (${path.extname(file)}): ${reader} finds ${JSON.stringify(found)}`);
      await rm(file);
    }
  }

  async small(ids: readonly string[]): Promise<void> {
    for (const { id, bytes } of await this.house.assets.find(TENANT, ids))
      if (bytes > 20_480) this.lost.push(`${id} has ${bytes} bytes`);
  }
}

const MAKERS = ['杭州某某科技有限公司', '001191440300708461136T1XGW3', 'Maker <&> "one" \'two\'', '画'.repeat(60)];

function makeLabel(at: number): AigcLabel {
  const label = { ...newAigcLabel(MAKERS[at % MAKERS.length]!, `content-${at}`), Label: String((at % 3) + 1) };
  if (at % 5 === 0)
    return { ...label, ReservedCode1: 'c2lnbmF0dXJl'.repeat(20), SecurityData: { Type: 'SM2', Bindings: ['hash'] } };
  return { ...label, ContentPropagator: 'somebody before us', PropagateID: `before-${at}`, ReservedCode2: 'x' };
}

async function labelledUpload(
  at: number,
  { portrait, format, written, label }: { portrait: boolean; format: Format; written: string; label: AigcLabel },
): Promise<Buffer> {
  const plain = portrait
    ? sharp(PORTRAIT)
    : sharp({ create: { width: 160 + (at % 7), height: 120, channels: 3, background: '#8a6' } });
  const json = aigcText(label);
  if (written !== 'comment')
    return plain
      .withXmp(WRITTEN[written as keyof typeof WRITTEN](json))
      .toFormat(format)
      .toBuffer();
  // Texts of EXIF are ASCII; JSON has a way to write the rest.
  const ascii = json.replace(/[^\x20-\x7e]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return plain
    .withExif({ IFD0: { ImageDescription: `{"AIGC":${ascii}}` } })
    .toFormat(format)
    .toBuffer();
}

async function vendorPictures(): Promise<Record<Format, Buffer>> {
  const picture = sharp(PORTRAIT).resize(295, 413);
  const [jpeg, png, webp] = await Promise.all(FORMATS.map(format => picture.clone().toFormat(format).toBuffer()));
  return { jpeg: jpeg!, png: png!, webp: webp! };
}
