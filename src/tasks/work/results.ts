import type { DataSource, MadePicture, TaskWarning } from '../../../datasources/contract.js';
import type { AssetService, MadeFile } from '../../assets/asset-service.js';
import { sniff } from '../../assets/sniff.js';
import type { AigcLabel } from '../../kernel/aigc.js';
import { LIMITS } from '../../kernel/limits.js';
import type { AssetRow } from '../../store/asset-rows.js';
import type { AttemptRow, NotedAnswer, NotedPicture } from '../../store/attempt-rows.js';
import type { Sql } from '../../store/database.js';
import type { KeptPicture, MissingPicture, PartResult, Task, TaskResult } from '../../store/task.js';
import { failureOf } from './call-failure.js';
import { type LabelParts, labelsOf } from './labels.js';
import { rulesOf } from './operation-rules.js';

/** How a picture of a vendor becomes one of ours: fetched through the guard, proved to be a picture, freed of metadata. */
export interface Receiver {
  /** Throws URL_NOT_ALLOWED, URL_UNREACHABLE, FILE_TOO_LARGE. */
  download(
    url: string,
    options: { maxBytes: number; signal: AbortSignal; allowOrigins: readonly string[]; plainHttp?: boolean },
  ): Promise<{ bytes: Uint8Array }>;
  /** Throws CORRUPT_IMAGE. */
  receive(bytes: Uint8Array, options: { keepMetadata: boolean }, signal: AbortSignal): Promise<ReceivedFile>;
  /** With these labels of generated content beside those that it carries, and with `mark` a visible one. */
  label(
    bytes: Uint8Array,
    options: { labels: readonly AigcLabel[]; mark: boolean },
    signal: AbortSignal,
  ): Promise<Omit<ReceivedFile, 'dpi'>>;
}

interface ReceivedFile {
  bytes: Uint8Array;
  mime: string;
  width: number;
  height: number;
  dpi: number | null;
  labels: readonly AigcLabel[];
}

/** As they stand in an attempt until they are downloaded; undefined where there is nothing to download. */
export function noted(pictures: readonly MadePicture[]): NotedPicture[] | undefined {
  const all: NotedPicture[] = [];
  for (const { from, releaseUntil, ...rest } of pictures) {
    if (!('url' in from)) return undefined;
    all.push({
      ...rest,
      url: from.url,
      urlExpiresAt: from.expiresAt?.toISOString() ?? null,
      releaseUntil: releaseUntil?.toISOString() ?? null,
    });
  }
  return all.length === 0 ? undefined : all;
}

export function fromNoted(picture: NotedPicture): MadePicture {
  const { url, urlExpiresAt, releaseUntil, nextAt: _next, kept: _kept, failure: _failure, ...rest } = picture;
  return {
    ...rest,
    from: { url, ...(urlExpiresAt === null ? {} : { expiresAt: new Date(urlExpiresAt) }) },
    ...(releaseUntil === null ? {} : { releaseUntil: new Date(releaseUntil) }),
  };
}

/** Still to be fetched. */
export function isAwaited({ kept, failure }: NotedPicture): boolean {
  return kept === undefined && failure === undefined;
}

/** What of an answer is kept by now, and what was given up. */
export function keptOf({ pictures, facts }: NotedAnswer): PartResult {
  const missing = pictures.flatMap(({ role, index, failure }): MissingPicture[] =>
    failure === undefined ? [] : [{ role, index, failure }],
  );
  const warnings = new Set(facts.warnings);
  if (missing.length > 0) warnings.add('PICTURE_MISSING');
  return {
    pictures: pictures.flatMap(({ kept }) => (kept === undefined ? [] : [kept])),
    facts: { ...facts, ...(warnings.size === 0 ? {} : { warnings: [...warnings] }) },
    ...(missing.length === 0 ? {} : { missing }),
  };
}

/** What the parts of a task have given so far; `last` is the last attempt of each part. */
export function resultOf(last: readonly (AttemptRow | undefined)[]): TaskResult {
  const parts = last.map(attempt => {
    if (attempt === undefined) return undefined;
    if (attempt.outcome === 'SUCCEEDED') return attempt.result ?? undefined;
    return attempt.endedAt === null && attempt.answer !== null ? keptOf(attempt.answer) : undefined;
  });
  const results = parts.filter(result => result !== undefined);
  const warnings = [...new Set(results.flatMap(({ facts }) => facts.warnings ?? []))];
  return {
    pictures: results.flatMap(({ pictures }) => pictures),
    facts: {
      ...Object.assign({}, ...results.map(({ facts }) => facts)),
      ...(warnings.length === 0 ? {} : { warnings }),
    },
    missing: last.flatMap((attempt, part) => {
      const gave = parts[part];
      if (gave !== undefined) return (gave.missing ?? []).map(picture => ({ part, ...picture }));
      return attempt?.final ? [{ part, failure: failureOf(attempt) }] : [];
    }),
  };
}

