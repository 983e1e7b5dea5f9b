import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Clock } from '../kernel/clock.js';
import { DarkroomError } from '../kernel/errors.js';
import type { AssetKind } from '../store/asset-rows.js';
import type { AssetLinks, LinkQuery } from './links.js';
import type { OpenPicture, PictureOf } from './pictures.js';

type Served = PictureOf & { kind: AssetKind; mime: string; sha256: string };

export interface ServeParts {
  links: AssetLinks;
  clock: Clock;
  /** Undefined when the asset never was or is no more. */
  find(id: string): Promise<Served | undefined>;
  /** Undefined where its file is not there. */
  open(picture: PictureOf): Promise<OpenPicture | undefined>;
  /** A small copy, at most so many pixels wide. A job that has to wait for its turn asks for the bytes once more. */
  thumbnail(
    id: string,
    bytes: () => Promise<Uint8Array>,
    widthPx: number,
  ): Promise<{ bytes: Uint8Array; mime: string }>;
  /** Where the link leads on to; undefined where the picture comes through us. Left out: all do. */
  leadOn?(asset: { id: string; mime: string }, fileName: string): Promise<string | undefined>;
  /** The error for an asset that was found and whose file is not there. */
  errorOfMissing(id: string): Promise<DarkroomError>;
}

export interface ServedAsset {
  /** 200 if not given. */
  status?: number;
  headers: Record<string, string>;
  body: Readable;
  /** At whom the download is counted: the link, and the tenant. */
  account: { caller: string; tenant: string };
}

const EXTENSIONS: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' };

/**
 * The answer to `GET /assets/<id>?...`. Throws LINK_INVALID, LINK_EXPIRED, PHOTO_GONE, PHOTO_MISSING.
 *
 * The signed link is the permission and the only one, so the check of it comes before any look at the asset: without a
 * good link no one learns which ids exist.
 */
export async function serveAsset(parts: ServeParts, id: string, query: LinkQuery): Promise<ServedAsset> {
  const verdict = parts.links.verify(id, query);
  if (verdict !== 'OK') throw new DarkroomError(verdict === 'EXPIRED' ? 'LINK_EXPIRED' : 'LINK_INVALID');
  const asset = await parts.find(id);
  if (!asset) throw new DarkroomError('PHOTO_GONE');
  const onward = await leadOn(parts, asset, query);
  if (onward !== undefined) return onward;
  // The link is signed, so the width is one that we chose.
  if (query.width !== undefined) return serveSmall(parts, asset, query);
  return answerOf(parts, asset, await openFile(parts, asset), query);
}

async function openFile(parts: ServeParts, asset: Served): Promise<OpenPicture> {
  const file = await parts.open(asset);
  if (!file) throw await parts.errorOfMissing(asset.id);
  return file;
}

async function leadOn(parts: ServeParts, asset: Served, query: LinkQuery): Promise<ServedAsset | undefined> {
  if (parts.leadOn === undefined || query.width !== undefined || query.through !== undefined) return undefined;
  if (EXTENSIONS[asset.mime] === undefined || asset.kind === 'ORIGINAL') return undefined;
  const location = await parts.leadOn(asset, fileNameOf(asset));
  if (location === undefined) return undefined;
  const headers = { ...SAFE, location, 'cache-control': 'no-store' };
  return { status: 302, headers, body: Readable.from([]), account: { caller: asset.id, tenant: asset.tenantId } };
}

/** The name that the sender gave the file is personal data ("Zhang San passport.jpg"); the id is not. */
function fileNameOf({ id, mime }: Served): string {
  return `${id}.${EXTENSIONS[mime] ?? 'bin'}`;
}

async function serveSmall(parts: ServeParts, asset: Served, query: LinkQuery): Promise<ServedAsset> {
  const read = async () => buffer((await openFile(parts, asset)).stream);
  const small = await parts.thumbnail(asset.id, read, Number(query.width));
  const picture = { bytes: small.bytes.byteLength, stream: Readable.from([small.bytes]) };
  return answerOf(parts, { ...asset, mime: small.mime, sha256: `${asset.sha256}-${query.width}` }, picture, query);
}

function answerOf(parts: ServeParts, asset: Served, file: OpenPicture, query: LinkQuery): ServedAsset {
  const { id } = asset;
  const extension = EXTENSIONS[asset.mime];
  const lifeLeft = Math.floor(Number(query.expires) - parts.clock.now() / 1_000);
  return {
    headers: {
      ...SAFE,
      // An original was written by whoever sent it, not by us: a browser saves it, and gives it to no decoder of its own.
      'content-type': extension && asset.kind !== 'ORIGINAL' ? asset.mime : 'application/octet-stream',
      'content-length': String(file.bytes),
      'content-disposition': `attachment; filename="${fileNameOf(asset)}"`,
      // No longer than the link lives: a shared computer's cache must not outlive the permission.
      'cache-control': `private, max-age=${Math.max(0, lifeLeft)}, immutable`,
      etag: `"${asset.sha256}"`,
    },
    body: file.stream,
    account: { caller: id, tenant: asset.tenantId },
  };
}

/**
 * If something that is not a picture ever came through, a browser must neither guess its type nor run it.
 * The resource policy is open because pages of other origins (the customer's site) show these pictures, and
 * without a link there is no picture anyway.
 */
const SAFE = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
};
