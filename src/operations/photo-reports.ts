import type { AssetService } from '../assets/asset-service.js';
import type { AskedNumber } from '../engine/asked-numbers.js';
import type { IdPhotoOptions } from '../engine/photo.js';
import type { CheckOptions, PhotoReport } from '../engine/report.js';
import type { Clock } from '../kernel/clock.js';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { Database } from '../store/database.js';
import { keepReport, type PhotoRow } from '../store/photo-rows.js';

/** Why a photo has no report. */
export const REPORT_ABSENCES = ['NOT_RELEASED', 'PHOTO_GONE', 'UNAVAILABLE'] as const;
export type ReportAbsence = (typeof REPORT_ABSENCES)[number];
export type Reported = { report: PhotoReport } | { absence: ReportAbsence };

/** The engine. */
export interface PhotoChecker {
  check(
    key: string,
    bytes: () => Promise<Uint8Array>,
    original: () => Promise<Uint8Array>,
    options: CheckOptions,
  ): Promise<PhotoReport>;
}

export interface PhotoReportParts {
  database: Database;
  assets: Pick<AssetService, 'bytesOf'>;
  checker: PhotoChecker;
  clock: Clock;
  log: { warn(details: object, message: string): void };
}

/**
 * The reports of ID photos. What was made here came with one. Of a vendor's photo it is made when it is first asked for:
 * nobody waits for it who does not read it, and it is kept, so that a subscription that selects it costs one analysis a
 * photo and not one an event.
 */
export class PhotoReports {
  readonly #making = new Map<string, Promise<Reported>>();
  /** Until when each is left alone: a photo that breaks a worker would break one at every event. */
  readonly #failed = new Map<string, number>();

  constructor(private readonly parts: PhotoReportParts) {}

  async of(row: PhotoRow, options: IdPhotoOptions): Promise<Reported> {
    const { id, measured, cleanAssetId } = row;
    if (measured?.report !== undefined) return { report: measured.report };
    if (cleanAssetId === null) return { absence: 'NOT_RELEASED' };
    const making = this.#making.get(id) ?? this.#begin(row, cleanAssetId, options);
    return making === undefined ? { absence: 'UNAVAILABLE' } : withinTime(making);
  }

  /** Undefined where it has to wait: for others, or because it failed a moment ago. */
  #begin(row: PhotoRow, asset: string, options: IdPhotoOptions): Promise<Reported> | undefined {
    const { id } = row;
    if (this.#making.size >= LIMITS.reports.atOnce) return undefined;
    if ((this.#failed.get(id) ?? 0) > this.parts.clock.now()) return undefined;
    const making = this.#make(row, asset, options)
      .catch((error): Reported => this.#absenceOf(error, id))
      .finally(() => this.#making.delete(id));
    this.#making.set(id, making);
    return making;
  }

  async #make(row: PhotoRow, asset: string, options: IdPhotoOptions): Promise<Reported> {
    const { assets, checker, database } = this.parts;
    const bytes = await assets.bytesOf(row.tenantId, asset);
    const report = await checker.check(
      asset,
      async () => bytes,
      async () => bytes,
      checkOf(options, row.index),
    );
    await keepReport(database, row, report);
    return { report };
  }

  #absenceOf(error: unknown, id: string): Reported {
    if (DarkroomError.is(error) && error.code === 'PHOTO_GONE') return { absence: 'PHOTO_GONE' };
    this.parts.log.warn({ photoId: id, code: DarkroomError.is(error) ? error.code : undefined }, 'no report was made');
    if (this.#failed.size >= LIMITS.reports.failed) this.#failed.delete(this.#failed.keys().next().value!);
    this.#failed.set(id, this.parts.clock.now() + LIMITS.reports.againMs);
    return { absence: 'UNAVAILABLE' };
  }
}

/** What was asked of that photo, and its size, which a vendor may miss. */
export function checkOf(
  { asked = [], traits = { named: {} }, widthPx, heightPx, backgrounds }: IdPhotoOptions,
  index: number,
): CheckOptions {
  const known = new Set(asked.map(({ code }) => code));
  const exactly = (code: AskedNumber['code'], value: number): AskedNumber[] =>
    known.has(code) ? [] : [{ code, min: value, max: value, strength: 'SPEC', rule: null }];
  const { backgrounds: taken, ...others } = traits;
  // What stands behind a transparent photo is not known yet.
  const isOpen = backgrounds[index]?.kind === 'transparent' || taken === undefined;
  return {
    stage: 'FINISHED',
    asked: [...asked, ...exactly('WIDTH_PX', widthPx), ...exactly('HEIGHT_PX', heightPx)],
    traits: isOpen ? others : traits,
    keeps: { background: false, lean: false },
  };
}

/** Who asks does not wait for ever; the report is kept once it is there. */
async function withinTime(making: Promise<Reported>): Promise<Reported> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Reported>(resolve => {
    timer = setTimeout(() => resolve({ absence: 'UNAVAILABLE' }), LIMITS.reports.waitMs);
  });
  return Promise.race([making, late]).finally(() => clearTimeout(timer));
}
