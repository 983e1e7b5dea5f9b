import type { Background, EditProof, IdPhotoOptions, MeasuredGeometry, PhotoWarning } from '../src/engine/photo.js';
import type { PlacedItem, SheetOptions } from '../src/engine/picture.js';
import type { CheckOptions, PhotoReport } from '../src/engine/report.js';

/** Who can serve a task. A folder, a line here and a line in `registry.ts` add a vendor. */
export const VENDORS = ['LOCAL', 'JUMEI_ID_PHOTO', 'LEQI', 'JUMEI_PAINTING', 'FANGTANG', 'FEGINE'] as const;
export type VendorName = (typeof VENDORS)[number];

/** Who serves a task: a vendor itself, or our sandbox in its place. The form in which it is stored and told. */
export type SourceKey = VendorName | `${VendorName}@SANDBOX`;

export function sourceKey(source: { vendor: VendorName; sandbox: boolean }): SourceKey {
  return source.sandbox ? `${source.vendor}@SANDBOX` : source.vendor;
}

/** The one place that takes a source apart again. */
export function readSourceKey(key: SourceKey): { vendor: VendorName; sandbox: boolean } {
  const [vendor, mark] = key.split('@');
  return { vendor: vendor as VendorName, sandbox: mark !== undefined };
}

/**
 * What a vendor is asked to do, by operation. It is kept as the input of the task, so it is plain JSON. It holds neither
 * photos nor personal data: those are in `InputPhotos` and `Secrets`, so a request can be routed and quoted before its
 * photo is kept.
 */
export interface Jobs {
  ID_PHOTO: IdPhotoJob;
  PHOTO_CHECK: PhotoCheckJob;
  RELEASE: ReleaseJob;
  PRINT_SHEET: PrintSheetJob;
  RESTORATION: RestorationJob;
  BACKGROUND: BackgroundJob;
  PAINTING: PaintingJob;
  FACE_VERIFICATION: FaceVerificationJob;
}
export type Operation = keyof Jobs;

/**
 * The photos that an operation works on: asset ids by name. Such a photo is upright, sRGB, JPEG, free of metadata but labels
 * of generated content.
 */
export interface InputPhotos {
  ID_PHOTO: OnePhoto;
  PHOTO_CHECK: OnePhoto;
  RELEASE: NoPhotos;
  PRINT_SHEET: ManyPhotos;
  RESTORATION: OnePhoto;
  BACKGROUND: OnePhoto;
  PAINTING: NoPhotos;
  FACE_VERIFICATION: OnePhoto;
}
export interface OnePhoto {
  photo: string;
}
/** A name that stands for many is the last one. */
export interface ManyPhotos {
  photos: readonly string[];
}
export type NoPhotos = Record<never, string>;

/** Personal data of a request, by operation. Sealed in the store (AES-256-GCM) and erased when the task ends. */
export interface Secrets {
  FACE_VERIFICATION: { name: string; idNumber: string };
}
export type SecretsOf<O extends Operation> = O extends keyof Secrets ? Secrets[O] : undefined;

/** LATER: a watermarked preview now, the clean photo by a release. */
export const PHOTO_RELEASES = ['NOW', 'LATER'] as const;

/** Where the option stands in the input, and the id of the rule. */
export interface RuleOverride {
  path: string;
  rule: string;
}

export interface IdPhotoJob {
  /** The spec that the sizes came from; null for a custom size. */
  specId: string | null;
  /** The size is the document's own, and not the one that the spec is sold in: a vendor makes it as a custom size. */
  followsRule?: true;
  /** A photo that misses a limit of its rules is not delivered. */
  requiresRules?: true;
  /** The rule of that very document allows no such edit as this job makes. */
  editsAgainstRule?: true;
  /** Options that a caller gave and that a rule of that very document does not list. */
  overrides?: readonly RuleOverride[];
  /** Absent: as whoever makes it does. */
  release?: (typeof PHOTO_RELEASES)[number];
  options: IdPhotoOptions;
  /** Parameters that one vendor alone has; refused with any other. */
  jumei?: JumeiIdPhotoOptions;
  leqi?: LeqiIdPhotoOptions;
}

