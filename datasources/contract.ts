import type { Background, IdPhotoOptions, MeasuredGeometry, PhotoWarning } from '../src/engine/photo.js';

/** Who can serve a task. One line here and one in `registry.ts` add a vendor. */
export const VENDORS = ['LOCAL'] as const;
export type VendorName = (typeof VENDORS)[number];

/** What a vendor is asked to do, by operation; it is kept as the input of the task, so it is plain JSON. */
export interface Jobs {
  ID_PHOTO: IdPhotoJob;
}
export type Operation = keyof Jobs;

export interface IdPhotoJob {
  /** The asset id of the photo, already upright, sRGB and free of metadata. */
  photo: string;
  /** The spec that the sizes came from; null for a custom size. */
  specId: string | null;
  options: IdPhotoOptions;
}

/** What comes back, by operation. Bytes are moved into assets by the runner before the outcome is committed. */
export interface JobResults {
  ID_PHOTO: { photos: MadePhoto[] };
}

export interface MadePhoto {
  background: Background;
  mime: 'image/jpeg' | 'image/png';
  bytes: Uint8Array;
  widthPx: number;
  heightPx: number;
  dpi: number;
  /** 0 to 1: how sure the cut between person and background is. */
  matteQuality: number;
  geometry: MeasuredGeometry;
  warnings: PhotoWarning[];
}

export interface JobContext {
  /** Ends when the task is canceled, the lease is lost or the server stops. */
  readonly signal: AbortSignal;
  /** The bytes of an input asset. Throws PHOTO_GONE. */
  photo(assetId: string): Promise<Uint8Array>;
  /** Tells how far the work is: a stage, and the percent done as the vendor itself reports it. */
  report(stage: TaskStage, percent: number): void;
}

export const TASK_STAGES = ['QUEUED', 'ANALYZING', 'RENDERING', 'SAVING', 'ENDED'] as const;
export type TaskStage = (typeof TASK_STAGES)[number];

/** A vendor: what it can do, and how it is asked. */
export interface DataSource {
  readonly vendor: VendorName;
  readonly operations: readonly Operation[];
  /** True where a call can cost money: such a call whose outcome was lost is never sent again by itself. */
  readonly bills: boolean;
  /** Does the work. Throws DarkroomError with the code that the task fails with. */
  submit<O extends Operation>(operation: O, job: Jobs[O], context: JobContext): Promise<JobResults[O]>;
}
