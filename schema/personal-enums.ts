import { HELD_THINGS, RETENTION_BASES } from '../datasources/retention.js';
import { AUDIT_ACTS } from '../src/audit/acts.js';
import { ERASURE_CAUSES, NOT_ERASED_CODES } from '../src/personal/receipt.js';
import { CONSENT_GIVERS, GUARDIANS } from '../src/store/consent-rows.js';
import { LEDGER_KINDS } from '../src/store/ledger-rows.js';
import { enumOf, texts } from './enum-of.js';

export const ConsentGiverEnum = enumOf(
  'ConsentGiver',
  'Who agreed to what is done with a face.',
  texts(CONSENT_GIVERS, { PERSON: 'The person.', GUARDIAN: 'A guardian: of a person under 14 it has to be one.' }),
);

export const GuardianEnum = enumOf(
  'Guardian',
  'Who the guardian of a person is.',
  texts(GUARDIANS, { MOTHER: 'The mother.', FATHER: 'The father.', OTHER: 'Another legal guardian.' }),
);

export const ErasureCauseEnum = enumOf(
  'ErasureCause',
  'What asked for an erasure.',
  texts(ERASURE_CAUSES, {
    TASK: '`deleteTask`.',
    REFERENCE: '`erase`.',
    CONSENT: '`withdrawConsent`.',
  }),
);

export const NotErasedCodeEnum = enumOf(
  'NotErasedCode',
  'Why an erasure left something.',
  texts(NOT_ERASED_CODES, {
    PHOTO_IN_USE: 'Another task, of another reference or none, works or worked on the same photo: delete that too.',
    RELEASED_WITH_OTHERS:
      'A release bought photos of others as well. Of this one its pictures were erased; the task is left.',
    TASK_CHANGED: 'The task changed while it was erased: ask again.',
  }),
);

export const HeldThingEnum = enumOf(
  'HeldThing',
  'What a vendor holds.',
  texts(HELD_THINGS, {
    PHOTO: 'The photo that it was sent.',
    PREVIEW: 'A watermarked picture that it made.',
    RESULT: 'A picture that it made.',
    TEXT: 'The text that it was sent.',
    IDENTITY: 'The name and the ID number that it was sent.',
  }),
);

export const RetentionBasisEnum = enumOf(
  'RetentionBasis',
  'Who says how long a vendor keeps something.',
  texts(RETENTION_BASES, {
    GUIDE: "The vendor's guide.",
    REPORTED: 'Public clients of the vendor; not documented.',
    UNKNOWN: 'Nobody: ask the vendor.',
  }),
);

export const LedgerKindEnum = enumOf(
  'LedgerKind',
  'What an entry of the ledger tells.',
  texts(LEDGER_KINDS, {
    INTENT: 'A call is about to be made.',
    SENT: 'It went out.',
    ANSWER: 'The vendor answered.',
    OUTCOME: 'What came of it was kept.',
    RESOLVED: 'A person settled whether it was charged.',
    EVIDENCE: 'What came too late to change anything.',
  }),
);

export const AuditActEnum = enumOf(
  'AuditAct',
  'What the audit trail tells of. More can be added.',
  texts(AUDIT_ACTS, {
    TASK_CREATED: 'A task was made; `objectId` is its consent.',
    TASK_CANCELED: 'A task was ended by a caller.',
    TASK_RESOLVED: 'A person settled a task that needed review; `outcome` says how.',
    ATTEMPT_RESOLVED: 'A person settled whether a call was charged; `outcome` says how.',
    TASK_ERASED: 'A task was erased, with its results.',
    MARK_LEFT_OUT:
      'Generated pictures were ordered without their visible mark; `objectId` is the reference of the agreement.',
    PHOTO_UPLOADED: 'A photo came; `objectId` is its asset.',
    ASSET_READ: 'A signed link of a picture was followed for the first time; later times are not written down.',
    FACE_VERIFIED: 'A verification gave an outcome, which is not told here.',
    PHOTO_ERASED: 'The photo of a verification was deleted at the end of its task.',
    CONSENT_WITHDRAWN: 'A consent was taken back; `objectId` is the consent.',
    REFERENCE_ERASED: 'Everything of one reference was erased; `objectId` is the receipt.',
    PERSON_EXPORTED: 'What is kept of one person was given out.',
    KEY_CREATED: 'An API key was made; `objectId` is its id.',
    KEY_REVOKED: 'An API key was revoked.',
    TENANT_CREATED: 'A tenant was made.',
    TENANT_LIMITED: 'The rate of a tenant was set; `outcome` is the operations a minute, or DEFAULT.',
    TENANT_CLOSED: 'A tenant was closed.',
    BUDGET_SET: 'A budget was made, or got other limits, which `outcome` tells; `objectId` is its id.',
    BUDGET_REMOVED: 'A budget was removed; `outcome` tells the limits that it had.',
    TASK_TOKEN_CREATED: 'A task token was made; `objectId` is its id.',
    TASK_TOKEN_REVOKED: 'A task token was revoked.',
    PHOTO_LINK_CREATED: 'A photo link was made; `objectId` is its id, and the `actorId` of what it makes.',
    PHOTO_LINK_REVOKED: 'A photo link was revoked.',
    WEBHOOK_CREATED: 'A webhook was made; `objectId` is its id.',
    WEBHOOK_SECRET_ROTATED: 'A webhook got a new secret.',
    WEBHOOK_ENABLED: 'A disabled webhook was made active again.',
    WEBHOOK_DELETED: 'A webhook was deleted.',
  }),
);