/** Says how a photo as it is stands to what is asked of it. */
export interface PhotoCheckJob {
  /** Null for a custom size. */
  specId: string | null;
  options: CheckOptions;
}

/** The spec by which a vendor may make it; null where it has to be made as a custom size. */
export function soldSpecOf({ specId, followsRule }: IdPhotoJob): string | null {
  return followsRule ? null : specId;
}

/** As the guide of Jumei has them; the caller's values are checked before the task is kept. */
export interface JumeiIdPhotoOptions {
  /** 1.0 to 5.0. */
  beautyDegree?: number;
  /** 0 to 1, Jumei's own measure: not our headRatio. */
  faceRatio?: number;
  faceCenterRange?: number;
  /** Pixels: not both 0, max above min, max below the height. */
  topEmpty?: { min: number; max: number };
}

export interface LeqiIdPhotoOptions {
  /** Minimum and maximum of head height, eye height, top height (each / picture height) and face width (/ picture width); null leaves one open. */
  ratios?: { headHeight?: Bounds; eyeHeight?: Bounds; topHeight?: Bounds; faceWidth?: Bounds };
  /** 1: default, 8 one-inch photos a sheet; 2: compact, 10. */
  printType?: 1 | 2;
  /** 0: by the centre; 1: by the ears. */
  horizontalAlignment?: 0 | 1;
  poseFix?: boolean;
  originBeauty?: boolean;
  /** The name of a garment, such as `api_20240521-3-boy`. */
  clothes?: string;
  /** 1 to 5: how strongly the face is retouched. */
  fairLevel?: number;
}
export interface Bounds {
  min: number;
  max: number;
}

/** Gives the clean photos of previews; one call a photo of a vendor that sells them. `wanted` is what its maker was asked for. */
export interface ReleaseJob {
  photos: { photoId: string; taskId: string; vendorRef: string; wanted?: PhotoFile }[];
}

/** What the file of an ID photo is to be. */
export interface PhotoFile extends Pick<IdPhotoOptions, 'widthPx' | 'heightPx' | 'dpi' | 'minKb' | 'maxKb'> {
  transparent: boolean;
}

/** Its photos are finished ID photos; `items` are their sizes and densities, in the same order. */
export type PrintSheetJob = SheetOptions;

export interface RestorationJob {
  steps: 'SR' | 'SR_REPAIR' | 'SR_REPAIR_COLOR';
}

export interface BackgroundJob {
  background: Background;
}

/** The 17 styles of the painting guide; it prints one with a blank at its end, which is not sent. */
export const PAINTING_STYLES = [
  '探索无限',
  '古风',
  '二次元',
  '写实风格',
  '浮世绘',
  'low poly',
  '未来主义',
  '像素风格',
  '概念艺术',
  '赛博朋克',
  '洛丽塔风格',
  '巴洛克风格',
  '超现实主义',
  '水彩画',
  '蒸汽波艺术',
  '油画',
  '卡通画',
] as const;
export const PAINTING_RESOLUTIONS = ['1024*1024', '1024*1536', '1536*1024'] as const;

export interface PaintingJob {
  /** 1 to 100 code points. */
  text: string;
  /** One of PAINTING_STYLES, as the guide spells it, trimmed. */
  style: string;
  resolution: (typeof PAINTING_RESOLUTIONS)[number];
  count: number;
  /** The agreement by which the pictures carry their label in metadata alone; absent: they are marked visibly, too. */
  labelAgreement?: string;
}

/** Name and number are among `Secrets`; `JobContext.open` gives them just before the call. Nothing else is asked for. */
export type FaceVerificationJob = Record<string, never>;

