import { z } from 'zod';

/**
 * How good the source of a rule is. A: the authority's own page or its reference implementation. B: a government or
 * university page, or the authority's agent. C: several third parties agree, or one names the authority and the date.
 * D: one third party, or several that contradict each other.
 */
export const RULE_GRADES = ['A', 'B', 'C', 'D'] as const;
export type RuleGrade = (typeof RULE_GRADES)[number];

/** What the office says of edits. UNKNOWN: nothing was found, which is no permission. */
export const EDITING_POLICIES = ['NONE', 'NO_FEATURE_CHANGE', 'BACKGROUND_MUST_NOT_CHANGE', 'ANY', 'UNKNOWN'] as const;
export type EditingPolicy = (typeof EDITING_POLICIES)[number];

/** Where a head ends: at its highest hair, or at the skull. `unknown`: the text says "top of the head". */
export const HEAD_TOPS = ['hairTop', 'crownWithoutHair', 'unknown'] as const;
export type HeadTop = (typeof HEAD_TOPS)[number];

/** Who has to take the photo. */
export const PHOTO_TAKERS = ['SELF', 'AUTHORISED_PLACE', 'PHOTOGRAPHER', 'RECEIPT', 'LIVE_CAPTURE', 'UNKNOWN'] as const;

export const SOURCE_KINDS = ['authority', 'government', 'university', 'agent', 'thirdParty'] as const;
export const LENGTH_UNITS = ['px', 'mm', 'fraction'] as const;

const text = z.string().min(1);
const date = z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, 'a year, a month or a day, such as 2014-08-18');
const day = z.iso.date();
const link = z.string().regex(/^https?:\/\/[^\s/]+/, 'the address of a page');
const grade = z.enum(RULE_GRADES);

/** One end may be missing: it is open then. */
const ends = { min: z.number().nonnegative().optional(), max: z.number().nonnegative().optional() };
/** Published as "about", without a tolerance: a miss is worth a warning and no refusal. */
const approximate = z.boolean().optional();
const note = text.optional();

function inOrder<T extends z.ZodType<{ min?: number | undefined; max?: number | undefined }>>(shape: T): T {
  return shape.refine(({ min, max }) => (min === undefined ? max !== undefined : max === undefined || min <= max), {
    error: 'a range: one end at least, and the smaller one first',
  });
}

const length = { ...ends, unit: z.enum(LENGTH_UNITS), approximate, note };
const lengthRange = inOrder(z.strictObject(length));
const sides = { width: inOrder(z.strictObject(ends)).optional(), height: inOrder(z.strictObject(ends)).optional() };

