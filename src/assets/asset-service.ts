import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Actor, LINK, SERVER } from '../audit/acts.js';
import type { Audit } from '../audit/audit.js';
import type { AigcLabel, Propagation } from '../kernel/aigc.js';
import type { Clock } from '../kernel/clock.js';
import { DarkroomError } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import type { DataKeys } from '../sealing/data-keys.js';
import {
  type AssetRow,
  assetFates,
  findAssets,
  findLinkedAsset,
  findOriginals,
  findWorkedAsset,
  hasBrief,
  insertAssets,
  markFirstRead,
  type NewAsset,
  purgeAssets,
  purgeBrief,
  purgeExpiredAssets,
} from '../store/asset-rows.js';
import type { Database, Sql } from '../store/database.js';
import type { ErasureList } from './erasures.js';
import type { AssetFiles } from './files.js';
import type { OpenPicture, PictureOf, Pictures } from './pictures.js';
import { sniff, sniffUpload } from './sniff.js';
import { DirectorySweep, tendQuarantine } from './sweep.js';

/**
 * Makes a photo safe to store: upright, sRGB, without metadata but labels of generated content, which name who hands it
 * on. Implemented by the engine.
 */
export interface Normaliser {
  normalise(
    bytes: Uint8Array,
    propagation?: Propagation,
  ): Promise<{
    bytes: Uint8Array;
    mime: string;
    width: number;
    height: number;
    labels: readonly AigcLabel[];
    truncated: boolean;
  }>;
}

/** A result file and what is known about it. */
export interface MadeFile {
  mime: string;
  bytes: Uint8Array;
  widthPx: number;
  heightPx: number;
  dpi: number | null;
  watermarked: boolean;
  /** Labels of generated content that it carries. */
  labels: readonly AigcLabel[];
  /** Nobody sees it until a release has copied it. */
  held?: boolean;
}

export interface AssetParts {
  database: Database;
  files: AssetFiles;
  keys: DataKeys;
  /** What stands in those files. */
  pictures: Pictures;
  erasures: ErasureList;
  audit: Pick<Audit, 'record' | 'rowOf'>;
  normaliser: Normaliser;
  clock: Clock;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  keepInputsMs: number;
  keepResultsMs: number;
  /** Who hands pictures on, for labels of generated content: the operator's name or code. */
  aigcProvider?: string | undefined;
  /** Called when the file of an asset is deleted, so that data derived from it is deleted too. */
  onPurged(id: string): void;
  /** Before a photo is kept: whether its tenant may keep so much more. Throws QUOTA_EXCEEDED. */
  requireRoom?(tenantId: string, bytes: number): Promise<void>;
}

/** Beyond it, a missing file is logged once more, and one that could not be removed waits for the next start. */
const REMEMBERED = 10_000;
const HASHED_AT_ONCE = 2_000_000;

/** Of 20 MB it would hold the event loop for up to 50 ms, hence the turns in between. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let from = 0; from < bytes.byteLength; from += HASHED_AT_ONCE) {
    if (from > 0) await turn();
    hash.update(bytes.subarray(from, from + HASHED_AT_ONCE));
  }
  return hash.digest('hex');
}

const labelled = (labels: readonly AigcLabel[]) => ({
  aiLabel: labels.length > 0,
  aigc: labels.length > 0 ? [...labels] : null,
});

/** Assets: uploaded photos and results. Each is a file on disk and its row, and both are deleted here. */
export class AssetService {
  /** Purged, and still there: the disk or the bucket was away. */
  readonly #unremoved = new Set<string>();
  /** Whose missing file was logged already. */
  readonly #missing = new Set<string>();

  constructor(private readonly parts: AssetParts) {}

