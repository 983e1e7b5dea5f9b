import { AigcLabel, Asset, OriginalPhoto } from '../schema/asset.type.js';
import type { AssetLinks } from '../src/assets/links.js';
import type { AigcLabel as AigcFields } from '../src/kernel/aigc.js';
import type { AssetRow } from '../src/store/asset-rows.js';
import type { Context } from './context.js';

export function toAsset(row: AssetRow, links: AssetLinks): Asset {
  const link = row.purgedAt === null ? links.sign(row.id) : undefined;
  return Object.assign(new Asset(), {
    id: row.id,
    kind: row.kind === 'RESULT' ? 'RESULT' : 'INPUT',
    url: link?.url ?? null,
    urlExpiresAt: link?.expiresAt ?? null,
    expiresAt: row.expiresAt,
    purgedAt: row.purgedAt,
    createdAt: row.createdAt,
    mime: row.mime,
    bytes: row.bytes,
    widthPx: row.width,
    heightPx: row.height,
    dpi: row.dpi,
    sha256: row.sha256,
    watermarked: row.watermarked,
    truncated: row.truncated,
    aiLabel: row.aiLabel,
    aigc: (row.aigc ?? []).map(toAigcLabel),
  } satisfies Asset);
}

export function toOriginal({ id, mime, bytes, width, height, sha256 }: AssetRow, links: AssetLinks): OriginalPhoto {
  const { url, expiresAt: urlExpiresAt } = links.sign(id);
  return Object.assign(new OriginalPhoto(), {
    url,
    urlExpiresAt,
    mime,
    bytes,
    widthPx: width,
    heightPx: height,
    sha256,
  } satisfies OriginalPhoto);
}

function toAigcLabel(label: AigcFields): AigcLabel {
  return Object.assign(new AigcLabel(), {
    label: label.Label,
    contentProducer: label.ContentProducer,
    produceId: label.ProduceID,
    contentPropagator: label.ContentPropagator,
    propagateId: label.PropagateID,
  } satisfies AigcLabel);
}

export async function assetOf(id: string | null, context: Context, links: AssetLinks): Promise<Asset | null> {
  const row = id === null ? undefined : await context.assets.load(id);
  return row === undefined ? null : toAsset(row, links);
}