/** What an office says of one document's photo. Missing is unknown, never "no". No number is made up. */
export const photoRule = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'small letters, digits and single hyphens'),
  title: text,
  titleEn: text,
  /** ISO 3166-1, or INT for international standards, EU for the Union. */
  country: z.string().regex(/^[A-Z]{2,3}$/),
  authority: text,
  document: text,
  /** Number and name of a published standard. */
  standard: text.optional(),
  grade,
  /** Where one part is weaker or stronger than the whole. */
  gradeByField: z.record(text, text).optional(),
  /** When the sources were read, in copies of public pages. */
  readOn: day,
  sourceUrl: link.optional(),
  sourceDate: date.optional(),
  sources: z
    .array(
      z.strictObject({
        url: link,
        kind: z.enum(SOURCE_KINDS),
        date: date.optional(),
        /** Missing: known from an earlier reading, and not opened again. */
        readOn: day.optional(),
        note,
      }),
    )
    .min(1),
  pixels: z.strictObject({ ...sides, aspect: text.optional(), approximate, note }).optional(),
  millimetres: z.strictObject({ ...sides, note }).optional(),
  dpi: inOrder(z.strictObject({ ...ends, approximate, note })).optional(),
  file: z.strictObject({
    formats: z.array(text).optional(),
    bytes: inOrder(
      z.strictObject({
        /** Bytes that hold whether the office counts 1,000 or 1,024 to a KB. */
        ...ends,
        /** As published. */
        kbMin: z.number().positive().optional(),
        kbMax: z.number().positive().optional(),
        /** `usual`: what files generally weigh, no limit. */
        kind: z.enum(['limit', 'usual']),
        note,
      }),
    ).optional(),
    jpegQuality: inOrder(z.strictObject({ ...ends, note })).optional(),
    colour: z.strictObject({ bitDepth: z.number().int().positive().optional(), space: text.optional() }).optional(),
  }),
  background: z
    .strictObject({
      colours: z
        .array(
          z.strictObject({
            /** As published: `white`, `light blue`. */
            name: text,
            /** Only where it is published. */
            rgb: z.array(z.number().int().min(0).max(255)).length(3).optional(),
            note,
          }),
        )
        .optional(),
      even: z.boolean().optional(),
      tolerance: text.optional(),
      forbidden: z.array(text).optional(),
      note,
    })
    .optional(),
  head: z
    .strictObject({
      measuredTo: z.enum(HEAD_TOPS),
      /** The frame in which lengths in px or mm are meant. */
      referenceFrame: z
        .strictObject({ width: z.number().positive(), height: z.number().positive(), unit: z.enum(['px', 'mm']) })
        .optional(),
      chinToTop: inOrder(
        z.strictObject({ ...length, rejectBelow: z.number().optional(), rejectAbove: z.number().optional() }),
      ).optional(),
      /** Between the cheeks, the roots of the ears, or the sides of the head: three different lengths. */
      faceWidth: inOrder(z.strictObject({ ...length, between: text.optional() })).optional(),
      eyeLine: inOrder(
        z.strictObject({ ...length, from: z.enum(['top', 'bottom']), childMax: z.number().optional() }),
      ).optional(),
      topMargin: lengthRange.optional(),
      belowChin: lengthRange.optional(),
      interEye: lengthRange.optional(),
      eyeMidpointFromLeft: lengthRange.optional(),
      sideMargin: lengthRange.optional(),
      centred: z.boolean().optional(),
      lowerEdge: text.optional(),
      /** What gives way where two numbers cannot both hold. */
      priority: text.optional(),
      note,
    })
    .optional(),
  pose: z
    .strictObject({
      rollMaxDeg: z.number().positive().optional(),
      yawMaxDeg: z.number().positive().optional(),
      pitchMaxDeg: z.number().positive().optional(),
    })
    .optional(),
  editing: z.strictObject({
    policy: z.enum(EDITING_POLICIES),
    reason: text,
    /** Whether a photo may be cropped and scaled. */
    geometryAllowed: z.boolean().optional(),
    rotationAllowed: z.boolean().optional(),
    upscalingAllowed: z.boolean().optional(),
  }),
  takenBy: z.enum(PHOTO_TAKERS),
  takenByNote: text.optional(),
  /** The office's own program that looks at the file afterwards. */
  officialTool: text.optional(),
  receiptRequired: z.boolean().optional(),
  receiptNote: text.optional(),
  fileNaming: text.optional(),
  recencyMonths: z.number().positive().optional(),
  expression: text.optional(),
  glasses: text.optional(),
  headwear: text.optional(),
  clothing: text.optional(),
  hairAndMakeup: text.optional(),
  /** Codes of rule-checks.ts: what this rule asks for. */
  checks: z.array(z.string().regex(/^[A-Z_]+$/)),
  /** What its sources contradict each other in. */
  contradictions: z.array(text).optional(),
  notes: text.optional(),
});

export type PhotoRule = z.output<typeof photoRule>;

/** How a rule belongs to a spec. EXACT: of that very document. FAMILY: of the same office or kind; advice alone. */
export const RULE_MATCHES = ['EXACT', 'FAMILY'] as const;
export type RuleMatch = (typeof RULE_MATCHES)[number];

/** Why a spec has no rule. NO_PUBLIC_RULE_FOUND: searched and not found, which proves nothing. */
export const WITHOUT_RULE = [
  'GENERIC_SIZE',
  'PORTRAIT_NO_AUTHORITY',
  'SCHOOL_LOCAL',
  'BANK_FORM',
  'INSTITUTION_RECRUITMENT',
  'NO_PUBLIC_RULE_FOUND',
] as const;
export type WithoutRule = (typeof WITHOUT_RULE)[number];

/** Which rules belong to a spec, the nearest first. */
export const specRules = z
  .strictObject({
    rules: z.array(z.strictObject({ id: text, match: z.enum(RULE_MATCHES) })),
    withoutRule: z.enum(WITHOUT_RULE).optional(),
    note,
  })
  .refine(({ rules, withoutRule }) => (rules.length === 0) === (withoutRule !== undefined), {
    error: 'rules, or the reason why there are none',
  });

export type SpecRules = z.output<typeof specRules>;

/** Width / height of an aspect such as `3:4`; undefined where it is none. */
export function ratioOf(aspect: string | undefined): number | undefined {
  const [across = 0, down = 0] = aspect?.split(':').map(Number) ?? [];
  return across > 0 && down > 0 ? across / down : undefined;
}

/** The narrowest and the widest shape, as width / height, of sizes within these ranges. */
export function ratiosOf(
  width: { min?: number | undefined; max?: number | undefined },
  height: { min?: number | undefined; max?: number | undefined },
): [narrowest: number, widest: number] {
  const infinity = Number.POSITIVE_INFINITY;
  return [(width.min ?? 0) / (height.max ?? infinity), (width.max ?? infinity) / (height.min ?? 0)];
}