export const PICTURE_ROLES = ['CLEAN', 'PREVIEW', 'SHEET', 'SHEET_PREVIEW'] as const;
export type PictureRole = (typeof PICTURE_ROLES)[number];

/** A picture that came back: its bytes, or where the vendor keeps it. The runner moves it into an asset; no vendor URL goes further. */
export interface MadePicture {
  role: PictureRole;
  from: { bytes: Uint8Array } | { url: string; expiresAt?: Date };
  /** Written by the caller of the vendor where it is known; else measured. */
  dpi?: number;
  watermarked?: boolean;
  /** It was generated: it carries the label, visible and in metadata, that GB 45438 asks for, and its metadata is kept. */
  aiLabel?: boolean;
  /** The vendor's own number of what it generated, for that label. */
  contentId?: string;
  /** Of an ID photo: which of `options.backgrounds`. Of a release: which of `photos`. */
  index?: number;
  /** A clean photo that is kept and that nobody sees until its release, which then is ours. */
  held?: true;
  /** Kept beside the asset, never shown: what `releasePhotos` needs. Of a held photo it is its asset. */
  vendorRef?: string;
  /** Until when the vendor releases `vendorRef`. */
  releaseUntil?: Date;
  /** What the local engine measured. */
  measured?: MeasuredPhoto;
}

export interface MeasuredPhoto {
  /** Null where nothing was cut out. */
  matteQuality: number | null;
  geometry: MeasuredGeometry;
  warnings: PhotoWarning[];
  /** Absent in photos that were kept before there were reports. */
  report?: PhotoReport;
  /** Of a photo that was not edited. */
  proof?: EditProof;
}

export const FACE_OUTCOMES = ['MATCH', 'UNCERTAIN', 'MISMATCH', 'IDENTITY_MISMATCH', 'SIMULATED'] as const;
export type FaceOutcome = (typeof FACE_OUTCOMES)[number];

/** Things that are not pictures, by operation; plain JSON. */
export interface Facts {
  /** Photos on a print sheet; of one of ours also how many of each item, and which were rotated. */
  sheetCount?: number;
  sheetItems?: readonly PlacedItem[];
  faceOutcome?: FaceOutcome;
  /** Of a photo that was checked. */
  report?: PhotoReport;
  /** Codes of TASK_WARNINGS that concern the whole task. */
  warnings?: TaskWarning[];
  /** The vendor's own words, for the operator's log only. */
  vendorMessage?: string;
}

export const TASK_WARNINGS = [
  'REDUCED',
  'TRUNCATED_IMAGE',
  'FEWER_IMAGES',
  'PICTURE_MISSING',
  'SIZE_DIFFERS',
  'FILE_SIZE_DIFFERS',
  'FORMAT_DIFFERS',
  'METADATA_KEPT',
  'EDITED_AGAINST_RULE',
  'BACKGROUND_AGAINST_RULE',
] as const;
export type TaskWarning = (typeof TASK_WARNINGS)[number];

/**
 * Done, or the vendor works on it under an id of its own (text: some are longer than a JS number), or it says of that work
 * what its guide does not know (an answer of `poll` alone). Of the last a person decides, and the vendor is asked slowly until it forgets the id.
 */
export type Answer =
  | { state: 'DONE'; pictures: MadePicture[]; facts?: Facts; billed: Billed; vendorTaskId?: string }
  | {
      state: 'PENDING';
      vendorTaskId: string;
      billed: Billed;
      percent?: number;
      /** When to ask first, if the vendor says; else the poll schedule decides. */
      pollAfterMs?: number;
    }
  | {
      state: 'UNEXPLAINED';
      vendorTaskId: string;
      billed: Billed;
      /** What was seen, as the vendor spells it: `status 2`. */
      vendorCode: string;
    };

export const BILLED = ['YES', 'NO', 'UNKNOWN'] as const;
export type Billed = (typeof BILLED)[number];

