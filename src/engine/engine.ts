import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { Propagation } from '../kernel/aigc.js';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { ROOT } from '../kernel/paths.js';
import { SIGNALS } from '../kernel/signals.js';
import type { Analysis } from './analysis.js';
import { AnalysisCache } from './analysis-cache.js';
import { placePhoto } from './body-edge.js';
import { exceedsFrame, type FrameSize } from './head-frame.js';
import { jobPixels } from './job-pixels.js';
import type { EngineJob, EngineSettings } from './jobs.js';
import { type MattingModel, RUNTIME } from './matting-model.js';
import type { ModelTrial } from './onnx-model.js';
import type { OriginalMetadata } from './original-metadata.js';
import type { Background, EditProof, IdPhotoOptions, NormalisedPhoto, PhotoFacts, RenderedPhoto } from './photo.js';
import type {
  ChangedBackground,
  Enlargement,
  FitLimits,
  LabelledPicture,
  LabelOptions,
  Picture,
  PlaceholderText,
  PrintSheet,
  ReceivedPicture,
  SheetOptions,
} from './picture.js';
import { type PoolLog, type PoolOptions, type RunOptions, WorkerPool } from './pool.js';
import { REFUSALS, type Refusal } from './refusals.js';
import type { CheckOptions, PhotoReport } from './report.js';
import { SharedWork } from './shared-work.js';
import { Thumbnails } from './thumbnails.js';
import type { Remade } from './unedited.js';

export type * from './photo.js';
export type * from './picture.js';

export interface EngineOptions {
  /** Worker processes; each holds about 190 MB once its models are loaded. */
  workers: number;
  log: PoolLog;
  /** Segments in the place of the engine's own model. */
  mattingModel?: MattingModel | undefined;
}

/** Idle time after which all workers but one are ended, to free their memory. */
const IDLE_MS = 60_000;

/** For the engine's workers. They read their code, its packages and the weights, and nothing else but a plugged model. */
export function enginePoolOptions({ workers, log, mattingModel }: EngineOptions): PoolOptions {
  const { engine } = LIMITS;
  const folders = [
    path.dirname(__dirname),
    path.join(ROOT, 'node_modules'),
    path.join(ROOT, 'dist', 'node_modules'),
    path.join(ROOT, 'src', 'engine', 'weights'),
    ...(mattingModel === undefined ? [] : [RUNTIME, mattingModel.file]),
  ];
  const settings: EngineSettings = { mattingModel };
  return {
    script: path.join(__dirname, 'worker.js'),
    // A folder may be a link, as node_modules is in a workspace: Node looks at the link, then reads what it points to.
    // None ends with a slash: Node aborts where a folder is named with one and without.
    reads: [...new Set(folders.flatMap(folder => [folder, realpathSync(folder)])), path.join(ROOT, 'package.json')],
    workers,
    queue: engine.queue,
    queueCost: engine.queuePixels,
    costAtOnce: engine.pixelsAtOnce,
    jobMs: engine.jobMs,
    heapMb: engine.workerHeapMb,
    memoryMb: engine.workerMemoryMb + (mattingModel?.memoryMb ?? 0),
    settings,
    idleMs: IDLE_MS,
    log,
  };
}

/**
 * The image engine as the server sees it. Decoding, models and arithmetic run in worker processes, which start with
 * the first job; this file must never import them. Every call can also fail with OVERLOADED, STOPPING, ENGINE_CRASHED
 * or ENGINE_TIMEOUT, and with the reason of the signal when it is aborted.
 */
export class Engine {
  private readonly pool: WorkerPool;
  private readonly cache = new AnalysisCache(LIMITS.engine.analysisCacheBytes);
  private readonly workers: number;
  private readonly analyses = new SharedWork<Analysis>();
  /** The workers that may hold an analysis, and its name there. */
  private readonly held = new WeakMap<Analysis, { id: number; holders: WeakSet<object> }>();
  private readonly thumbnails = new Thumbnails(LIMITS.engine.thumbnailCacheBytes);
  private lastAnalysis = 0;

  constructor(options: EngineOptions) {
    this.workers = options.workers;
    this.pool = new WorkerPool(enginePoolOptions(options));
  }