  /**
   * Stores a photo that a caller uploaded, upright and cleaned, and beside it its bytes as they were sent. These are always
   * sealed: they tell where and when it was taken. Throws the photo errors of `sniffUpload` and `normalise`, and
   * QUOTA_EXCEEDED, before anything is stored.
   */
  async storeUpload(tenantId: string, sent: Uint8Array, by: Actor): Promise<AssetRow> {
    const { mime: sentMime, width: sentWidth, height: sentHeight } = sniffUpload(sent);
    // The upright copy has about the size of what was sent.
    await this.parts.requireRoom?.(tenantId, 2 * sent.byteLength);
    const id = newId('asset');
    const { aigcProvider: propagator, pictures } = this.parts;
    const propagation = propagator === undefined ? undefined : { propagator, id };
    const normal = await this.parts.normaliser.normalise(sent, propagation);
    const { bytes, mime, width, height, labels, truncated } = normal;
    const asset: NewAsset = {
      id,
      tenantId,
      kind: 'INPUT',
      taskId: null,
      mime,
      bytes: bytes.byteLength,
      width,
      height,
      dpi: null,
      sha256: await sha256(bytes),
      sourceSha256: await sha256(sent),
      watermarked: false,
      ...labelled(labels),
      companionOf: null,
      truncated,
      expiresAt: new Date(this.parts.clock.now() + this.parts.keepInputsMs),
    };
    const original: NewAsset = {
      ...asset,
      id: newId('asset'),
      kind: 'ORIGINAL',
      mime: sentMime,
      bytes: sent.byteLength,
      width: sentWidth,
      height: sentHeight,
      sha256: asset.sourceSha256!,
      sourceSha256: null,
      ...labelled([]),
      companionOf: id,
    };
    await pictures.write(original, sent, { seal: true });
    await pictures.write(asset, bytes).catch(async error => {
      await pictures.remove(original.id);
      throw error;
    });
    const { audit, database } = this.parts;
    const audited = audit.rowOf({ tenantId, act: 'PHOTO_UPLOADED', by, objectId: id });
    const rows = await insertAssets(database, [asset, original], audited);
    return rows.find(row => row.id === id)!;
  }

  /**
   * Stores a reduced copy of an asset and returns its id. Returns the id of the original where the bytes are the same.
   */
  async storeReduced(tenantId: string, from: string, bytes: Uint8Array): Promise<string> {
    const [source] = await this.find(tenantId, [from]);
    if (source === undefined) throw new DarkroomError('NOT_FOUND');
    const hash = await sha256(bytes);
    if (hash === source.sha256) return from;
    const { mime, width, height } = sniff(bytes);
    const id = newId('asset');
    await this.parts.pictures.write({ tenantId, id }, bytes);
    const { createdAt: _, purgedAt: __, firstReadAt: ___, ...same } = source;
    const measured = { mime, bytes: bytes.byteLength, width, height, sha256: hash };
    await insertAssets(this.parts.database, [{ ...same, ...measured, id, companionOf: from }]);
    return id;
  }

  /**
   * Writes the files of results now. `commit` inserts their rows in the transaction of the outcome, `discard` deletes
   * the files.
   */
  async prepare(made: { tenantId: string; taskId: string; files: readonly MadeFile[] }) {
    const hashes = await Promise.all(made.files.map(file => sha256(file.bytes)));
    const expiresAt = new Date(this.parts.clock.now() + this.parts.keepResultsMs);
    const rows: NewAsset[] = made.files.map((file, index) => ({
      id: newId('asset'),
      tenantId: made.tenantId,
      kind: 'RESULT',
      taskId: made.taskId,
      mime: file.mime,
      bytes: file.bytes.byteLength,
      width: file.widthPx,
      height: file.heightPx,
      dpi: file.dpi,
      sha256: hashes[index]!,
      sourceSha256: null,
      watermarked: file.watermarked,
      ...labelled(file.labels),
      companionOf: null,
      held: file.held ?? false,
      expiresAt,
    }));
    const discard = async () => {
      for (const row of rows) await this.parts.pictures.remove(row.id);
    };
    try {
      for (const [index, row] of rows.entries()) await this.parts.pictures.write(row, made.files[index]!.bytes);
    } catch (error) {
      await discard();
      throw error;
    }
    return {
      ids: rows.map(row => row.id),
      expiresAt,
      commit: async (sql: Sql) => {
        await insertAssets(sql, rows);
      },
      discard,
    };
  }

  find(tenantId: string, ids: readonly string[]): Promise<AssetRow[]> {
    return findAssets(this.parts.database, tenantId, ids);
  }

  /** For a signed link, which names no tenant. */
  findLinked(id: string): Promise<AssetRow | undefined> {
    return findLinkedAsset(this.parts.database, id);
  }

  /** The same for a link that is followed now. The first time is written down before anything is sent. */
  async findServed(id: string): Promise<AssetRow | undefined> {
    const asset = await this.findLinked(id);
    if (asset === undefined || asset.firstReadAt !== null) return asset;
    const { tenantId, taskId } = asset;
    const { audit, database } = this.parts;
    const entry = { tenantId, act: 'ASSET_READ', by: LINK, taskId: taskId ?? undefined, objectId: id } as const;
    await markFirstRead(database, id, audit.rowOf(entry));
    return asset;
  }

  /**
   * For the work on a task; also of what is held. Throws NOT_FOUND for an id that never belonged to this tenant,
   * PHOTO_GONE for one that was purged, PHOTO_MISSING for one whose file should be there.
   */
  async bytesOf(tenantId: string, id: string): Promise<Uint8Array> {
    const row = await findWorkedAsset(this.parts.database, tenantId, id);
    if (row === undefined) throw new DarkroomError('NOT_FOUND');
    if (row.purgedAt !== null) throw new DarkroomError('PHOTO_GONE');
    const bytes = await this.parts.pictures.read(row);
    if (bytes === undefined) throw await this.errorOfMissing(id);
    return bytes;
  }

