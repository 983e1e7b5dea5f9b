import { analyse } from '../../src/engine/analyse.js';
import type { Analysis } from '../../src/engine/analysis.js';
import { ASKED_CODES } from '../../src/engine/asked-numbers.js';
import { placePhoto } from '../../src/engine/body-edge.js';
import { readHeader } from '../../src/engine/decode.js';
import { exceedsFrame } from '../../src/engine/head-frame.js';
import type { IdPhotoOptions, RenderedPhoto } from '../../src/engine/photo.js';
import { renderPhotos } from '../../src/engine/render.js';
import type { CheckCode } from '../../src/engine/report.js';
import { renderUnedited } from '../../src/engine/unedited.js';
import { DarkroomError } from '../../src/kernel/errors.js';
import { readIdPhotoJob } from '../../src/operations/id-photo.js';
import { ownRules } from '../../src/operations/rule-options.js';
import { specs } from '../../src/specs/catalogue.js';
import { RuleBook } from '../../src/specs/rules/rule-book.js';
import type { Spec } from '../../src/specs/spec.js';
import type { Section } from './section.js';

const BOOK = new RuleBook();
const NUMBERS: ReadonlySet<CheckCode> = new Set(ASKED_CODES);
/** What a crop alone has to hold: without it LOCAL refuses a photo without edits, and names the number. */
const PLACED: ReadonlySet<CheckCode> = new Set(['HEAD_HEIGHT', 'FACE_WIDTH', 'EYE_LINE', 'TOP_MARGIN', 'BELOW_CHIN']);

/** Every spec that has the rule of its own document, on every portrait, in the document's own size. */
export const rules: Section = {
  name: 'rules',
  what: 'limits of documents: in a thousand, those that a delivered photo misses; specs that are refused',
  run: async material => {
    const rows: Awaited<ReturnType<Section['run']>> = {};
    const own = specs.list.filter(spec => ownRules(BOOK.of(spec)).length > 0);
    for (const portrait of material.portraits) {
      const makePhoto = photographer(portrait.bytes);
      let [limits, missed, refused] = [0, 0, 0];
      for (const spec of own) {
        const options = jobOf(spec);
        const photo = await makePhoto(options).catch(namedRefusal);
        if (photo instanceof DarkroomError) {
          refused++;
          material.say(`${portrait.name} ${spec.id}: ${photo.code}`);
          continue;
        }
        const asked = photo.report.checks.filter(
          ({ code, severity, source }) => severity === 'REQUIRED' && source === 'RULE' && NUMBERS.has(code),
        );
        const misses = asked.filter(({ verdict }) => verdict === 'FAIL');
        const isRefused = options.edit === 'NONE' && misses.some(({ code }) => PLACED.has(code));
        for (const { code, min, max, measured, rule } of misses) {
          const what = isRefused ? 'refused, ' : '';
          material.say(
            `${portrait.name} ${spec.id}: ${what}${code} ${measured}, ${rule} asks ${min ?? ''}..${max ?? ''}`,
          );
        }
        if (isRefused) refused++;
        else {
          limits += asked.length;
          missed += misses.length;
          if (misses.length > 0) await material.showPhoto(`${spec.id} ${misses[0]!.code}`, photo.bytes);
        }
      }
      material.say(
        `${portrait.name}: ${limits - missed} of ${limits} limits held, ${refused} of ${own.length} specs refused`,
      );
      rows[portrait.name] = { missed: (1000 * missed) / Math.max(1, limits), refused };
    }
    return rows;
  },
};

/** px, dpi and bytes of every spec, as a reader of the file sees them. */
export const files: Section = {
  name: 'files',
  what: 'files of all specs: how many have other pixels, another density or another size than is sold',
  run: async material => {
    const rows: Awaited<ReturnType<Section['run']>> = {};
    for (const portrait of material.portraits) {
      const makePhoto = photographer(portrait.bytes);
      const wrong = { px: 0, dpi: 0, kb: 0, refused: 0 };
      for (const spec of specs.list) {
        const { options } = readIdPhotoJob({ specId: spec.id, edit: 'BACKGROUND', allowBodyCut: true }, BOOK);
        const photo = await makePhoto(options).catch(namedRefusal);
        const faults = photo instanceof DarkroomError ? (['refused'] as const) : await faultsOf(photo, spec, options);
        for (const fault of faults) wrong[fault]++;
        if (faults.length > 0) material.say(`${portrait.name} ${spec.id}: ${faults.join(', ')}`);
      }
      rows[portrait.name] = wrong;
    }
    return rows;
  },
};

function jobOf({ id }: Spec): IdPhotoOptions {
  const own = BOOK.of(specs.byId(id)!).applied.filter(({ match }) => match === 'EXACT');
  // Where two documents contradict each other, what is sold holds one of them.
  const isOther = own.every(({ differences }) => differences.some(({ code }) => code === 'SIZE'));
  return readIdPhotoJob({ specId: id, ...(isOther ? { follow: 'RULE' } : {}), allowBodyCut: true }, BOOK).options;
}

/** A KB has 1,000 bytes for some and 1,024 for others; a file that holds by one of the countings is as it was sold. */
async function faultsOf({ bytes, mime }: RenderedPhoto, spec: Spec, options: IdPhotoOptions) {
  const header = await readHeader(bytes);
  const size = bytes.byteLength;
  const isSmall = spec.minKb !== null && size < spec.minKb * 1_000;
  const isLarge = spec.maxKb !== null && size > spec.maxKb * 1_024;
  return [
    ...(header.width !== spec.widthPx || header.height !== spec.heightPx ? (['px'] as const) : []),
    ...(mime === 'image/jpeg' && header.dpi !== options.dpi ? (['dpi'] as const) : []),
    ...(isSmall || isLarge ? (['kb'] as const) : []),
  ];
}

/** As `Engine.render`, in this process; a portrait is analysed once for each frame. */
function photographer(bytes: Uint8Array): (options: IdPhotoOptions) => Promise<RenderedPhoto> {
  const kept = new Map<string, Promise<Analysis>>();
  const analysed = (size: 'near' | 'wide', level: boolean) => {
    const key = `${size} ${level}`;
    const found = kept.get(key) ?? analyse(bytes, size, level);
    kept.set(key, found);
    return found;
  };
  return async options => {
    if (options.edit === 'NONE') return renderUnedited(bytes, await analysed('near', false), options);
    const level = options.level ?? true;
    let analysis = await analysed('near', level);
    const { crop } = placePhoto(analysis, options);
    if (exceedsFrame(analysis.frame, crop, options.widthPx, options.heightPx)) analysis = await analysed('wide', level);
    const photos: RenderedPhoto[] = [];
    await renderPhotos(analysis, options, photo => photos.push(photo));
    return photos[0]!;
  };
}

function namedRefusal(error: unknown): DarkroomError {
  if (error instanceof DarkroomError) return error;
  throw error;
}
