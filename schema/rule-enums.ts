import {
  EDITING_POLICIES,
  PHOTO_TAKERS,
  RULE_GRADES,
  RULE_MATCHES,
  WITHOUT_RULE,
} from '../src/specs/rules/photo-rule.js';
import { JUDGEMENTS, RULE_CHECKS } from '../src/specs/rules/rule-checks.js';
import { NUMBER_STRENGTHS, NUMBER_UNITS, RULE_NUMBERS } from '../src/specs/rules/rule-numbers.js';
import { DIFFERENCES } from '../src/specs/rules/spec-against-rule.js';
import { enumOf, texts } from './enum-of.js';

export const RuleGradeEnum = enumOf(
  'RuleGrade',
  'How good the source of a rule is. No grade makes it official: ask the office.',
  texts(RULE_GRADES, {
    A: "The authority's own page or its reference implementation was read.",
    B: "A page of a government or a university, or of the authority's agent.",
    C: 'Several third parties agree, or one names the authority and the date.',
    D: 'One third party, or several that contradict each other.',
  }),
);

export const RuleMatchEnum = enumOf(
  'RuleMatch',
  'How a rule belongs to a spec.',
  texts(RULE_MATCHES, {
    EXACT: 'It is the rule of that very document.',
    FAMILY: 'It is of the same office or the same kind of document: advice, by which nothing is decided.',
  }),
);

export const WithoutRuleEnum = enumOf(
  'WithoutRule',
  'Why a spec has no rule. More reasons can be added: treat an unknown one as NO_PUBLIC_RULE_FOUND.',
  texts(WITHOUT_RULE, {
    GENERIC_SIZE: 'A size that many offices use, each with rules of its own.',
    PORTRAIT_NO_AUTHORITY: 'A portrait that no office asks for.',
    SCHOOL_LOCAL: 'Each school decides for itself.',
    BANK_FORM: 'The form of one bank.',
    INSTITUTION_RECRUITMENT: 'Each notice of recruitment has its own rules.',
    NO_PUBLIC_RULE_FOUND: 'It was searched for and not found, which does not prove that there is none.',
  }),
);

export const EditingPolicyEnum = enumOf(
  'EditingPolicy',
  'What an office says of edits of a photo.',
  texts(EDITING_POLICIES, {
    NONE: 'No retouch and no new background; crop and scale by `geometryAllowed`.',
    NO_FEATURE_CHANGE: 'Face, scars, moles and hair have to stay as they are; the background is not named.',
    BACKGROUND_MUST_NOT_CHANGE: 'The background has to be the one before which the photo was taken.',
    ANY: 'Edits are allowed.',
    UNKNOWN: 'Nothing was found; that is no permission.',
  }),
);

export const PhotoTakerEnum = enumOf(
  'PhotoTaker',
  'Who has to take the photo.',
  texts(PHOTO_TAKERS, {
    SELF: 'Anybody, the person included.',
    AUTHORISED_PLACE: 'The office itself or a place that it names.',
    PHOTOGRAPHER: 'A professional.',
    RECEIPT: 'A place that gives a photo receipt.',
    LIVE_CAPTURE: 'A camera at the counter.',
    UNKNOWN: 'The rule does not say.',
  }),
);

export const HeadTopEnum = enumOf('HeadTop', 'Where a head ends at the top.', {
  HAIR_TOP: 'At the highest hair.',
  CROWN_WITHOUT_HAIR: 'At the skull; the hair above it does not count.',
  UNKNOWN: 'The rule says "top of the head" and not more.',
});

export const RuleNumberCodeEnum = enumOf(
  'RuleNumberCode',
  'What a number of a rule measures. More can be added: show an unknown one by its `measured` and `note`.',
  texts(RULE_NUMBERS, {
    WIDTH_PX: 'Width of the picture.',
    HEIGHT_PX: 'Height of the picture.',
    WIDTH_MM: 'Width of the printed photo.',
    HEIGHT_MM: 'Height of the printed photo.',
    DPI: 'Density that stands in the file.',
    FILE_BYTES: 'Size of the file; it holds whether the office counts 1,000 or 1,024 bytes to a KB.',
    JPEG_QUALITY: 'Quality of the JPEG compression.',
    BIT_DEPTH: 'Bits of a pixel.',
    HEAD_HEIGHT: 'From the chin to the top of the head, see `measured`.',
    FACE_WIDTH: 'Width of the face or head, see `measured`.',
    EYE_LINE: 'Height of the eyes, see `measured`.',
    TOP_MARGIN: 'From the upper edge to the head.',
    BELOW_CHIN: 'From the chin to the lower edge.',
    INTER_EYE: 'Between the pupils.',
    EYE_MIDPOINT_FROM_LEFT: 'From the left edge to the middle between the eyes.',
    SIDE_MARGIN: 'From each side to the head.',
    ROLL: 'How far the head may lean to a shoulder.',
    YAW: 'How far the head may turn to a side.',
    PITCH: 'How far the head may nod.',
    RECENCY: 'How old the photo may be.',
  }),
);

export const NumberUnitEnum = enumOf(
  'NumberUnit',
  'The unit of a number of a rule.',
  texts(NUMBER_UNITS, {
    PX: 'Pixels.',
    MM: 'Millimetres.',
    FRACTION: 'A share of the height of the picture, or of its width for widths.',
    DPI: 'Dots per inch.',
    BYTES: 'Bytes.',
    PERCENT: 'Of 100.',
    BITS: 'Bits.',
    DEGREES: 'Degrees.',
    MONTHS: 'Months.',
  }),
);

export const NumberStrengthEnum = enumOf(
  'NumberStrength',
  'How strictly a number is meant.',
  texts(NUMBER_STRENGTHS, {
    LIMIT: 'A photo has to hold it.',
    APPROXIMATE: 'Published as "about", without a tolerance: a miss is worth a warning.',
    USUAL: 'What photos generally have: a miss is worth a warning.',
  }),
);

export const RuleJudgementEnum = enumOf(
  'RuleJudgement',
  'How well a program can judge something.',
  texts(JUDGEMENTS, {
    AUTOMATIC: 'By the picture or its header.',
    PARTIAL: 'An estimate, worth a warning.',
    NOT_POSSIBLE: 'A person has to look, or to know.',
  }),
);

export const RuleCheckCodeEnum = enumOf(
  'RuleCheckCode',
  'What a rule asks for. More can be added: treat an unknown one as something that a person has to look at.',
  Object.fromEntries(Object.entries(RULE_CHECKS).map(([code, { how }]) => [code, how])) as Record<
    keyof typeof RULE_CHECKS,
    string
  >,
);

export const SpecDifferenceCodeEnum = enumOf(
  'SpecDifferenceCode',
  'In what a spec is sold otherwise than its rule asks. More can be added: show `sold` and `asked`.',
  texts(DIFFERENCES, {
    SIZE: 'Another size or shape.',
    FILE_SIZE: 'A range of KB that reaches beyond the rule.',
    BACKGROUND: 'Colours that the rule does not list.',
    SHADE: 'A colour that the rule wants lighter.',
  }),
);
