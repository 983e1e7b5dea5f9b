import {
  FACE_OUTCOMES,
  type Operation,
  PHOTO_RELEASES,
  PICTURE_ROLES,
  TASK_STAGES,
  TASK_WARNINGS,
  VENDORS,
} from '../datasources/contract.js';
import { CALLER_KINDS } from '../src/access/caller.js';
import { ALL_SCOPES, SCOPES, type Scope } from '../src/access/scopes.js';
import { EDIT_OPERATIONS, PHOTO_WARNINGS } from '../src/engine/photo.js';
import { ERRORS } from '../src/kernel/errors.js';
import { ALL_OPERATIONS, rowOf } from '../src/operations/operations.js';
import { PAINTING_LABELS } from '../src/operations/painting.js';
import { REPORT_ABSENCES } from '../src/operations/photo-reports.js';
import { DELIVERY_FAILURES, DELIVERY_STATES } from '../src/store/delivery-rows.js';
import { PROGRESS_SOURCES, TASK_STATES, WAITING_ON } from '../src/store/task.js';
import { DISABLED_REASONS, WEBHOOK_EVENTS, WEBHOOK_STATES } from '../src/store/webhook-rows.js';
import { enumOf, texts } from './enum-of.js';

export const TaskStateEnum = enumOf(
  'TaskState',
  'Where a task stands. SUCCEEDED, FAILED, CANCELED and EXPIRED are final.',
  texts(TASK_STATES, {
    QUEUED: 'Accepted and kept; work has not begun.',
    RUNNING: 'Somebody works on it.',
    NEEDS_REVIEW:
      'It is not known whether a vendor did the work and charged for it; a person has to settle it. Nothing is sent again by itself.',
    SUCCEEDED: 'Done; the results are there.',
    FAILED: 'It could not be done; see `failure`.',
    CANCELED: 'Ended by `cancelTask`.',
    EXPIRED: 'The photo was deleted by its retention time before the work began.',
  }),
);

export const PaintingLabelEnum = enumOf(
  'PaintingLabel',
  'Where the label of generated content stands (GB 45438-2025).',
  texts(PAINTING_LABELS, {
    VISIBLE_AND_METADATA: 'In a corner of the picture, and in its metadata.',
    METADATA_ONLY: 'In its metadata alone: needs `labelAgreement`, and is written into the audit trail.',
  }),
);

export const WaitingOnEnum = enumOf(
  'WaitingOn',
  'Whose turn it is.',
  texts(WAITING_ON, {
    VENDOR: 'Whoever does the work: a vendor or the local engine.',
    OPERATOR: 'The operator of this server.',
    NONE: 'Nobody: the task has ended.',
  }),
);

export const TaskStageEnum = enumOf(
  'TaskStage',
  'What is being done right now.',
  texts(TASK_STAGES, {
    QUEUED: 'Waiting for a free worker.',
    SUBMITTING: 'Being sent to a vendor.',
    ANALYZING: 'Finding the face and cutting the person out.',
    RENDERING: 'Cropping, putting on the background and fitting the file size.',
    VENDOR_PROCESSING: 'The vendor works on it, and is asked now and then.',
    FETCHING: 'Fetching the results from the vendor.',
    ENDED: 'Nothing more is done.',
  }),
);

export const ProgressSourceEnum = enumOf(
  'ProgressSource',
  'How much a percentage can be trusted.',
  texts(PROGRESS_SOURCES, {
    REPORTED: 'Told by whoever does the work.',
    NONE: 'Nothing is known; `percent` is null.',
  }),
);

const VENDOR_TEXTS = texts(VENDORS, {
  LOCAL: "Darkroom's own image engine, on this server's CPU. Free of charge.",
  JUMEI_ID_PHOTO: 'Jumei ID photo (Huawei Cloud marketplace). Each background is a charged call.',
  LEQI: 'Leqi ID photo (Alibaba Cloud market). Watermarked previews are free; clean photos are bought with `releasePhotos`.',
  JUMEI_PAINTING: 'Jumei AI painting (Huawei Cloud marketplace). Each image is a unit.',
  FANGTANG: 'Fangtang restoration and background change. Each upload is a unit.',
  FEGINE: 'Fegine face verification against the national register (Alibaba Cloud market). Each answer is a unit.',
});

