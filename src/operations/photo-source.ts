import { badInput } from '../kernel/errors.js';
import { decodeBase64 } from './base64-photo.js';

/** A file of a multipart request, read to its end before the resolver runs. */
export interface UploadedFile {
  bytes: Buffer;
}

/** A photo as a caller gives it: exactly one of these. */
export interface PhotoSource {
  upload?: Promise<UploadedFile> | UploadedFile | undefined;
  assetId?: string | undefined;
  url?: string | undefined;
  base64?: string | undefined;
}

/** The bytes, or where they are. Throws typed errors under `path`. */
export async function readPhotoSource(
  source: PhotoSource,
  path: string,
): Promise<{ bytes: Buffer } | { assetId: string } | { url: string }> {
  const given = [source.upload, source.assetId, source.url, source.base64].filter(value => value !== undefined);
  if (given.length !== 1) throw badInput(path, 'EXACTLY_ONE', 'upload, assetId, url or base64');
  if (source.assetId !== undefined) return { assetId: source.assetId };
  if (source.url !== undefined) return { url: source.url };
  if (source.upload !== undefined) return { bytes: (await source.upload).bytes };
  return { bytes: await decodeBase64(source.base64!, `${path}.base64`) };
}
