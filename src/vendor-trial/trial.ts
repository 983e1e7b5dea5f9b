import type { Answer, DataSource, JobContext, VendorName } from '../../datasources/contract.js';
import { openVendor } from '../../datasources/registry.js';
import { GREY_PHOTO } from './grey-photo.js';
import { idPhotoTrial, paintingTrial } from './jumei.js';
import { readError, watch } from './report.js';
import type { Step, Trial } from './step.js';

type Values = Readonly<Record<string, unknown>>;

const ONE_INCH = { widthPx: 295, heightPx: 413, dpi: 300, headRatio: 0.62 } as const;
const PHOTO = { photo: 'grey' };
/** No photo is there. */
const PHOTO_URL = 'https://photos.example.com/none.jpg';
/** Born on 1 January 1900, with the right check digit: nobody has this number. */
const NOBODY = { name: '测试', idNumber: '110101190001010014' };

const TRIALS: { readonly [Vendor in VendorName]?: (values: Values) => Trial | undefined } = {
  JUMEI_ID_PHOTO: idPhotoTrial,
  JUMEI_PAINTING: paintingTrial,
  LEQI: values =>
    bySource('LEQI', values, source => ({
      free: {
        what: 'a preview of a photo that is not there; only clean photos are charged, says the guide',
        run: submission(context =>
          source.capabilities.ID_PHOTO!.submit(
            {
              operation: 'ID_PHOTO',
              job: { specId: null, options: { ...ONE_INCH, backgrounds: [{ kind: 'solid', hex: '#FFFFFF' }] } },
              photos: PHOTO,
              part: 0,
            },
            context,
          ),
        ),
      },
    })),
  FANGTANG: values =>
    bySource('FANGTANG', values, source => ({
      free: { what: 'how many uploads are left', run: count(source) },
      billed: {
        what: 'one upload of a small grey picture',
        run: submission(context =>
          source.capabilities.RESTORATION!.submit(
            { operation: 'RESTORATION', job: { steps: 'SR' }, photos: PHOTO, part: 0 },
            context,
          ),
        ),
      },
    })),
  FEGINE: values =>
    bySource('FEGINE', values, source => ({
      billed: {
        what: 'one verification of somebody who does not exist, with a small grey picture',
        run: submission(context =>
          source.capabilities.FACE_VERIFICATION!.submit(
            {
              operation: 'FACE_VERIFICATION',
              job: {},
              photos: PHOTO,
              part: 0,
            },
            context,
          ),
        ),
      },
    })),
};

/** Undefined where the vendor is not configured. Throws VENDOR_NOT_CONFIGURED, naming what is missing, if it is half configured. */
export function trialOf(vendor: VendorName, values: Values): Trial | undefined {
  return (TRIALS[vendor] ?? (() => bySource(vendor, values, () => ({}))))(values);
}

function bySource(vendor: VendorName, values: Values, trial: (source: DataSource) => Trial): Trial | undefined {
  const source = openVendor(vendor, values);
  return source && { ...trial(source), close: async () => source.close?.() };
}

function submission(submit: (context: JobContext) => Promise<Answer>): Step['run'] {
  return async say => {
    const { result, httpStatus } = await watch(() => submit(contextOf()));
    const seen =
      result instanceof Error
        ? readError(result, httpStatus)
        : { kind: 'TAKEN', text: `HTTP ${httpStatus}, ${inWords(result)}` };
    say(seen.text);
    return seen.kind === 'TAKEN';
  };
}

function inWords(answer: Answer): string {
  const charged = { YES: 'it was charged', NO: 'it was not charged', UNKNOWN: 'it may have been charged' }[
    answer.billed
  ];
  if (answer.state !== 'DONE') return `taken as the work ${answer.vendorTaskId}; ${charged}`;
  const outcome = answer.facts?.faceOutcome;
  return `done${outcome === undefined ? '' : `, with the outcome ${outcome}`}; ${charged}`;
}

function count(source: DataSource): Step['run'] {
  return async say => {
    const { result, httpStatus } = await watch(() => source.quota!(AbortSignal.timeout(30_000)));
    say(
      result instanceof Error ? readError(result, httpStatus).text : `HTTP ${httpStatus}, ${result} uploads are left`,
    );
    return !(result instanceof Error);
  };
}

function contextOf(): JobContext {
  return {
    signal: AbortSignal.timeout(120_000),
    photo: async () => GREY_PHOTO,
    original: async () => GREY_PHOTO,
    photoUrl: async () => PHOTO_URL,
    open: (async () => NOBODY) as unknown as JobContext['open'],
    sent: () => {},
    report: () => {},
  };
}