  /**
   * The photo as it is stored: opaque JPEG, upright, sRGB, without metadata but labels of generated content; transparent
   * pixels become white. The caller has checked format and pixels from the header. Errors: CORRUPT_IMAGE.
   */
  normalise(bytes: Uint8Array, propagation?: Propagation, signal?: AbortSignal): Promise<NormalisedPhoto> {
    return this.run({ kind: 'normalise', bytes, propagation }, signal);
  }

  /** What an upload as it was sent says of how it came to be, and nothing of where. Errors: CORRUPT_IMAGE. */
  readOriginalMetadata(bytes: Uint8Array, signal?: AbortSignal): Promise<OriginalMetadata> {
    return this.run({ kind: 'read metadata', bytes }, signal);
  }

  /**
   * Face, landmarks and matte, independent of spec and colour. Cached under `key` (the id of an asset).
   * Errors: CORRUPT_IMAGE, NO_FACE, FACE_CUT_OFF, FACE_TURNED_AWAY, MULTIPLE_FACES,
   * FACE_TOO_SMALL.
   */
  async analyse(
    key: string,
    bytes: () => Promise<Uint8Array>,
    signal?: AbortSignal,
    level = true,
  ): Promise<PhotoFacts> {
    return (await this.analysis(key, { frameSize: 'near', level }, bytes, signal)).facts;
  }

  /**
   * One spec on each of its backgrounds, in their order. `onRendered` gets each photo as soon as it is done.
   * Errors: those of `analyse`, BODY_CUT and CANNOT_FIT.
   */
  async render(
    key: string,
    bytes: () => Promise<Uint8Array>,
    options: IdPhotoOptions,
    signal?: AbortSignal,
    onRendered?: (photo: RenderedPhoto) => void,
  ): Promise<RenderedPhoto[]> {
    const level = options.level ?? true;
    let analysis = await this.analysis(key, { frameSize: 'near', level }, bytes, signal);
    if (exceedsFrame(analysis.frame, placePhoto(analysis, options).crop, options.widthPx, options.heightPx)) {
      analysis = await this.analysis(key, { frameSize: 'wide', level }, bytes, signal);
    }
    const photos: RenderedPhoto[] = [];
    const onProgress = (photo: RenderedPhoto) => {
      photos.push(photo);
      onRendered?.(photo);
    };
    await this.draw(analysis, options, { signal, onProgress });
    return photos;
  }

  /**
   * A photo that is only cropped, scaled and encoded, with the proof of how. `upload` is what it is made of: the bytes as
   * they were sent. Errors: those of `analyse`, CROP_IMPOSSIBLE, CANNOT_FIT.
   */
  async renderUnedited(
    key: string,
    bytes: () => Promise<Uint8Array>,
    upload: () => Promise<Uint8Array>,
    options: IdPhotoOptions,
    signal?: AbortSignal,
  ): Promise<RenderedPhoto> {
    const analysis = await this.analysis(key, { frameSize: 'near', level: false }, bytes, signal);
    return this.runOn(upload, photo => ({ kind: 'render unedited', bytes: photo, analysis, options }), { signal });
  }

  /**
   * The report of a photo as it is. `original` is what it was sent as, `bytes` its upright copy. A photo that cannot be
   * analysed has a report, too. Errors: CORRUPT_IMAGE.
   */
  async check(
    key: string,
    bytes: () => Promise<Uint8Array>,
    original: () => Promise<Uint8Array>,
    options: CheckOptions,
    signal?: AbortSignal,
  ): Promise<PhotoReport> {
    // A finished photo is measured as its head leans; a source as the photo of it will be made.
    const level = options.stage === 'SOURCE' && !options.keeps.lean;
    const found = await this.analysis(key, { frameSize: 'near', level }, bytes, signal).catch(error => {
      if (DarkroomError.is(error) && error.code in REFUSALS) return error.code as Refusal;
      throw error;
    });
    const needed = typeof found === 'string' ? found : withoutPixels(found);
    const urgent = { signal, urgent: true };
    return this.runOn(original, photo => ({ kind: 'check', bytes: photo, found: needed, options }), urgent);
  }

  /** The bytes of a photo that was not edited, made again of its source. Errors: CORRUPT_IMAGE. */
  remake(source: Uint8Array, proof: EditProof, photo: Uint8Array, signal?: AbortSignal): Promise<Remade> {
    return this.run({ kind: 'remake', bytes: source, proof, photo }, signal);
  }