export const VendorEnum = enumOf('Vendor', 'Who serves a task.', VENDOR_TEXTS);

export const VendorChoiceEnum = enumOf('VendorChoice', 'Who is asked to serve a task.', {
  AUTO: 'The first healthy one that can do it: a configured vendor, else LOCAL, else the sandbox.',
  SANDBOX: 'Whoever of our sandbox can do it: nothing is charged and nothing is real.',
  ...VENDOR_TEXTS,
});

export const BilledEnum = enumOf('Billed', 'Whether a vendor call was charged.', {
  YES: 'It was charged, as far as the vendor tells.',
  NO: 'It was not charged.',
  UNKNOWN: 'Nobody can say; count on it.',
});

export const AttemptOutcomeEnum = enumOf('AttemptOutcome', 'How a vendor call ended.', {
  SUCCEEDED: 'It gave the result.',
  FAILED: 'It gave an error.',
  LOST: 'The process died or the answer was lost before the outcome could be kept.',
  CANCELED: 'The task was ended while the call ran.',
});

export const PhotoWarningEnum = enumOf(
  'PhotoWarning',
  'Something about a photo that a person should look at before it is handed in.',
  texts(PHOTO_WARNINGS, {
    LOW_RESOLUTION: 'The source has too few pixels: the picture was enlarged and looks soft.',
    CROWN_CUT: 'The edge of the source cuts through the hair.',
    BODY_CUT: 'The source ends above the lower edge of the photo, and `allowBodyCut` was set.',
    SHOULDER_CUT: 'The source ends inside a shoulder.',
    MULTIPLE_FACES: 'There are smaller faces beside the main one.',
    BLURRED: 'The face is blurred: hold the camera still, or use a sharper photo.',
    DARK: 'The face is dark or in deep shadow: take it in even light.',
    LOW_CUTOUT_QUALITY:
      'The cut between person and background is uncertain and may show: look at it, or take the photo before a plain wall.',
    EYES_CLOSED: 'The eyes seem to be closed.',
    HEAD_TILTED: 'The head was tilted or turned away; the tilt was corrected.',
    RULE_MISSED: 'It misses a limit of the rules of its document, or an option that places the head; see `report`.',
  }),
);

export const EditOperationEnum = enumOf(
  'EditOperation',
  'What is done to a photo that is not edited.',
  texts(EDIT_OPERATIONS, {
    DECODE: 'The file was read.',
    ORIENT: 'It was turned or mirrored as its EXIF orientation says.',
    TO_SRGB: 'Its colours were converted to 8 bits of sRGB, by its profile if it has one.',
    FLATTEN: 'What is transparent became white.',
    CROP: 'A rectangle of whole pixels was taken.',
    SCALE: 'It was scaled to the size of the photo.',
    ENCODE: 'It was written as JPEG, with its density, and padded to a least size where one is asked for.',
    LABEL: 'Its labels of generated content were written into the metadata.',
  }),
);

export const SizeUnitEnum = enumOf('SizeUnit', 'The unit in which the guide prints a size.', {
  MM: 'Millimetres on paper.',
  PX: 'Pixels.',
});

export const HexSourceEnum = enumOf('HexSource', 'Where the hex value of a colour comes from.', {
  VENDOR_GUIDE: "Printed in a vendor's guide.",
  DARKROOM: 'Our choice: the guides name the colour and give no value.',
});

export const AssetKindEnum = enumOf('AssetKind', 'What an asset is for.', {
  INPUT: 'A photo that was sent in, with its original. Kept for 24 hours unless configured otherwise.',
  RESULT: 'A picture that a task made. Kept for 7 days unless configured otherwise.',
});

export const OperationEnum = enumOf(
  'Operation',
  'What a task does.',
  Object.fromEntries(ALL_OPERATIONS.map(operation => [operation, rowOf(operation).description])) as Record<
    Operation,
    string
  >,
);

export const RestorationStepsEnum = enumOf('RestorationSteps', 'How far an old photo is restored.', {
  SR: 'Super-resolution: more pixels, sharper.',
  SR_REPAIR: 'And scratches, grain and fading mended.',
  SR_REPAIR_COLOR: 'And colours given to a black-and-white photo. Vendors only.',
});

