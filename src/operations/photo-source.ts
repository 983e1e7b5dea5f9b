import { badInput, DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';

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

const DATA_URL = /^data:image\/[a-z.+-]{1,30};base64,/i;

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
  return { bytes: decodeBase64(source.base64!, `${path}.base64`) };
}

/** Standard or URL-safe alphabet, with or without padding, line breaks or a data: prefix, as front ends really send it. */
function decodeBase64(text: string, path: string): Buffer {
  const most = LIMITS.upload.fileBytes;
  if (text.length > most * 1.4) throw new DarkroomError('FILE_TOO_LARGE', `The photo is larger than ${most} bytes.`);
  const body = text.replace(DATA_URL, '').replace(/[\r\n]/g, '');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(body)) throw badInput(path, 'BASE64', 'base64 of a JPEG, PNG or WebP file');
  const bytes = Buffer.from(body, 'base64');
  if (bytes.byteLength > most) throw new DarkroomError('FILE_TOO_LARGE', `The photo is larger than ${most} bytes.`);
  return bytes;
}
