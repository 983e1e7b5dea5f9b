import { type Facts, type MadePicture, readSourceKey, type TaskWarning } from '../../../datasources/contract.js';
import type { AssetService, MadeFile } from '../../assets/asset-service.js';
import { sniff } from '../../assets/sniff.js';
import { LIMITS } from '../../kernel/limits.js';
import type { NotedPicture } from '../../store/attempt-rows.js';
import type { Sql } from '../../store/database.js';
import type { KeptPicture, PartResult, Task } from '../../store/task.js';
import { type OperationTable, rulesOf } from './operation-rules.js';

/** How a picture of a vendor becomes one of ours: fetched through the guard, proved to be a picture, freed of metadata. */
export interface Receiver {
  /** Throws URL_NOT_ALLOWED, URL_UNREACHABLE, FILE_TOO_LARGE. */
  download(
    url: string,
    options: { maxBytes: number; signal: AbortSignal; allowOrigins: readonly string[] },
  ): Promise<{ bytes: Uint8Array }>;
  /** Throws CORRUPT_IMAGE. */
  receive(
    bytes: Uint8Array,
    options: { keepMetadata: boolean },
    signal: AbortSignal,
  ): Promise<{ bytes: Uint8Array; mime: string; width: number; height: number; dpi: number | null }>;
  labelGenerated(
    bytes: Uint8Array,
    label: { producer: string; contentId: string },
    signal: AbortSignal,
  ): Promise<{ bytes: Uint8Array; mime: string; width: number; height: number }>;
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

export function fromNoted({ url, urlExpiresAt, releaseUntil, ...rest }: NotedPicture): MadePicture {
  return {
    ...rest,
    from: { url, ...(urlExpiresAt === null ? {} : { expiresAt: new Date(urlExpiresAt) }) },
    ...(releaseUntil === null ? {} : { releaseUntil: new Date(releaseUntil) }),
  };
}

/** The first moment at which the vendor deletes one of them, as far as it says. */
export function expiryOf(pictures: readonly NotedPicture[]): Date | undefined {
  const all = pictures.flatMap(({ urlExpiresAt }) => (urlExpiresAt === null ? [] : [Date.parse(urlExpiresAt)]));
  return all.length === 0 ? undefined : new Date(Math.min(...all));
}

/** Pictures on disk whose rows come with the commit of the outcome. */
export interface KeptPart {
  result: PartResult;
  commit(sql: Sql): Promise<void>;
  discard(): Promise<void>;
}

/** Downloads the pictures of one answer and keeps them. Can be called again after a failure: nothing is bought by it. */
export async function downloadResults(
  parts: { assets: AssetService; receiver: Receiver; operations: OperationTable },
  task: Task,
  answer: { pictures: readonly MadePicture[]; facts: Facts },
  origins: readonly string[],
  signal: AbortSignal,
): Promise<KeptPart> {
  const { receiver } = parts;
  const files: MadeFile[] = [];
  const warnings = new Set<TaskWarning>(answer.facts.warnings);
  const { vendor, sandbox } = readSourceKey(task.source);
  for (const picture of answer.pictures) {
    const received =
      'bytes' in picture.from
        ? ownPicture(picture.from.bytes)
        : await fetchPicture(receiver, picture.from.url, picture.aiLabel ?? false, origins, signal);
    const labelled = picture.aiLabel
      ? {
          ...received,
          ...(await receiver.labelGenerated(
            received.bytes,
            { producer: sandbox ? `Darkroom sandbox (${vendor})` : vendor, contentId: task.id },
            signal,
          )),
        }
      : received;
    files.push({
      mime: labelled.mime,
      bytes: labelled.bytes,
      widthPx: labelled.width,
      heightPx: labelled.height,
      dpi: received.dpi ?? picture.dpi ?? null,
      watermarked: picture.watermarked ?? false,
      aiLabel: picture.aiLabel ?? false,
    });
    for (const warning of rulesOf(parts.operations, task).deviations?.(task, picture, files.at(-1)!) ?? [])
      warnings.add(warning);
  }
  const prepared = await parts.assets.prepare({ tenantId: task.tenantId, taskId: task.id, files });
  const { vendorMessage: _forTheLog, ...facts } = answer.facts;
  return {
    result: {
      pictures: answer.pictures.map((picture, position) => keptPicture(picture, prepared.ids[position]!)),
      facts: { ...facts, ...(warnings.size === 0 ? {} : { warnings: [...warnings] }) },
    },
    commit: prepared.commit,
    discard: prepared.discard,
  };
}

/** What our own engine made is known to be clean; a comment in it is the padding to a minimum size. */
function ownPicture(bytes: Uint8Array) {
  const { mime, width, height } = sniff(bytes);
  return { bytes, mime, width, height, dpi: null };
}

async function fetchPicture(
  receiver: Receiver,
  url: string,
  keepMetadata: boolean,
  origins: readonly string[],
  signal: AbortSignal,
) {
  const { bytes } = await receiver.download(url, {
    maxBytes: LIMITS.vendor.resultBytes,
    signal,
    allowOrigins: origins,
  });
  sniff(bytes);
  return receiver.receive(bytes, { keepMetadata }, signal);
}

function keptPicture(picture: MadePicture, assetId: string): KeptPicture {
  return {
    role: picture.role,
    assetId,
    index: picture.index,
    vendorRef: picture.vendorRef,
    releaseUntil: picture.releaseUntil?.toISOString(),
    measured: picture.measured,
  };
}