  /**
   * The whole photo with the person on another background: JPEG, or PNG where it is transparent; in its own
   * size up to 24 megapixels. Errors: those of `analyse`.
   */
  async changeBackground(
    key: string,
    bytes: () => Promise<Uint8Array>,
    background: Background,
    signal?: AbortSignal,
  ): Promise<ChangedBackground> {
    const analysis = await this.analysis(key, { frameSize: 'near', level: true }, bytes, signal);
    return this.runOn(bytes, photo => ({ kind: 'change background', bytes: photo, analysis, background }), { signal });
  }

  /**
   * Doubles width and height; a network supplies the detail. The work is split into jobs of a few seconds, at most one
   * a worker at a time, so that other jobs run in between and an abort takes effect soon.
   * Errors: CORRUPT_IMAGE, TOO_MANY_PIXELS.
   */
  async superResolve(bytes: Uint8Array, signal?: AbortSignal): Promise<Picture> {
    const plan = await this.run<Enlargement>({ kind: 'plan enlargement', bytes }, signal);
    const failure = new AbortController();
    const stop = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal;
    const bands: Uint8Array[] = [];
    let next = 0;
    const runBands = async () => {
      while (next < plan.bands) {
        const band = next++;
        bands[band] = await this.run({ kind: 'enlarge band', bytes, plan, band }, stop);
      }
    };
    try {
      await Promise.all(Array.from({ length: this.workers }, runBands));
      return await this.run({ kind: 'join bands', bands, plan }, signal);
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  }

  /**
   * Fills bright scratches, removes grain, stretches faded levels; nothing is invented. A picture above
   * LIMITS.engine.repairPixels comes back at that size. Errors: CORRUPT_IMAGE.
   */
  repair(bytes: Uint8Array, signal?: AbortSignal): Promise<Picture> {
    return this.run({ kind: 'repair', bytes }, signal);
  }

  /**
   * A preview that is of no use as a photo. `text` is ASCII; lower-case letters are drawn as capitals.
   * Errors: CORRUPT_IMAGE, BAD_USER_INPUT.
   */
  watermark(bytes: Uint8Array, text: string, signal?: AbortSignal): Promise<Picture> {
    return this.run({ kind: 'watermark', bytes, text }, signal);
  }

  /**
   * Photos on paper, as `layOutSheet` (sheet-layout.ts) places them; `photos` are the pictures of its items, in their order.
   * Errors: CORRUPT_IMAGE, BAD_USER_INPUT.
   */
  printSheet(photos: readonly Uint8Array[], options: SheetOptions, signal?: AbortSignal): Promise<PrintSheet> {
    return this.run({ kind: 'print sheet', photos, options }, signal);
  }

  /**
   * The picture with these labels of generated content, visible too where `mark` is set (GB 45438-2025). Those that it
   * carries already stay. Errors: CORRUPT_IMAGE.
   */
  label(bytes: Uint8Array, options: LabelOptions, signal?: AbortSignal): Promise<LabelledPicture> {
    return this.run({ kind: 'label', bytes, options }, signal);
  }

  /**
   * A small copy for a list, at most `widthPx` wide, as WebP, with the labels of generated content. Kept under `key` (the
   * id of an asset). Errors: CORRUPT_IMAGE.
   */
  async thumbnail(key: string, bytes: () => Promise<Uint8Array>, widthPx: number): Promise<Picture> {
    const kept = this.thumbnails.find(key, widthPx);
    SIGNALS.cacheLook.tell({ cache: 'thumbnails', hit: kept !== undefined });
    if (kept !== undefined) return kept;
    const made = await this.runOn<Picture>(bytes, photo => ({ kind: 'thumbnail', bytes: photo, widthPx }));
    this.thumbnails.keep(key, widthPx, made);
    return made;
  }

  /** A picture in place of a real result, with text that says so. Letters as in `watermark`. */
  placeholder(text: PlaceholderText, signal?: AbortSignal): Promise<Picture> {
    return this.run({ kind: 'placeholder', text }, signal);
  }

  /**
   * The picture within both limits: unchanged if it is within them already, else a JPEG. Errors: CORRUPT_IMAGE,
   * CANNOT_FIT.
   */
  fit(bytes: Uint8Array, limits: FitLimits, signal?: AbortSignal): Promise<Picture> {
    return this.run({ kind: 'fit', bytes, limits }, signal);
  }

  /**
   * Takes in a picture that a vendor made: decodes it in full as a proof, measures it, and removes its metadata unless
   * `keepMetadata` is set. Labels of generated content always stay. The pixels are encoded again only where EXIF
   * rotates them, and as PNG where the format is none that we hand out.
   * Errors: CORRUPT_IMAGE.
   */
  receive(bytes: Uint8Array, options: { keepMetadata: boolean }, signal?: AbortSignal): Promise<ReceivedPicture> {
    return this.run({ kind: 'receive', bytes, ...options }, signal);
  }

  /** Loads the plugged model in a worker and runs it once. */
  tryMattingModel(): Promise<ModelTrial> {
    return this.run({ kind: 'try matting model' });
  }

  /** Removes the cached analyses of `key`: the asset was deleted. */
  forget(key: string): void {
    this.thumbnails.forget(key);
    for (const frameSize of ['near', 'wide'] as const)
      for (const level of [true, false]) this.cache.delete(cacheKey(key, { frameSize, level }));
  }

  get standing(): WorkerPool['standing'] {
    return this.pool.standing;
  }

  /** Ends all workers. Running jobs fail with STOPPING. */
  close(): Promise<void> {
    return this.pool.close();
  }

  private run<Result>(job: EngineJob, signal?: AbortSignal, options: RunOptions = {}): Promise<Result> {
    return this.pool.run(job, { ...options, name: job.kind, signal, cost: jobPixels(job) });
  }

  /** A job on a photo that can be read again: if it has to wait, it holds none. A hundred would hold a hundred photos. */
  private runOn<Result>(
    bytes: () => Promise<Uint8Array>,
    jobOn: (photo: Uint8Array) => EngineJob,
    options: RunOptions = {},
  ): Promise<Result> {
    return bytes().then(photo => {
      let job: EngineJob | undefined = jobOn(photo);
      const { kind: name } = job;
      const cost = jobPixels(job);
      // Called before `run` returns where a worker is free.
      const result = this.pool.run<Result>(async () => job ?? jobOn(await bytes()), { ...options, name, cost });
      job = undefined;
      return result;
    });
  }

  /**
   * Rendering is a tenth of the work. Placed before the analyses of other photos, the first of many photos is done early
   * instead of all of them late. It goes to a worker that holds the analysis, where one is free.
   */
  private async draw(analysis: Analysis, options: IdPhotoOptions, runOptions: RunOptions): Promise<void> {
    const { id, holders } = this.held.get(analysis)!;
    const rest: EngineJob = { kind: 'render', id, options };
    const whole: EngineJob = { ...rest, analysis };
    const urgent = { ...runOptions, urgent: true, onTaken: (worker: object) => holders.add(worker) };
    const { signal } = runOptions;
    const drawn = await this.run<boolean>(whole, signal, { ...urgent, held: { by: holders, rest } });
    // The worker has been busy with other photos since.
    if (!drawn) await this.run<boolean>(whole, signal, urgent);
  }

  private async analysis(
    key: string,
    frame: AnalysedFrame,
    bytes: () => Promise<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<Analysis> {
    const entryKey = cacheKey(key, frame);
    const kept = this.cache.get(entryKey);
    SIGNALS.cacheLook.tell({ cache: 'analyses', hit: kept !== undefined });
    if (kept) return kept;
    const work = async (shared: AbortSignal) => {
      const id = ++this.lastAnalysis;
      const holders = new WeakSet<object>();
      const jobOn = (photo: Uint8Array): EngineJob => ({ kind: 'analyse', bytes: photo, ...frame, id });
      const onTaken = (worker: object) => holders.add(worker);
      const analysis = await this.runOn<Analysis>(bytes, jobOn, { signal: shared, onTaken });
      this.held.set(analysis, { id, holders });
      this.cache.set(entryKey, analysis);
      return analysis;
    };
    return this.analyses.run(entryKey, work, signal);
  }
}

/** A report needs what was measured and none of the pixels, which take time to send. */
function withoutPixels(analysis: Analysis): Analysis {
  const none = new Uint8Array(0);
  return { ...analysis, source: { data: none, width: 0, height: 0 }, alpha: none, correction: new Int16Array(0) };
}

/** How the head lies in an analysis. */
interface AnalysedFrame {
  frameSize: FrameSize;
  /** Turned upright. */
  level: boolean;
}

function cacheKey(key: string, { frameSize, level }: AnalysedFrame): string {
  return `${key} ${frameSize}${level ? '' : ' as it leans'}`;
}