export const FaceOutcomeEnum = enumOf(
  'FaceOutcome',
  'What a face verification found.',
  texts(FACE_OUTCOMES, {
    MATCH: 'The same person.',
    UNCERTAIN: 'Possibly the same person: never let it pass by itself.',
    MISMATCH: 'Not the same person.',
    IDENTITY_MISMATCH: 'Name and ID number do not belong together.',
    SIMULATED: 'The sandbox answered: nobody was verified.',
  }),
);

export const TaskWarningEnum = enumOf(
  'TaskWarning',
  'Something about the results of a task that is not as it was asked for.',
  texts(TASK_WARNINGS, {
    TRUNCATED_IMAGE:
      'The JPEG that was sent had been cut off: its last lines were missing, at most a tenth of it, and are left out. Send the whole file again if you have it.',
    REDUCED:
      'The photo has more pixels than the work or its vendor allows: it was reduced first, and the result may be smaller than it.',
    FEWER_IMAGES: 'The vendor gave fewer images than were asked for.',
    PICTURE_MISSING:
      'A picture that the vendor made could not be had before the vendor deleted it; see `parts.missing`. The others are delivered.',
    SIZE_DIFFERS: "The vendor's photo has another size in pixels.",
    FILE_SIZE_DIFFERS: "The vendor's file is outside of the KB range that was asked for.",
    FORMAT_DIFFERS: "The vendor's file is of another format than JPEG, or than PNG for a transparent background.",
    METADATA_KEPT: 'The metadata of the file was kept, because it holds the AI label.',
    EDITED_AGAINST_RULE:
      'The rule of that very document does not allow what was done to the photo; see `editing` of its spec, and `edit: NONE`.',
    BACKGROUND_AGAINST_RULE:
      'A background that was asked for is none that the rule of that very document lists; see `ruleOverrides`. Told as soon as the task is there.',
  }),
);

export const ReportAbsenceEnum = enumOf(
  'ReportAbsence',
  'Why an ID photo has no report. More can be added: treat an unknown one as UNAVAILABLE.',
  texts(REPORT_ABSENCES, {
    NOT_RELEASED: 'There is no clean photo yet, and a watermarked preview is not judged.',
    PHOTO_GONE: 'The picture is past its time, or was erased, and nobody had asked for its report before.',
    UNAVAILABLE: 'It could not be made in time, or others are being made: ask again in a few seconds.',
  }),
);

export const VendorStateEnum = enumOf('VendorState', 'Whether a vendor is called at the moment.', {
  CLOSED: 'It is called as usual.',
  OPEN: 'It failed several times in a row and is left alone for a while.',
  HALF_OPEN: 'One call tries whether it is well again.',
});

export const QuotaSourceEnum = enumOf('QuotaSource', 'Who counted the units that are left.', {
  VENDOR: 'The vendor.',
  COUNTED: 'We: the size of the package less what was charged of it.',
});

export const ResolutionEnum = enumOf('TaskResolution', 'What a person found out about a task that needed review.', {
  CHARGED: 'The vendor charged for it. The result is lost all the same.',
  NOT_CHARGED: 'The vendor did not charge for it.',
});

export const AttemptResolutionEnum = enumOf(
  'AttemptResolution',
  'Whether a call of an ended task was charged, where that was in doubt.',
  {
    CHARGED: 'The vendor charged for it.',
    NOT_CHARGED: 'The vendor did not charge for it.',
    AS_COUNTED:
      "As the vendor's own counts before and after the call show, where it counts (`unitsLeftBefore`, `unitsLeftAfter`). Error STILL_IN_DOUBT where they do not show it.",
  },
);

export const PhotoReleaseEnum = enumOf(
  'PhotoRelease',
  'When the clean photo comes.',
  texts(PHOTO_RELEASES, {
    NOW: 'With the task. LEQI cannot.',
    LATER:
      'By `releasePhotos`, e.g. once it is paid for; until `IdPhoto.releaseExpiresAt`. The task ends with a watermarked preview, and nothing shows the clean photo before. JUMEI_ID_PHOTO cannot.',
  }),
);

export const PictureRoleEnum = enumOf(
  'PictureRole',
  'What a picture is for.',
  texts(PICTURE_ROLES, {
    CLEAN: 'The picture to use.',
    PREVIEW: 'A watermarked preview of it.',
    SHEET: 'A print sheet.',
    SHEET_PREVIEW: 'A watermarked preview of a print sheet.',
  }),
);

