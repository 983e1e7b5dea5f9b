import { registerEnumType } from 'type-graphql';
import { TASK_STAGES, VENDORS } from '../datasources/contract.js';
import { PHOTO_WARNINGS } from '../src/engine/photo.js';
import { ERRORS } from '../src/kernel/errors.js';
import { TASK_STATES, WAITING_ON } from '../src/tasks/machine.js';

/** A GraphQL enum whose values are the strings that the rest of the house uses. */
function enumOf<T extends string>(
  name: string,
  description: string,
  values: Record<T, string>,
): { [Value in T]: Value } {
  const object = Object.fromEntries(Object.keys(values).map(value => [value, value])) as { [Value in T]: Value };
  registerEnumType(object, {
    name,
    description,
    valuesConfig: Object.fromEntries(
      Object.entries<string>(values).map(([value, text]) => [value, { description: text }]),
    ) as Record<T, { description: string }>,
  });
  return object;
}

/** The texts for exactly these values: a value without one does not compile. */
const texts = <T extends string>(_values: readonly T[], described: Record<T, string>) => described;

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

export const WaitingOnEnum = enumOf(
  'WaitingOn',
  'Whose turn it is.',
  texts(WAITING_ON, {
    VENDOR: 'Whoever does the work: a vendor or the local engine.',
    CALLER: 'You: a decision or a confirmation is due.',
    OPERATOR: 'The operator of this server.',
    NONE: 'Nobody: the task has ended.',
  }),
);

export const TaskStageEnum = enumOf(
  'TaskStage',
  'What is being done right now. More stages can be added: treat an unknown one as RUNNING.',
  texts(TASK_STAGES, {
    QUEUED: 'Waiting for a free worker.',
    ANALYZING: 'Finding the face and cutting the person out.',
    RENDERING: 'Cropping, putting on the background and fitting the file size.',
    SAVING: 'Keeping the results.',
    ENDED: 'Nothing more is done.',
  }),
);

export const ProgressSourceEnum = enumOf('ProgressSource', 'How much a percentage can be trusted.', {
  REPORTED: 'Told by whoever does the work.',
  ESTIMATED: 'Guessed from how long such work usually takes.',
  NONE: 'Nothing is known; `percent` is null.',
});

export const VendorEnum = enumOf(
  'Vendor',
  'Who serves a task.',
  texts(VENDORS, { LOCAL: "Darkroom's own image engine, on this server's CPU. Free of charge." }),
);

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
    BODY_CUT: 'The source ends above the lower edge of the photo.',
    SHOULDER_CUT: 'The source ends inside a shoulder.',
    MULTIPLE_FACES: 'There are smaller faces beside the main one.',
    EYES_CLOSED: 'The eyes seem to be closed.',
    HEAD_TILTED: 'The head was tilted or turned away; the tilt was corrected.',
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
  INPUT: 'A photo that was sent in. Kept for 24 hours unless configured otherwise.',
  RESULT: 'A picture that a task made. Kept for 7 days unless configured otherwise.',
});

export const OperationEnum = enumOf('Operation', 'What a task does.', {
  ID_PHOTO: 'Makes ID photos: `createIdPhoto`.',
});

export const ErrorCodeEnum = enumOf(
  'ErrorCode',
  'Every code of `extensions.code` and `Task.failure.code`, beside those of GraphQL itself (GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED). Codes are stable.',
  Object.fromEntries(Object.entries(ERRORS).map(([code, { en }]) => [code, en])) as Record<keyof typeof ERRORS, string>,
);
