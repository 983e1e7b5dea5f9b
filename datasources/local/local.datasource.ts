import type { Engine } from '../../src/engine/engine.js';
import type { RenderedPhoto } from '../../src/engine/photo.js';
import { type CheckCode, missesOf, type PhotoCheck } from '../../src/engine/report.js';
import { DarkroomError } from '../../src/kernel/errors.js';
import { LIMITS } from '../../src/kernel/limits.js';
import type {
  Answer,
  Call,
  Capabilities,
  Capability,
  DataSource,
  IdPhotoJob,
  JobContext,
  MadePicture,
  Operation,
  RestorationJob,
} from '../contract.js';

/** Our own image engine behind the contract that the vendors have. It costs nothing, so lost work simply runs again. */
export class LocalDataSource implements DataSource {
  readonly vendor = 'LOCAL';
  readonly sandbox = false;
  readonly inProcess = true;
  readonly origins = [];
  /** What waits for a free image worker keeps its lease by heartbeat. */
  readonly limits = { concurrency: LIMITS.task.concurrency, requestsPerSecond: 1_000 };
  readonly capabilities: Capabilities;

  constructor(private readonly engine: Engine) {
    this.capabilities = {
      ID_PHOTO: { ...FREE, fit: fitIdPhoto, submit: (call, context) => this.idPhoto(call, context) },
      PHOTO_CHECK: { ...FREE, submit: (call, context) => this.checkPhoto(call, context) },
      RELEASE: { ...FREE, submit: (call, context) => this.release(call, context) },
      RESTORATION: { ...FREE, fit: fitRestoration, submit: (call, context) => this.restore(call, context) },
      BACKGROUND: { ...FREE, submit: (call, context) => this.changeBackground(call, context) },
      PRINT_SHEET: { ...FREE, submit: (call, context) => this.printSheet(call, context) },
    };
  }

  /** The analysis is kept by the photo's asset id, so the next spec or colour of the same upload skips it. */
  private async idPhoto({ job, photos: { photo } }: Call<'ID_PHOTO'>, context: JobContext): Promise<Answer> {
    const bytes = () => context.photo(photo);
    const { options } = job;
    context.report('ANALYZING', 5);
    const level = options.edit !== 'NONE' && options.level !== false;
    await this.engine.analyse(photo, bytes, context.signal, level);
    context.report('RENDERING', 60);
    const count = options.backgrounds.length;
    let rendered = 0;
    const made =
      options.edit === 'NONE'
        ? [await this.engine.renderUnedited(photo, bytes, () => context.original(photo), options, context.signal)]
        : await this.engine.render(photo, bytes, options, context.signal, () => {
            rendered += 1;
            if (rendered < count) context.report('RENDERING', 60 + Math.round((30 * rendered) / count));
          });
    const misses = made.flatMap(({ report }) => missesOf(report)).filter(({ source }) => source === 'RULE');
    if (job.requiresRules) {
      refuseMisses(misses);
      if (options.edit !== 'NONE') refuseLowCutOut(made);
    }
    // A crop alone can place the head, and nothing else.
    else if (options.edit === 'NONE') refuseMisses(misses.filter(({ code }) => PLACED.has(code)));
    const pictures = made.map(async (each, index): Promise<MadePicture[]> => {
      const { bytes: picture, dpi, matteQuality, geometry, warnings, report, proof } = each;
      const measured = { matteQuality, geometry, warnings, report, ...(proof === undefined ? {} : { proof }) };
      const clean: MadePicture = { role: 'CLEAN', from: { bytes: picture }, dpi, index, measured };
      if (job.release !== 'LATER') return [clean];
      const preview = await this.engine.watermark(picture, PREVIEW_TEXT, context.signal);
      return [
        { role: 'PREVIEW', from: { bytes: preview.bytes }, dpi, index, watermarked: true },
        { ...clean, held: true },
      ];
    });
    return done((await Promise.all(pictures)).flat());
  }

  /** The analysis is that of an ID photo of the same upload, where one was made or is made next. */
  private async checkPhoto({ job, photos: { photo } }: Call<'PHOTO_CHECK'>, context: JobContext): Promise<Answer> {
    context.report('ANALYZING', 5);
    const [bytes, original] = [() => context.photo(photo), () => context.original(photo)];
    return {
      ...done([]),
      facts: { report: await this.engine.check(photo, bytes, original, job.options, context.signal) },
    };
  }

  /** The photo itself was made with its preview: what is paid for by now has nothing left that can fail. */
  private async release({ job }: Call<'RELEASE'>, context: JobContext): Promise<Answer> {
    const pictures = job.photos.map(async ({ vendorRef, wanted }, index): Promise<MadePicture> => {
      const dpi = wanted === undefined ? {} : { dpi: wanted.dpi };
      return { role: 'CLEAN', from: { bytes: await context.photo(vendorRef) }, ...dpi, index };
    });
    return done(await Promise.all(pictures));
  }

