import { type AssetService, sha256 } from '../assets/asset-service.js';
import type { Actor } from '../audit/acts.js';
import { DarkroomError, ERRORS } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import { LIMITS } from '../kernel/limits.js';
import type { AssetRow } from '../store/asset-rows.js';
import { type PhotoSource, readPhotoSource } from './photo-source.js';

/** A photo that was given, not yet kept: what it is known by, and how to keep it. */
export interface GivenPhoto {
  /** SHA-256 of the bytes as sent: the same photo, sent again or named by its asset, is the same request. */
  identity: string;
  /** False for a picture that this server made. */
  uploaded: boolean;
  /** The id of the asset; kept now if it is not one yet. */
  keep(by: Actor): Promise<string>;
}

/** Takes photos in every form that a caller may give them. */
export class PhotoIntake {
  constructor(
    private readonly assets: AssetService,
    private readonly download: (
      url: string,
      options: { maxBytes: number; signal: AbortSignal; allowOrigins: readonly string[] },
    ) => Promise<{ bytes: Uint8Array }>,
  ) {}

  async read(tenantId: string, source: PhotoSource, path: string): Promise<GivenPhoto> {
    const given = await readPhotoSource(source, path);
    if ('assetId' in given) {
      const asset = await this.find(tenantId, given.assetId, `${path}.assetId`);
      // A request that is repeated is known by its photo, even after the photo went.
      return {
        identity: asset.sourceSha256 ?? asset.sha256,
        uploaded: asset.kind === 'INPUT',
        keep: async () => present(asset).id,
      };
    }
    const bytes = 'url' in given ? await this.fetch(given.url) : given.bytes;
    const keep = (by: Actor) =>
      this.assets.storeUpload(tenantId, bytes, by).catch(error => Promise.reject(atPath(error, path)));
    return { identity: await sha256(bytes), uploaded: true, keep: async by => (await keep(by)).id };
  }

  /** An asset of this tenant that is still there. Throws NOT_FOUND, PHOTO_GONE. */
  async asset(tenantId: string, id: string, path: string): Promise<AssetRow> {
    return present(await this.find(tenantId, id, path));
  }

  private async find(tenantId: string, id: string, path: string): Promise<AssetRow> {
    const [asset] = isId('asset', id) ? await this.assets.find(tenantId, [id]) : [];
    if (asset !== undefined) return asset;
    throw new DarkroomError('NOT_FOUND', 'There is no such asset.', [
      { path, code: 'UNKNOWN', allowed: 'the id of an asset of this server' },
    ]);
  }

  private async fetch(url: string): Promise<Uint8Array> {
    const signal = AbortSignal.timeout(LIMITS.upload.timeoutMs);
    return (await this.download(url, { maxBytes: LIMITS.upload.fileBytes, signal, allowOrigins: [] })).bytes;
  }
}

function present(asset: AssetRow): AssetRow {
  if (asset.purgedAt !== null) throw new DarkroomError('PHOTO_GONE');
  return asset;
}

/** Of two photos in one request the caller has to know which one is meant. */
function atPath(error: unknown, path: string): unknown {
  if (!DarkroomError.is(error) || error.fields.length > 0 || !ERRORS[error.code].userFixable) return error;
  const field = { path, code: error.code, allowed: 'a JPEG, PNG or WebP photo within the limits' };
  return new DarkroomError(error.code, error.message, [field], { cause: error });
}