export const TASK_STAGES = [
  'QUEUED',
  'SUBMITTING',
  'ANALYZING',
  'RENDERING',
  'VENDOR_PROCESSING',
  'FETCHING',
  'ENDED',
] as const;
export type TaskStage = (typeof TASK_STAGES)[number];

export interface JobContext {
  /** Ends when the task is canceled, the lease is lost or the server stops. */
  readonly signal: AbortSignal;
  /** The bytes of an input asset. Throws PHOTO_GONE. */
  photo(assetId: string): Promise<Uint8Array>;
  /** The same as it was sent, with its metadata: for LOCAL alone, since it may tell where it was taken. */
  original(assetId: string): Promise<Uint8Array>;
  /** A signed URL of ours where a vendor can fetch the asset, within its limits. Throws PUBLIC_URL_NEEDED where the vendor cannot reach us. */
  photoUrl(assetId: string): Promise<string>;
  /** The personal data of the request. Opened as late as possible, and kept nowhere. Throws PERSONAL_DATA_GONE. */
  open<O extends Operation>(call: Call<O>): Promise<SecretsOf<O>>;
  /** Tells that the call which may be charged goes out now. */
  sent(): void;
  /** Tells how far the work is: a stage, and the percent done as the one who works reports it. */
  report(stage: TaskStage, percent: number): void;
}

/** One vendor call: `part` counts from 0 to `parts(...) - 1`. */
export interface Call<O extends Operation> {
  operation: O;
  job: Jobs[O];
  photos: InputPhotos[O];
  part: number;
}

export interface Capability<O extends Operation> {
  /** True where a call can cost money: one whose outcome was lost is never sent again by itself. */
  bills: boolean;
  /** True where AUTO never chooses it, because it changes what a caller has to do next (Leqi sells previews). */
  byNameOnly?: boolean;
  /** How many vendor calls a job takes, each with an intent and a unit of its own. Jumei's ID photo: one a background. */
  parts(job: Jobs[O]): number;
  /** Units of the vendor's package that a job uses up. */
  units(job: Jobs[O]): number;
  /** What of the job the vendor cannot honour, as paths of the input: `refused` stops the task before any call, `ignored` is listed in it. */
  fit(job: Jobs[O]): { refused: { path: string; code: string; allowed: string }[]; ignored: string[] };
  submit(call: Call<O>, context: JobContext): Promise<Answer>;
  /** Asks once how a PENDING call stands. Absent where `submit` always ends it. */
  poll?(call: Call<O>, vendorTaskId: string, context: JobContext): Promise<Answer>;
  /** What a photo has to fit into before it is sent; `JobContext.photo` gives bytes that do. */
  photoLimits?: { maxSide?: number; maxBytes?: number };
  /** From submit: how long to ask at the usual pace, and how long the vendor knows the id. */
  deadlineMs?: number;
  expiryMs?: number;
}

export type Capabilities = { [O in Operation]?: Capability<O> };

/** A vendor: what it can do, and how it is asked. Errors of its calls are VendorError (src/kernel/vendor-error.ts). */
export interface DataSource {
  readonly vendor: VendorName;
  /** True if our own sandbox plays the vendor. */
  readonly sandbox: boolean;
  /** Who the vendor is, by name or code, in labels of what it generated (ContentProducer of GB 45438). */
  readonly producer?: string;
  /** True if it works in this process, which a photo can crash. */
  readonly inProcess?: boolean;
  readonly capabilities: Capabilities;
  /** Origins that the operator configured: results may be fetched from there as well as from any public https host. */
  readonly origins: readonly string[];
  /** Calls at once and requests a second that the vendor allows. */
  readonly limits: { concurrency: number; requestsPerSecond: number };
  /** Units left as the vendor tells; absent where it does not. Costs nothing. */
  quota?(signal: AbortSignal): Promise<number>;
  close?(): Promise<void>;
}