  /** The network takes at most 2 megapixels. A scan of an old print has few real details beyond that. */
  private async restore({ job, photos }: Call<'RESTORATION'>, context: JobContext): Promise<Answer> {
    context.report('RENDERING', 10);
    const photo = await context.photo(photos.photo);
    let { bytes } = await this.engine.fit(
      photo,
      { maxSide: Math.floor(Math.sqrt(LIMITS.engine.superResolution.pixels)) },
      context.signal,
    );
    const reduced = bytes.byteLength !== photo.byteLength;
    if (job.steps === 'SR_REPAIR') {
      bytes = (await this.engine.repair(bytes, context.signal)).bytes;
      context.report('RENDERING', 40);
    }
    const { bytes: restored } = await this.engine.superResolve(bytes, context.signal);
    return {
      ...done([{ role: 'CLEAN', from: { bytes: restored } }]),
      ...(reduced ? { facts: { warnings: ['REDUCED'] } } : {}),
    };
  }

  private async changeBackground({ job, photos }: Call<'BACKGROUND'>, context: JobContext): Promise<Answer> {
    context.report('RENDERING', 10);
    const { bytes } = await this.engine.changeBackground(
      photos.photo,
      () => context.photo(photos.photo),
      job.background,
      context.signal,
    );
    return done([{ role: 'CLEAN', from: { bytes } }]);
  }

  private async printSheet({ job, photos }: Call<'PRINT_SHEET'>, context: JobContext): Promise<Answer> {
    context.report('RENDERING', 10);
    const bytes = await Promise.all(photos.photos.map(id => context.photo(id)));
    const sheet = await this.engine.printSheet(bytes, job, context.signal);
    return {
      ...done([{ role: 'SHEET', from: { bytes: sheet.bytes }, dpi: sheet.dpi }]),
      facts: { sheetCount: sheet.items.reduce((sum, { count }) => sum + count, 0), sheetItems: sheet.items },
    };
  }
}

const PREVIEW_TEXT = 'PREVIEW';

const FREE = {
  bills: false,
  parts: () => 1,
  units: () => 0,
  fit: () => ({ refused: [], ignored: [] }),
} satisfies Partial<Capability<Operation>>;

const PLACED: ReadonlySet<CheckCode> = new Set(['HEAD_HEIGHT', 'FACE_WIDTH', 'EYE_LINE', 'TOP_MARGIN', 'BELOW_CHIN']);

/** Throws RULES_MISSED for a cut-out that no office would take. */
function refuseLowCutOut(photos: readonly RenderedPhoto[]): void {
  if (!photos.some(({ warnings }) => warnings.includes('LOW_CUTOUT_QUALITY'))) return;
  throw new DarkroomError(
    'RULES_MISSED',
    'The person cannot be cut out well enough (LOW_CUTOUT_QUALITY); take the photo before a plain wall, with nobody and nothing behind.',
  );
}

/** Throws RULES_MISSED that names the limits. */
function refuseMisses(missed: readonly PhotoCheck[]): void {
  if (missed.length === 0) return;
  const said = missed.map(({ code, measured, found, min, max, rule }) => {
    const asked = min === null && max === null ? `by ${rule}` : `${rule} asks ${min ?? ''}..${max ?? ''}`;
    return `${[code, measured ?? found].filter(part => part != null).join(' ')}, ${asked}`;
  });
  throw new DarkroomError('RULES_MISSED', `The photo would miss: ${[...new Set(said)].join('; ')}.`);
}

function done(pictures: MadePicture[]): Answer & { state: 'DONE' } {
  return { state: 'DONE', pictures, billed: 'NO' };
}

function fitIdPhoto(job: IdPhotoJob): ReturnType<Capability<'ID_PHOTO'>['fit']> {
  const foreign = (['jumei', 'leqi'] as const).filter(name => job[name] !== undefined);
  return {
    refused: foreign.map(name => ({
      path: `input.${name}`,
      code: 'OTHER_VENDOR',
      allowed: `with vendor ${name === 'leqi' ? 'LEQI' : 'JUMEI_ID_PHOTO'} only`,
    })),
    ignored: [],
  };
}

/** Colours cannot honestly be given to a photo on a CPU. */
function fitRestoration(job: RestorationJob): ReturnType<Capability<'RESTORATION'>['fit']> {
  const refused =
    job.steps === 'SR_REPAIR_COLOR'
      ? [{ path: 'input.steps', code: 'NOT_LOCAL', allowed: 'SR or SR_REPAIR, or vendor FANGTANG' }]
      : [];
  return { refused, ignored: [] };
}