  /** The originals of these photos that are still there. */
  findOriginals(tenantId: string, ids: readonly string[]): Promise<AssetRow[]> {
    return findOriginals(this.parts.database, tenantId, ids);
  }

  /**
   * The bytes of a photo as they were sent. Of one that was made here, or that came before they were kept, its own. Throws
   * what `bytesOf` throws.
   */
  async originalOf(tenantId: string, id: string): Promise<Uint8Array> {
    const [original] = await this.findOriginals(tenantId, [id]);
    return this.bytesOf(tenantId, original?.id ?? id);
  }

  /** The file of an asset, for serving. Undefined where it is not there. */
  open(picture: PictureOf): Promise<OpenPicture | undefined> {
    return this.parts.pictures.open(picture);
  }

  /** Deletes these assets and their companions now, whatever their expiry. An id of another tenant is left alone. */
  async purge(tenantId: string, ids: readonly string[]): Promise<void> {
    const own = (await this.find(tenantId, ids)).filter(({ purgedAt }) => purgedAt === null);
    await this.parts.erasures.note({ assets: own.map(({ id }) => id) });
    await this.removeFiles(await purgeAssets(this.parts.database, tenantId, ids));
  }

  /**
   * Of assets whose rows say already that they are purged. What could not be removed is tried again by `purgeExpired`, and
   * by the sweep after the next start; who asked for it is told all the same.
   */
  async removeFiles(ids: readonly string[]): Promise<void> {
    let failed: unknown;
    for (const id of ids) {
      this.parts.onPurged(id);
      try {
        await this.parts.pictures.remove(id);
        this.#unremoved.delete(id);
      } catch (error) {
        failed = error;
        if (this.#unremoved.size < REMEMBERED) this.#unremoved.add(id);
      }
    }
    if (failed !== undefined) throw failed;
  }

  /**
   * Deletes photos that go as soon as no open task needs them: of these ids, or of all.
   * @param done operations that need their photo no more once they wait for a person
   */
  async purgeBrief(done: readonly string[], ids?: readonly string[]): Promise<void> {
    const { database, audit } = this.parts;
    // Most tasks have none.
    if (ids !== undefined && !(await hasBrief(database, ids))) return;
    const purged = await database.transaction(async sql => {
      const rows = await purgeBrief(sql, done, ids);
      for (const { id: objectId, tenantId } of rows)
        await audit.record(sql, { tenantId, act: 'PHOTO_ERASED', by: SERVER, objectId });
      return rows.map(({ id }) => id);
    });
    await this.removeFiles(purged);
  }

  /** Deletes expired assets. Rows first: a link must not be served while its file is being deleted. */
  async purgeExpired(): Promise<number> {
    await this.removeFiles([...this.#unremoved]);
    let purged = 0;
    for (;;) {
      const ids = await purgeExpiredAssets(this.parts.database, 100);
      await this.removeFiles(ids);
      purged += ids.length;
      if (ids.length < 100) return purged;
    }
  }

  /**
   * Sets files and keys right after a crash or a restore. To be called at the start, before any work: what is in
   * quarantine and has its row again is back in its place when this returns. All other files, however many, are looked at
   * by the sweep that is returned, beside the work.
   * @param olderThanMs where other replicas share the directory and may be writing: only files older than this
   */
  async beginSweep(olderThanMs = 0): Promise<DirectorySweep> {
    const { files, keys } = this.parts;
    const sweep = await DirectorySweep.begin(this.parts, olderThanMs);
    await files.sweepTemporary(olderThanMs);
    await keys.sweepTemporary(olderThanMs);
    await this.tendQuarantine();
    return sweep;
  }

  tendQuarantine(): Promise<void> {
    return tendQuarantine(this.parts);
  }

  /**
   * The error for an asset whose file is not there: PHOTO_GONE if it was purged meanwhile. Otherwise the file should be
   * there, and the operator is told once: PHOTO_MISSING.
   */
  async errorOfMissing(id: string): Promise<DarkroomError> {
    if ((await assetFates(this.parts.database, [id])).get(id) !== 'LIVE') return new DarkroomError('PHOTO_GONE');
    if (!this.#missing.has(id)) {
      if (this.#missing.size >= REMEMBERED) this.#missing.clear();
      this.#missing.add(id);
      this.parts.log.error(
        { asset: id },
        'the file of a picture that should be there is missing in the data directory',
      );
    }
    return new DarkroomError('PHOTO_MISSING');
  }
}
