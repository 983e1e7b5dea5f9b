import path from 'node:path';
import { LIMITS } from '../kernel/limits.js';
import type { Analysis } from './analysis.js';
import { AnalysisCache } from './analysis-cache.js';
import { cropOf, outgrows, type ReachName } from './head-frame.js';
import type { EngineJob } from './jobs.js';
import type { IdPhotoOptions, NormalisedPhoto, PhotoFacts, RenderedPhoto } from './photo.js';
import { type PoolLog, WorkerPool } from './pool.js';
import { SharedWork } from './shared-work.js';

export type * from './photo.js';

export interface EngineOptions {
  /** Worker threads; each holds about 150 MB once its models are loaded. */
  workers: number;
  log: PoolLog;
}

/** Spare workers give their memory back after this. */
const IDLE_MS = 60_000;

/**
 * The image engine, as the main thread sees it. Decoding, models and arithmetic run in worker threads, which start at the
 * first job; this file must never import them. Every call can also fail with OVERLOADED, STOPPING, ENGINE_CRASHED or
 * ENGINE_TIMEOUT, and with the signal's reason when it is aborted.
 */
export class Engine {
  private readonly pool: WorkerPool;
  private readonly cache = new AnalysisCache(LIMITS.engine.analysisCacheBytes);
  private readonly analyses = new SharedWork<Analysis>();

  constructor({ workers, log }: EngineOptions) {
    this.pool = new WorkerPool({
      script: path.join(__dirname, 'worker.js'),
      workers,
      queue: LIMITS.engine.queue,
      jobMs: LIMITS.engine.jobMs,
      heapMb: LIMITS.engine.workerHeapMb,
      idleMs: IDLE_MS,
      log,
    });
  }

  /**
   * The photo as it is kept: opaque JPEG, upright, sRGB, without metadata; transparency goes on white. The caller has
   * checked format and pixels from the header. Errors: CORRUPT_IMAGE.
   */
  normalise(bytes: Uint8Array, signal?: AbortSignal): Promise<NormalisedPhoto> {
    return this.pool.run({ kind: 'normalise', bytes } satisfies EngineJob, { signal });
  }

  /**
   * Face, landmarks and matte; independent of spec and colour, and kept under `key` (an asset's id).
   * Errors: CORRUPT_IMAGE, NO_FACE, MULTIPLE_FACES, FACE_TOO_SMALL.
   */
  async analyse(key: string, bytes: () => Promise<Uint8Array>, signal?: AbortSignal): Promise<PhotoFacts> {
    return (await this.analysis(key, 'near', bytes, signal)).facts;
  }

  /**
   * One spec on each of its backgrounds, in their order; `onRendered` is called as each is done.
   * Errors: those of `analyse`, and CANNOT_FIT.
   */
  async render(
    key: string,
    bytes: () => Promise<Uint8Array>,
    options: IdPhotoOptions,
    signal?: AbortSignal,
    onRendered?: (photo: RenderedPhoto) => void,
  ): Promise<RenderedPhoto[]> {
    let analysis = await this.analysis(key, 'near', bytes, signal);
    if (outgrows(analysis.frame, cropOf(analysis.head, options), options.widthPx, options.heightPx)) {
      analysis = await this.analysis(key, 'wide', bytes, signal);
    }
    const photos: RenderedPhoto[] = [];
    const onProgress = (photo: RenderedPhoto) => {
      photos.push(photo);
      onRendered?.(photo);
    };
    // Before the analyses of others: it is a tenth of the work, and the first of many photos is then not as late as the last.
    await this.pool.run({ kind: 'render', analysis, options } satisfies EngineJob, {
      signal,
      onProgress,
      urgent: true,
    });
    return photos;
  }

  /** Drops what is kept under `key`: the asset was deleted. */
  forget(key: string): void {
    for (const reach of ['near', 'wide'] as const) this.cache.delete(cacheKey(key, reach));
  }

  /** Ends all workers. Work that runs fails with STOPPING. */
  close(): Promise<void> {
    return this.pool.close();
  }

  private async analysis(
    key: string,
    reach: ReachName,
    bytes: () => Promise<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<Analysis> {
    const full = cacheKey(key, reach);
    const kept = this.cache.get(full);
    if (kept) return kept;
    const work = async (shared: AbortSignal) => {
      const job = { kind: 'analyse', bytes: await bytes(), reach } satisfies EngineJob;
      const analysis = await this.pool.run<Analysis>(job, { signal: shared });
      this.cache.set(full, analysis);
      return analysis;
    };
    return this.analyses.run(full, work, signal);
  }
}

function cacheKey(key: string, reach: ReachName): string {
  return `${key} ${reach}`;
}