const ENUM_OF_SCOPE = Object.fromEntries(
  ALL_SCOPES.map(scope => [scope, scope.toUpperCase().replace(':', '_')]),
) as Record<Scope, string>;

/** Names of GraphQL hold no colon: `tasks:read` is TASKS_READ. */
export const ScopeEnum = enumOf(
  'Scope',
  'What a caller may do.',
  Object.fromEntries(ALL_SCOPES.map(scope => [ENUM_OF_SCOPE[scope], SCOPES[scope]])),
);

export function scopeToEnum(scope: Scope): string {
  return ENUM_OF_SCOPE[scope];
}

export function scopeOfEnum(value: string): Scope {
  return ALL_SCOPES.find(scope => ENUM_OF_SCOPE[scope] === value)!;
}

export const CallerKindEnum = enumOf(
  'CallerKind',
  'What a caller showed of itself.',
  texts(CALLER_KINDS, {
    OPEN: 'Nothing: no API key was ever made here, and everybody on this machine may use all.',
    API_KEY: 'An API key.',
    JWT: "A token of the operator's issuer.",
    TASK_TOKEN: 'A token of `createTaskToken`: it reads and follows one task.',
    PHOTO_LINK: 'A token of `createPhotoLink`: it makes photos of one request, and follows them.',
  }),
);

export const UsageKeyEnum = enumOf('UsageKey', 'What sums of usage are grouped by.', {
  VENDOR: 'Who was called.',
  OPERATION: 'What was asked for.',
  LABEL: "The caller's labels; a call counts once for each.",
  KEY: 'The API key that made the task, or by whose photo link it was made.',
  DAY: 'The day in China (Asia/Shanghai).',
});

export const WebhookEventEnum = enumOf(
  'WebhookEvent',
  'What a webhook can be told of: that a task has come to this state. The `type` of its message is e.g. `task.succeeded`.',
  texts(WEBHOOK_EVENTS, {
    TASK_SUCCEEDED: 'It is done; the results are there.',
    TASK_FAILED: 'It could not be done.',
    TASK_NEEDS_REVIEW: 'A person has to settle it; told again if something changes while it is in review.',
    TASK_CANCELED: 'It was ended by `cancelTask`.',
    TASK_EXPIRED: 'Its photo was deleted before the work began.',
  }),
);

export const WebhookStateEnum = enumOf(
  'WebhookState',
  'Whether messages are sent to a webhook.',
  texts(WEBHOOK_STATES, {
    ACTIVE: 'They are sent.',
    DISABLED: 'Nothing is written or sent until `enableWebhook`.',
  }),
);

export const DisabledReasonEnum = enumOf(
  'WebhookDisabledReason',
  'Why a webhook was disabled.',
  texts(DISABLED_REASONS, {
    GONE: 'Its server answered 410 Gone.',
    FAILING: 'It took nothing for three days.',
    KEY_REVOKED: 'The API key whose tasks it hears of was revoked.',
    SECRET_LOST: 'The secret of this server has changed: rotate that of the webhook, then enable it.',
  }),
);

export const DeliveryStateEnum = enumOf(
  'WebhookDeliveryState',
  'What became of a message.',
  texts(DELIVERY_STATES, {
    PENDING: 'It is tried, now or later.',
    DELIVERED: 'It was answered with 2xx.',
    DEAD: 'It was given up: after ten tries in three days, or because its webhook was disabled. `resendWebhook` sends it again.',
  }),
);

export const DeliveryFailureEnum = enumOf(
  'WebhookDeliveryFailure',
  'Why a try failed.',
  texts(DELIVERY_FAILURES, {
    NOT_ALLOWED: 'The URL does not lead to a public address, or no longer.',
    UNREACHABLE: 'No connection, or one that broke; also a certificate that is not trusted.',
    TIMEOUT: 'No answer within 20 s.',
    REDIRECT: 'It was answered with a redirect, which is not followed.',
    STATUS: 'It was answered with another status than 2xx.',
  }),
);

export const ErrorCodeEnum = enumOf(
  'ErrorCode',
  'Every code of `extensions.code` and `Task.failure.code`. Codes are stable; more can be added.',
  Object.fromEntries(Object.entries(ERRORS).map(([code, { en }]) => [code, en])) as Record<keyof typeof ERRORS, string>,
);