/** The first moment at which the vendor deletes one of them, as far as it says. */
export function expiryOf(pictures: readonly NotedPicture[]): Date | undefined {
  const all = pictures.flatMap(({ urlExpiresAt }) => (urlExpiresAt === null ? [] : [Date.parse(urlExpiresAt)]));
  return all.length === 0 ? undefined : new Date(Math.min(...all));
}

/** Pictures on disk whose rows come with a commit. */
export interface Kept {
  pictures: KeptPicture[];
  /** What about them is not as it was asked for. */
  warnings: TaskWarning[];
  commit(sql: Sql): Promise<void>;
  discard(): Promise<void>;
}

export interface KeepParts extends LabelParts {
  assets: AssetService;
  receiver: Receiver;
  /** True if the operator lets a result be fetched without TLS where https does not give it. */
  allowHttpResults: boolean;
}

/** Fetches these pictures and keeps them. Can be called again after a failure: nothing is bought by it. */
export async function keepPictures(
  parts: KeepParts,
  task: Task,
  pictures: readonly MadePicture[],
  source: DataSource,
  signal: AbortSignal,
): Promise<Kept> {
  const files: MadeFile[] = [];
  const warnings = new Set<TaskWarning>();
  const { deviations, keepsSize } = rulesOf(parts.operations, task);
  const inputs = await parts.assets.find(task.tenantId, task.inputAssets);
  if (inputs.some(({ truncated }) => truncated)) warnings.add('TRUNCATED_IMAGE');
  const side = keepsSize ? Math.max(0, ...inputs.map(({ width, height }) => Math.max(width, height))) : 0;
  for (const picture of pictures) {
    const file = await fileOf(parts, task, picture, inputs, source, signal);
    files.push(file);
    if (Math.max(file.widthPx, file.heightPx) < side) warnings.add('REDUCED');
    for (const warning of deviations?.(task, picture, file) ?? []) warnings.add(warning);
  }
  const { ids, expiresAt, commit, discard } = await parts.assets.prepare({
    tenantId: task.tenantId,
    taskId: task.id,
    files,
  });
  return {
    pictures: pictures.map((picture, position) => keptPicture(picture, ids[position]!, expiresAt)),
    warnings: [...warnings],
    commit,
    discard,
  };
}

async function fileOf(
  parts: KeepParts,
  task: Task,
  picture: MadePicture,
  inputs: readonly AssetRow[],
  source: DataSource,
  signal: AbortSignal,
): Promise<MadeFile> {
  const received =
    'bytes' in picture.from
      ? ownPicture(picture.from.bytes)
      : await fetchPicture(parts, picture.from.url, picture.aiLabel ?? false, source.origins, signal);
  const { labels, mark } = await labelsOf(parts, task, picture, inputs, received.labels, source);
  const { mime, bytes, width, height, ...labelled } =
    labels.length === 0 ? received : await parts.receiver.label(received.bytes, { labels, mark }, signal);
  return {
    mime,
    bytes,
    widthPx: width,
    heightPx: height,
    dpi: received.dpi ?? picture.dpi ?? null,
    watermarked: picture.watermarked ?? false,
    labels: labelled.labels,
    ...(picture.held ? { held: true } : {}),
  };
}

/** What our own engine made is known to be clean; a comment in it is the padding to a minimum size. */
function ownPicture(bytes: Uint8Array): ReceivedFile {
  const { mime, width, height } = sniff(bytes);
  return { bytes, mime, width, height, dpi: null, labels: [] };
}

async function fetchPicture(
  { receiver, allowHttpResults }: KeepParts,
  given: string,
  keepMetadata: boolean,
  origins: readonly string[],
  signal: AbortSignal,
) {
  let failed: unknown;
  for (const { url, plain } of addressesOf(given, origins, allowHttpResults)) {
    try {
      const { bytes } = await receiver.download(url, {
        maxBytes: LIMITS.vendor.resultBytes,
        signal,
        allowOrigins: origins,
        ...(plain ? { plainHttp: true } : {}),
      });
      sniff(bytes);
      return await receiver.receive(bytes, { keepMetadata }, signal);
    } catch (error) {
      signal.throwIfAborted();
      failed = error;
    }
  }
  throw failed;
}

/**
 * Where a result is looked for. A guide's `http:` is mostly a host that serves https as well, so that comes first, and as
 * it is printed only what the operator allows. An origin that the operator configured is taken as it is.
 */
function addressesOf(given: string, origins: readonly string[], allowHttp: boolean): { url: string; plain: boolean }[] {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== 'http:' || origins.includes(url.origin)) return [{ url: given, plain: false }];
  const secure = { url: given.replace(/^http:/i, 'https:'), plain: false };
  return allowHttp ? [secure, { url: given, plain: true }] : [secure];
}

/** What is held here is released from here, as long as it is kept. */
function keptPicture(picture: MadePicture, assetId: string, expiresAt: Date): KeptPicture {
  const { held } = picture;
  return {
    role: picture.role,
    assetId,
    index: picture.index,
    ...(held ? { held } : {}),
    vendorRef: held ? assetId : picture.vendorRef,
    releaseUntil: (held ? expiresAt : picture.releaseUntil)?.toISOString(),
    measured: picture.measured,
  };
}
