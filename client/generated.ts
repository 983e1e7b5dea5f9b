/** The text of a document, with the types of its variables and its answer. */
export type Text<Result, Variables> = string & { readonly __apiType?: (variables: Variables) => Result };
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A moment, as RFC 3339 writes it: `2026-01-31T08:15:30.123Z`. Another offset than Z is read as well. */
  DateTime: { input: string; output: string; }
  /** An sRGB colour as `#RRGGBB`. */
  HexColor: { input: string; output: string; }
  /** An absolute URL. */
  URL: { input: string; output: string; }
  /** The `Upload` scalar type represents a file upload. */
  Upload: { input: Blob; output: Blob; }
};

/** What an asset is for. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type AssetKind =
  /** A photo that was sent in, with its original. Kept for 24 hours unless configured otherwise. */
  | 'INPUT'
  /** A picture that a task made. Kept for 7 days unless configured otherwise. */
  | 'RESULT';

/** How a vendor call ended. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type AttemptOutcome =
  /** The task was ended while the call ran. */
  | 'CANCELED'
  /** It gave an error. */
  | 'FAILED'
  /** The process died or the answer was lost before the outcome could be kept. */
  | 'LOST'
  /** It gave the result. */
  | 'SUCCEEDED';

/** Whether a call of an ended task was charged, where that was in doubt. */
export type AttemptResolution =
  /** As the vendor's own counts before and after the call show, where it counts (`unitsLeftBefore`, `unitsLeftAfter`). Error STILL_IN_DOUBT where they do not show it. */
  | 'AS_COUNTED'
  /** The vendor charged for it. */
  | 'CHARGED'
  /** The vendor did not charge for it. */
  | 'NOT_CHARGED';

/** What the audit trail tells of. More can be added. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type AuditAct =
  /** A signed link of a picture was followed for the first time; later times are not written down. */
  | 'ASSET_READ'
  /** A person settled whether a call was charged; `outcome` says how. */
  | 'ATTEMPT_RESOLVED'
  /** A budget was removed; `outcome` tells the limits that it had. */
  | 'BUDGET_REMOVED'
  /** A budget was made, or got other limits, which `outcome` tells; `objectId` is its id. */
  | 'BUDGET_SET'
  /** A consent was taken back; `objectId` is the consent. */
  | 'CONSENT_WITHDRAWN'
  /** A verification gave an outcome, which is not told here. */
  | 'FACE_VERIFIED'
  /** An API key was made; `objectId` is its id. */
  | 'KEY_CREATED'
  /** An API key was revoked. */
  | 'KEY_REVOKED'
  /** Generated pictures were ordered without their visible mark; `objectId` is the reference of the agreement. */
  | 'MARK_LEFT_OUT'
  /** What is kept of one person was given out. */
  | 'PERSON_EXPORTED'
  /** The photo of a verification was deleted at the end of its task. */
  | 'PHOTO_ERASED'
  /** A photo link was made; `objectId` is its id, and the `actorId` of what it makes. */
  | 'PHOTO_LINK_CREATED'
  /** A photo link was revoked. */
  | 'PHOTO_LINK_REVOKED'
  /** A photo came; `objectId` is its asset. */
  | 'PHOTO_UPLOADED'
  /** Everything of one reference was erased; `objectId` is the receipt. */
  | 'REFERENCE_ERASED'
  /** A task was ended by a caller. */
  | 'TASK_CANCELED'
  /** A task was made; `objectId` is its consent. */
  | 'TASK_CREATED'
  /** A task was erased, with its results. */
  | 'TASK_ERASED'
  /** A person settled a task that needed review; `outcome` says how. */
  | 'TASK_RESOLVED'
  /** A task token was made; `objectId` is its id. */
  | 'TASK_TOKEN_CREATED'
  /** A task token was revoked. */
  | 'TASK_TOKEN_REVOKED'
  /** A tenant was closed. */
  | 'TENANT_CLOSED'
  /** A tenant was made. */
  | 'TENANT_CREATED'
  /** The rate of a tenant was set; `outcome` is the operations a minute, or DEFAULT. */
  | 'TENANT_LIMITED'
  /** A webhook was made; `objectId` is its id. */
  | 'WEBHOOK_CREATED'
  /** A webhook was deleted. */
  | 'WEBHOOK_DELETED'
  /** A disabled webhook was made active again. */
  | 'WEBHOOK_ENABLED'
  /** A webhook got a new secret. */
  | 'WEBHOOK_SECRET_ROTATED';

/** Which entries of the audit trail; all conditions have to hold. */
export type AuditFilterInput = {
  /** By this key or user: the `id` that `viewer` tells them. */
  actorId?: InputMaybe<Scalars['String']['input']>;
  /** By the holder of JWTs with this `sub`, which stands in the trail as an HMAC. In place of `actorId`. */
  actorSubject?: InputMaybe<Scalars['String']['input']>;
  /** What was done. */
  acts?: InputMaybe<Array<AuditAct>>;
  /** From this time on. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** About this reference of yours. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** About this task. */
  taskId?: InputMaybe<Scalars['ID']['input']>;
  /** Until before this time. */
  to?: InputMaybe<Scalars['DateTime']['input']>;
};

/** What to put behind the person: exactly one of `color` and `gradient`. */
export type BackgroundInput =
  /** The id of a colour of `colors`, `#RRGGBB`, or `transparent` for a PNG with an alpha channel. */
  { color: Scalars['String']['input']; gradient?: never; }
  |  /** A gradient of your own. */
  { color?: never; gradient: GradientInput; };

/** What stands behind the person. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type BackgroundKind =
  /** From `hex` at the top to `hexEnd` at the bottom. */
  | 'GRADIENT'
  /** What the photo was taken before: nothing was cut out. */
  | 'ORIGINAL'
  /** One colour. */
  | 'SOLID'
  /** Nothing: a PNG with an alpha channel. */
  | 'TRANSPARENT';

/** How the background of a photo is to change. */
export type BackgroundOptionsInput = {
  /** What to put behind the person. */
  background: BackgroundInput;
  /** The same key with the same input gives the same task for at least 24 hours; with another input it is refused. 1 to 255 characters. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Up to 10 labels of up to 64 characters; tasks can be found by them. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Your own reference, such as an order number; tasks can be found by it. Up to 128 characters; no personal data, please. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** Who changes it; default AUTO. */
  vendor?: InputMaybe<VendorChoice>;
  /** A webhook that is to hear of this task, beside those that follow all tasks; see `createWebhook`. A URL is not taken here: a target is checked, and its secret agreed on, once. */
  webhookId?: InputMaybe<Scalars['ID']['input']>;
};

/** Whether a vendor call was charged. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type Billed =
  /** It was not charged. */
  | 'NO'
  /** Nobody can say; count on it. */
  | 'UNKNOWN'
  /** It was charged, as far as the vendor tells. */
  | 'YES';

/** From and to, as fractions of 1. */
export type BoundsInput = {
  /** At most: 0 to 1. */
  max: Scalars['Float']['input'];
  /** At least: 0 to 1. */
  min: Scalars['Float']['input'];
};

/** When a budget begins anew. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type BudgetPeriod =
  /** Each day, at midnight in China (Asia/Shanghai). */
  | 'DAY'
  /** Each month, by the same clock. */
  | 'MONTH'
  /** Never. */
  | 'TOTAL';

/** What a caller showed of itself. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type CallerKind =
  /** An API key. */
  | 'API_KEY'
  /** A token of the operator's issuer. */
  | 'JWT'
  /** Nothing: no API key was ever made here, and everybody on this machine may use all. */
  | 'OPEN'
  /** A token of `createPhotoLink`: it makes photos of one request, and follows them. */
  | 'PHOTO_LINK'
  /** A token of `createTaskToken`: it reads and follows one task. */
  | 'TASK_TOKEN';

/** A photo whose background is to change. */
export type ChangeBackgroundInput = {
  /** What to put behind the person. */
  background: BackgroundInput;
  /** That the person agreed. Required where the operator says so (DARKROOM_REQUIRE_CONSENT). */
  consent?: InputMaybe<ConsentInput>;
  /** The same key with the same input gives the same task for at least 24 hours; with another input it is refused. 1 to 255 characters. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Up to 10 labels of up to 64 characters; tasks can be found by them. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** A photo with one person. */
  photo: PhotoInput;
  /** Your own reference, such as an order number; tasks can be found by it. Up to 128 characters; no personal data, please. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** Who changes it; default AUTO. */
  vendor?: InputMaybe<VendorChoice>;
  /** A webhook that is to hear of this task, beside those that follow all tasks; see `createWebhook`. A URL is not taken here: a target is checked, and its secret agreed on, once. */
  webhookId?: InputMaybe<Scalars['ID']['input']>;
};

/** What a report looks at. More can be added: show an unknown one by its `name` and `hint`. */
export type CheckCode =
  /** Not generated. By labels of generated content. That there is none proves nothing. */
  | 'AI_GENERATED'
  /** Background colour. How far the background is from the nearest colour that is taken. Rules give names and no tolerance. */
  | 'BACKGROUND_COLOR'
  /** Even background. How far its colours, or its light from place to place, are from each other: shadows and patterns count. */
  | 'BACKGROUND_EVENNESS'
  /** Space below the chin. */
  | 'BELOW_CHIN'
  /** Bits a pixel. */
  | 'BIT_DEPTH'
  /** No border. */
  | 'BORDER'
  /** Brows. */
  | 'BROWS_VISIBLE'
  /** Centred. The middle of the eyes, from the middle of the picture, as a share of its width; positive to the right. */
  | 'CENTRING'
  /** Clothes. */
  | 'CLOTHES_VS_BACKGROUND'
  /** In colour. Mean distance of the face from grey, in a* and b*. */
  | 'COLOR_NOT_GREY'
  /** Lenses. */
  | 'COLOURED_LENSES'
  /** Proportions. */
  | 'DISTORTED'
  /** Density. */
  | 'DPI'
  /** Contrast. Entropy of the light of the face. */
  | 'DYNAMIC_RANGE'
  /** Ears. */
  | 'EARS_VISIBLE'
  /** Not edited. By the programs that the file names, and by what Darkroom did. That none is named proves nothing. */
  | 'EDITED'
  /** Eyes open. The less open eye, as a share of the way from the eyes to the chin. Landmarks alone cannot tell a closed eye: it is judged by whether there is an iris, too. */
  | 'EYES_OPEN'
  /** Pixels between the eyes. Pixels between the centres of the eyes. */
  | 'EYE_DISTANCE'
  /** Height of the eyes. */
  | 'EYE_LINE'
  /** Eyes from the left edge. */
  | 'EYE_MIDPOINT_FROM_LEFT'
  /** Face. One whole face, turned to the camera, was found; `found` says why not. */
  | 'FACE'
  /** Face width. */
  | 'FACE_WIDTH'
  /** File size. */
  | 'FILE_BYTES'
  /** Format. */
  | 'FILE_FORMAT'
  /** File name. */
  | 'FILE_NAME'
  /** Gaze. */
  | 'GAZE'
  /** No glare. The share of the region around the eyes that is white. */
  | 'GLARE'
  /** Usual glasses. */
  | 'GLASSES_HABITUAL'
  /** Glasses. */
  | 'GLASSES_PRESENT'
  /** Hair over the eyes. */
  | 'HAIR_OVER_EYES'
  /** Head covering. */
  | 'HEADWEAR'
  /** Whole head. The share of the head's width that ends at the upper edge of the picture. */
  | 'HEAD_CUT'
  /** Head height. */
  | 'HEAD_HEIGHT'
  /** Height. */
  | 'HEIGHT_PX'
  /** Distance of the eyes. */
  | 'INTER_EYE'
  /** Jewellery. */
  | 'JEWELLERY'
  /** JPEG quality. Estimated by the quantisation table; other encoders count otherwise. */
  | 'JPEG_QUALITY'
  /** Likeness. */
  | 'LIKENESS'
  /** Lower edge. */
  | 'LOWER_EDGE'
  /** Mean light. Mean light of the face. */
  | 'LUMINANCE_MEAN'
  /** Spread of light. Variance of the light of the face. */
  | 'LUMINANCE_VARIANCE'
  /** Make-up. */
  | 'MAKEUP'
  /** Not mirrored. */
  | 'MIRRORED'
  /** Mouth closed. The mouth between its lips, as a share of the way from the eyes to the chin. */
  | 'MOUTH_CLOSED'
  /** Natural colour. How far the cheeks are from the colours of skin, in a* and b*. */
  | 'NATURAL_COLOR'
  /** Expression. */
  | 'NEUTRAL_EXPRESSION'
  /** Office program. */
  | 'OFFICIAL_TOOL'
  /** Not too bright. The share of the face that is as good as white. */
  | 'OVEREXPOSURE'
  /** Nod. How far the head nods, by the same; known to about 8 degrees. */
  | 'PITCH'
  /** Paper. */
  | 'PRINT_PAPER'
  /** Receipt. */
  | 'RECEIPT'
  /** Recent. */
  | 'RECENCY'
  /** Red eyes. */
  | 'RED_EYE'
  /** Lean. */
  | 'ROLL'
  /** No shadow on the face. Light of the darker half of the face, as a share of that of the brighter one. */
  | 'SHADOW'
  /** Sharpness. Slope of the face's steepest edges, as a share of its range of light. */
  | 'SHARPNESS'
  /** Shoulders. */
  | 'SHOULDERS_VISIBLE'
  /** Space beside the head. */
  | 'SIDE_MARGIN'
  /** One face. How many faces there are. */
  | 'SINGLE_FACE'
  /** Taken by. */
  | 'TAKEN_BY'
  /** Space above the head. */
  | 'TOP_MARGIN'
  /** Not too dark. Median luma of the face. */
  | 'UNDEREXPOSURE'
  /** Uniform. */
  | 'UNIFORM'
  /** Not enlarged. */
  | 'UPSCALED'
  /** Width. */
  | 'WIDTH_PX'
  /** Turn. How far the head is turned, by the depth of the landmarks; known to about 4 degrees. */
  | 'YAW';

/** A photo to check, and what for. Exactly one of `specId` and `customSize`. */
export type CheckPhotoInput = {
  /** That the person agreed. A photo that this server made is covered by the consent of its task; of another one see createIdPhoto. */
  consent?: InputMaybe<ConsentInput>;
  /** A size of your own, mm at 300 dpi; no rule is asked then. */
  customSize?: InputMaybe<CustomSizeInput>;
  /** The same key with the same input gives the same task for at least 24 hours; with another input it is refused. 1 to 255 characters. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Up to 10 labels of up to 64 characters; tasks can be found by them. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The photo, as it is to be judged: an upload is judged by the bytes that were sent. The picture of an IdPhoto can be named by its assetId. */
  photo: PhotoInput;
  /** Your own reference, such as an order number; tasks can be found by it. Up to 128 characters; no personal data, please. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** A spec of `specs`: its rules, else what it is sold with, are asked. */
  specId?: InputMaybe<Scalars['ID']['input']>;
  /** What the photo is for. Default: FINISHED, to be handed in as it is. */
  stage?: InputMaybe<CheckStage>;
  /** A webhook that is to hear of this task, beside those that follow all tasks; see `createWebhook`. A URL is not taken here: a target is checked, and its secret agreed on, once. */
  webhookId?: InputMaybe<Scalars['ID']['input']>;
};

/** What it means to miss a check. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type CheckSeverity =
  /** Perhaps none: the verdict is ADVICE. */
  | 'ADVISED'
  /** A refusal: the verdict is FAIL. */
  | 'REQUIRED';

/** Who asks. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type CheckSource =
  /** An option of the request, or its customSize. */
  | 'CALLER'
  /** Darkroom, by a limit that was measured on portraits. */
  | 'ENGINE'
  /** An office, by the rule of that very document; see `rule`. */
  | 'RULE'
  /** The size and the colours in which the spec is sold. */
  | 'SPEC'
  /** ISO/IEC 29794-5:2025; see `standard`. Its formula, on our landmarks and with a limit of ours. */
  | 'STANDARD';

/** What a photo that is checked is for. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type CheckStage =
  /** The file is handed in as it is: its pixels, size and density, the place of the head, its background and its face are all judged. */
  | 'FINISHED'
  /** An ID photo is to be made of it: only that is judged which this cannot mend. The background and the lean of the head are judged where the rule of the document forbids to change them. */
  | 'SOURCE';

/** The unit of what is measured. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type CheckUnit =
  /** Bits. */
  | 'BITS'
  /** Bytes. */
  | 'BYTES'
  /** A number of things. */
  | 'COUNT'
  /** Degrees. */
  | 'DEGREES'
  /** Dots per inch. */
  | 'DPI'
  /** A share of the height of the picture, of its width for widths, or of what the code says: 0 to 1. */
  | 'FRACTION'
  /** A distance in CIE L*a*b* of 1976. */
  | 'LAB'
  /** 0 is black, 255 white. */
  | 'LUMA'
  /** It is no number. */
  | 'NONE'
  /** Of 100. */
  | 'PERCENT'
  /** Pixels. */
  | 'PX'
  /** One length or light to another. */
  | 'RATIO';

/** What a check came to. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type CheckVerdict =
  /** A person should look: it is an estimate, or not meant strictly. */
  | 'ADVICE'
  /** It misses what it has to hold. */
  | 'FAIL'
  /** It could not be judged; see `reason`. */
  | 'NOT_JUDGED'
  /** As it was asked for. */
  | 'PASS';

/** Who agreed to what is done with a face. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type ConsentGiver =
  /** A guardian: of a person under 14 it has to be one. */
  | 'GUARDIAN'
  /** The person. */
  | 'PERSON';

/** That a person agreed to what is done with the face, as China's rules on facial data ask. Kept beside the task, and as a proof after it. No names, no numbers: your own records know who it is. */
export type ConsentInput = {
  /** When it was given; default now. */
  givenAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Who agreed; default PERSON. Of a person under 14 a guardian has to. */
  givenBy?: InputMaybe<ConsentGiver>;
  /** Who the guardian is; exactly with givenBy GUARDIAN. */
  guardian?: InputMaybe<Guardian>;
  /** Which version of your notice the person has seen, such as `2026-03`: 1 to 200 characters. */
  noticeVersion: Scalars['String']['input'];
  /** What it was given for: 1 to 200 characters. */
  purpose: Scalars['String']['input'];
  /** Your own proof of this one person's consent, such as the id of a signed form: 1 to 200 characters. `withdrawConsent` takes it. */
  reference: Scalars['String']['input'];
};

/** An API key to make. */
export type CreateApiKeyInput = {
  /** When it ends by itself; never if not given. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** What people call it: 1 to 100 characters. */
  name: Scalars['String']['input'];
  /** How many operations it may ask for in a minute: root fields, 1 to 10000000; as the server is configured if not given. */
  operationsPerMinute?: InputMaybe<Scalars['Int']['input']>;
  /** What it may do; as little as it needs. */
  scopes: Array<Scope>;
  /** The tenant whose tasks it reaches; the caller's own if not given. */
  tenantId?: InputMaybe<Scalars['ID']['input']>;
};

/** An ID photo to make. Exactly one of `specId` and `customSize`. */
export type CreateIdPhotoInput = {
  /** LOCAL only. Where the source ends so close below the chin that the body would float above the lower edge, although the head was moved down and enlarged as far as it may: true delivers it with the warning BODY_CUT; else it fails with BODY_CUT. */
  allowBodyCut?: InputMaybe<Scalars['Boolean']['input']>;
  /** 1 to 6, each once; each gives a photo. Default: the first background of the spec, or white. */
  backgrounds?: InputMaybe<Array<BackgroundInput>>;
  /** That the person agreed. Required where the operator says so (DARKROOM_REQUIRE_CONSENT). */
  consent?: InputMaybe<ConsentInput>;
  /** A size of your own. */
  customSize?: InputMaybe<CustomSizeInput>;
  /** 72 to 1200. Default: the spec's, or 300. It changes what is written in the file, and the pixels only of a customSize in millimetres. */
  dpi?: InputMaybe<Scalars['Int']['input']>;
  /** What may be done to the pixels. Default: NONE where the rule of that very document forbids edits and neither backgrounds nor a vendor are named, else BACKGROUND with LOCAL and FULL with a vendor. Edits against the rule are told by the warning EDITED_AGAINST_RULE. */
  edit?: InputMaybe<EditMode>;
  /** Where the point midway between the eyes goes (face centre of ISO/IEC 19794-5). Not together with topMargin. */
  faceCenter?: InputMaybe<FaceCenterInput>;
  /** Default: the limits of the spec and of the rules of its document, if there are any. */
  fileSize?: InputMaybe<FileSizeInput>;
  /** Whose size and colour it gets; default SPEC. RULE needs a spec with a rule of that very document that names one of them. */
  follow?: InputMaybe<FollowedSize>;
  /** From crown to chin, as a fraction of the height: 0.3 to 0.9. Default by the rules of the document, else by its kind, 0.62 for Chinese ones. */
  headRatio?: InputMaybe<Scalars['Float']['input']>;
  /** The same key with the same input gives the same task for at least 24 hours; with another input it is refused. 1 to 255 characters. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** With vendor JUMEI_ID_PHOTO only. */
  jumei?: InputMaybe<JumeiIdPhotoInput>;
  /** Up to 10 labels of up to 64 characters; tasks can be found by them. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** With vendor LEQI only. */
  leqi?: InputMaybe<LeqiIdPhotoInput>;
  /** The portrait. */
  photo: PhotoInput;
  /** Your own reference, such as an order number; tasks can be found by it. Up to 128 characters; no personal data, please. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** When the clean photo comes. Default: NOW, from LEQI always LATER. */
  release?: InputMaybe<PhotoRelease>;
  /** RULES: the task fails with RULES_MISSED instead of delivering a photo whose report has a FAIL by its rules. LOCAL only. */
  require?: InputMaybe<PhotoRequirement>;
  /** A spec of `specs`. */
  specId?: InputMaybe<Scalars['ID']['input']>;
  /** From the upper edge to the crown, as a fraction of the height: 0 to 0.5. Not together with faceCenter. */
  topMargin?: InputMaybe<Scalars['Float']['input']>;
  /** Who makes it; default AUTO. Leqi is chosen by name only: it gives previews first. */
  vendor?: InputMaybe<VendorChoice>;
  /** A webhook that is to hear of this task, beside those that follow all tasks; see `createWebhook`. A URL is not taken here: a target is checked, and its secret agreed on, once. */
  webhookId?: InputMaybe<Scalars['ID']['input']>;
};

/** A photo link to make. */
export type CreatePhotoLinkInput = {
  /** How long it lives: 1 to 10080, default 60; no longer than the API key that makes it. */
  minutes?: InputMaybe<Scalars['Int']['input']>;
  /** What it makes. */
  operation: LinkedOperationInput;
  /** Whether the person has to consent; default: where the operator says so (DARKROOM_REQUIRE_CONSENT). */
  requireConsent?: InputMaybe<Scalars['Boolean']['input']>;
  /** How often it may be used: 1 to 100, default 1. */
  uses?: InputMaybe<Scalars['Int']['input']>;
};

/** A print sheet to make. Rows of equal photos lie one below the other in the order of the items, in the middle of the paper; photos of one size share rows. Each length in mm becomes the nearest whole number of pixels. */
export type CreatePrintSheetInput = {
  /** That the person agreed. A photo that this server made is covered by the consent of its task; of another one see createIdPhoto. */
  consent?: InputMaybe<ConsentInput>;
  /** Default: LINES. */
  cropLines?: InputMaybe<CropLines>;
  /** Instead of `paper`. */
  customPaper?: InputMaybe<CustomPaperInput>;
  /** 72 to 600. Default: 300. */
  dpi?: InputMaybe<Scalars['Int']['input']>;
  /** Between two photos: 0 to 20 mm. Default: 2. */
  gapMm?: InputMaybe<Scalars['Float']['input']>;
  /** The same key with the same input gives the same task for at least 24 hours; with another input it is refused. 1 to 255 characters. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The photos, 1 to 6, of one size or several. */
  items: Array<PrintSheetItemInput>;
  /** Up to 10 labels of up to 64 characters; tasks can be found by them. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** At least so much white at each edge, which a printer may trim: 0 to 50 mm. Default: 5. */
  marginMm?: InputMaybe<Scalars['Float']['input']>;
  /** Default: INCH_6. */
  paper?: InputMaybe<Paper>;
  /** Your own reference, such as an order number; tasks can be found by it. Up to 128 characters; no personal data, please. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** Default: AUTO. */
  rotate?: InputMaybe<SheetRotation>;
  /** A webhook that is to hear of this task, beside those that follow all tasks; see `createWebhook`. A URL is not taken here: a target is checked, and its secret agreed on, once. */
  webhookId?: InputMaybe<Scalars['ID']['input']>;
};

/** A tenant to make. */
export type CreateTenantInput = {
  /** 3 to 40 small letters, digits and hyphens, such as `north-school`. */
  id: Scalars['ID']['input'];
  /** What people call it: 1 to 100 characters. */
  name: Scalars['String']['input'];
  /** How many operations all its keys may ask for in a minute, together; as the server is configured if not given. */
  operationsPerMinute?: InputMaybe<Scalars['Int']['input']>;
};

/** A new webhook. */
export type CreateWebhookInput = {
  /** It hears of tasks made with this API key, or by its links, alone, and is disabled with it; of the whole tenant if not given. */
  apiKeyId?: InputMaybe<Scalars['ID']['input']>;
  /** What it is told of; default: all. */
  events?: InputMaybe<Array<WebhookEvent>>;
  /** Default true: it hears of all tasks. False: only of those that name it in their `webhookId`. */
  followsAll?: InputMaybe<Scalars['Boolean']['input']>;
  /** An https URL on the usual port of a public host, up to 2,048 characters; its server answers each message with 2xx within 20 s. Redirects are not followed. */
  url: Scalars['String']['input'];
};

/** Grey lines to cut along. They lie just outside the photos and cover nothing of them. */
export type CropLines =
  /** Along the edges of the photos, to the edge of the paper. */
  | 'LINES'
  /** Two short lines at each corner of a photo. */
  | 'MARKS'
  /** No lines. */
  | 'NONE';

/** Paper of another size, as it lies: 50 to 450 mm a side. */
export type CustomPaperInput = {
  /** Height in millimetres. */
  heightMm: Scalars['Float']['input'];
  /** Width in millimetres. */
  widthMm: Scalars['Float']['input'];
};

/** A size that is no spec: pixels, or millimetres, which the dpi turns into pixels. Sides of 48 to 3000 px. */
export type CustomSizeInput = {
  /** Height in millimetres; goes with widthMm. */
  heightMm?: InputMaybe<Scalars['Float']['input']>;
  /** Height in pixels; goes with widthPx. */
  heightPx?: InputMaybe<Scalars['Int']['input']>;
  /** Width in millimetres; goes with heightMm. */
  widthMm?: InputMaybe<Scalars['Float']['input']>;
  /** Width in pixels; goes with heightPx. */
  widthPx?: InputMaybe<Scalars['Int']['input']>;
};

/** What may be done to the pixels of a photo. */
export type EditMode =
  /** A new background and a level head; no retouch. */
  | 'BACKGROUND'
  /** Everything that whoever makes it does, a retouch included. LOCAL retouches nothing. */
  | 'FULL'
  /** Cropped, scaled and encoded: no rotation, no new background, no retouch. LOCAL only, and without `backgrounds`. */
  | 'NONE';

/** What is done to a photo that is not edited. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type EditOperation =
  /** A rectangle of whole pixels was taken. */
  | 'CROP'
  /** The file was read. */
  | 'DECODE'
  /** It was written as JPEG, with its density, and padded to a least size where one is asked for. */
  | 'ENCODE'
  /** What is transparent became white. */
  | 'FLATTEN'
  /** Its labels of generated content were written into the metadata. */
  | 'LABEL'
  /** It was turned or mirrored as its EXIF orientation says. */
  | 'ORIENT'
  /** It was scaled to the size of the photo. */
  | 'SCALE'
  /** Its colours were converted to 8 bits of sRGB, by its profile if it has one. */
  | 'TO_SRGB';

/** What an office says of edits of a photo. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type EditingPolicy =
  /** Edits are allowed. */
  | 'ANY'
  /** The background has to be the one before which the photo was taken. */
  | 'BACKGROUND_MUST_NOT_CHANGE'
  /** No retouch and no new background; crop and scale by `geometryAllowed`. */
  | 'NONE'
  /** Face, scars, moles and hair have to stay as they are; the background is not named. */
  | 'NO_FEATURE_CHANGE'
  /** Nothing was found; that is no permission. */
  | 'UNKNOWN';

/** What asked for an erasure. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type ErasureCause =
  /** `withdrawConsent`. */
  | 'CONSENT'
  /** `erase`. */
  | 'REFERENCE'
  /** `deleteTask`. */
  | 'TASK';

/** Every code of `extensions.code` and `Task.failure.code`. Codes are stable; more can be added. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type ErrorCode =
  /** This photo was released already, or is being released. */
  | 'ALREADY_RELEASED'
  /** The multipart body does not follow the GraphQL multipart request spec. */
  | 'BAD_MULTIPART'
  /** The request is malformed. */
  | 'BAD_REQUEST'
  /** A value of the request is not allowed. */
  | 'BAD_USER_INPUT'
  /** The photo ends too close below the chin, so that the body would float above the lower edge; use a photo that shows the shoulders and chest, or set allowBodyCut. */
  | 'BODY_CUT'
  /** The body of the request is too large. */
  | 'BODY_TOO_LARGE'
  /** The budget for this is used up, or what is left of it is not enough. */
  | 'BUDGET_EXHAUSTED'
  /** The picture cannot be made to fit the file size that was asked for. */
  | 'CANNOT_FIT'
  /** This task cannot be tried again. */
  | 'CANNOT_RETRY'
  /** There is no such colour; see the query `colors`. */
  | 'COLOR_NOT_FOUND'
  /** This consent was withdrawn; a new one has a new reference. */
  | 'CONSENT_WITHDRAWN'
  /** The vendor refused the content. */
  | 'CONTENT_BLOCKED'
  /** The picture is damaged and cannot be decoded. */
  | 'CORRUPT_IMAGE'
  /** The photo has too little room around the head to be used without editing: take it from farther away. */
  | 'CROP_IMPOSSIBLE'
  /** The database cannot be reached; try again soon. */
  | 'DATABASE_UNAVAILABLE'
  /** This server runs listed documents only, and this one is not on its list. */
  | 'DOCUMENT_NOT_TRUSTED'
  /** The file is empty. */
  | 'EMPTY_FILE'
  /** The image worker crashed on this photo. */
  | 'ENGINE_CRASHED'
  /** The image worker took too long and was stopped. */
  | 'ENGINE_TIMEOUT'
  /** The edge of the photo cuts through the face; use a photo that shows the whole head. */
  | 'FACE_CUT_OFF'
  /** The face is too small; come closer or use a photo with more pixels. */
  | 'FACE_TOO_SMALL'
  /** The head is turned away; use a photo that shows the face from the front. */
  | 'FACE_TURNED_AWAY'
  /** The file is too large. */
  | 'FILE_TOO_LARGE'
  /** This key or token may not do this. */
  | 'FORBIDDEN'
  /** This origin may not use the API. */
  | 'FORBIDDEN_ORIGIN'
  /** The document is not GraphQL. */
  | 'GRAPHQL_PARSE_FAILED'
  /** The document does not fit the schema, or is too complex. */
  | 'GRAPHQL_VALIDATION_FAILED'
  /** The headers of the request are too large. */
  | 'HEADERS_TOO_LARGE'
  /** This is a HEIC photo, which is not taken; send a JPEG. On an iPhone: Settings > Camera > Formats > Most Compatible, and take it again; or save or share the photo as JPEG. */
  | 'HEIC_NOT_SUPPORTED'
  /** This idempotencyKey was used with another input. */
  | 'IDEMPOTENCY_CONFLICT'
  /** Something went wrong inside the server. */
  | 'INTERNAL'
  /** The vendor refused the photo or its parameters. */
  | 'INVALID_INPUT'
  /** The token cannot be checked: the keys of its issuer cannot be fetched; try again soon. */
  | 'ISSUER_UNAVAILABLE'
  /** This link has expired; ask the API for a new one. */
  | 'LINK_EXPIRED'
  /** This link is not valid; ask the API for a new one. */
  | 'LINK_INVALID'
  /** The first try may have been charged; set acceptPossibleCharge to try again all the same. */
  | 'MAY_CHARGE_TWICE'
  /** This HTTP method is not allowed here. */
  | 'METHOD_NOT_ALLOWED'
  /** Several faces of about the same size were found; crop the photo to one person. */
  | 'MULTIPLE_FACES'
  /** No media type of the `accept` header can be sent. */
  | 'NOT_ACCEPTABLE'
  /** The file is not a photo; send JPEG, PNG or WebP. */
  | 'NOT_AN_IMAGE'
  /** The task has not ended. */
  | 'NOT_ENDED'
  /** There is no such object. */
  | 'NOT_FOUND'
  /** There is no such call whose charge is in doubt. */
  | 'NOT_IN_DOUBT'
  /** The task does not need review. */
  | 'NOT_IN_REVIEW'
  /** The server cannot take work at the moment. */
  | 'NOT_READY'
  /** No face was found; use a photo that shows one face from the front. */
  | 'NO_FACE'
  /** The document has no operation of the name that was asked for. */
  | 'OPERATION_RESOLUTION_FAILURE'
  /** The vendor cannot honour an option of this request. */
  | 'OPTION_NOT_SUPPORTED'
  /** The answer of the vendor was lost; it may have been charged. */
  | 'OUTCOME_UNKNOWN'
  /** The server has too much work; try again soon. */
  | 'OVERLOADED'
  /** No document of this hash is known; send the document with it. */
  | 'PERSISTED_QUERY_NOT_FOUND'
  /** The name and the ID number of this task were erased; send them again. */
  | 'PERSONAL_DATA_GONE'
  /** The photo was deleted after its retention time; upload it again. */
  | 'PHOTO_GONE'
  /** This link was used as often as it may be; ask for a new one. */
  | 'PHOTO_LINK_USED_UP'
  /** The server cannot find the file of this photo, which should be there; upload it again, and tell the operator. */
  | 'PHOTO_MISSING'
  /** This vendor fetches the photo from us: set DARKROOM_PUBLIC_URL to an address that it can reach. */
  | 'PUBLIC_URL_NEEDED'
  /** The key or its tenant has as much at a time as it may have; let some of it end first. */
  | 'QUOTA_EXCEEDED'
  /** The vendor's package is used up or expired; the operator has to renew it. */
  | 'QUOTA_EXHAUSTED'
  /** Too many operations in a short time; wait for retryAfterSeconds. */
  | 'RATE_LIMITED'
  /** The time for releasing this photo is over; make it again. */
  | 'RELEASE_EXPIRED'
  /** The request took too long to arrive. */
  | 'REQUEST_TIMEOUT'
  /** The photo would miss a limit of the rules of its document. */
  | 'RULES_MISSED'
  /** There is no such spec; search with the query `specs`. */
  | 'SPEC_NOT_FOUND'
  /** The vendor's own counts do not show whether it was charged; see its console. */
  | 'STILL_IN_DOUBT'
  /** The server is stopping; try again soon. */
  | 'STOPPING'
  /** The server has no room to keep the file. */
  | 'STORAGE_FULL'
  /** The photo storage cannot be reached or refuses; try again soon. */
  | 'STORAGE_UNAVAILABLE'
  /** The task has ended already. */
  | 'TASK_ENDED'
  /** The task ended so long ago that it is not kept any more. */
  | 'TASK_GONE'
  /** The picture is too small. */
  | 'TOO_FEW_PIXELS'
  /** The picture has too many pixels. */
  | 'TOO_MANY_PIXELS'
  /** There are as many task tokens and photo links as there may be; revoke some or wait until they end. */
  | 'TOO_MANY_TOKENS'
  /** There are as many webhooks as there may be; delete one first. */
  | 'TOO_MANY_WEBHOOKS'
  /** A key or link is needed; the one that was sent is not valid, or not any more. */
  | 'UNAUTHENTICATED'
  /** A budget in money cannot count this vendor: the operator has to say what a unit of it costs. */
  | 'UNIT_PRICE_MISSING'
  /** This image format is not taken; send JPEG, PNG or WebP. */
  | 'UNSUPPORTED_FORMAT'
  /** This content-type is not supported; send JSON or multipart/form-data. */
  | 'UNSUPPORTED_MEDIA_TYPE'
  /** The upload ended before its last byte. */
  | 'UPLOAD_ABORTED'
  /** The URL is too long. */
  | 'URI_TOO_LONG'
  /** This URL may not be fetched: use a public https address. */
  | 'URL_NOT_ALLOWED'
  /** The file behind the URL could not be fetched. */
  | 'URL_UNREACHABLE'
  /** The vendor refused our login; the operator has to check this vendor's variables. */
  | 'VENDOR_AUTH'
  /** The vendor gave an error that its guide does not explain. */
  | 'VENDOR_ERROR'
  /** No vendor that can do this is configured. */
  | 'VENDOR_NOT_CONFIGURED'
  /** The vendor does not know what it was asked for. */
  | 'VENDOR_NOT_FOUND'
  /** The vendor deleted the result before it could be fetched. */
  | 'VENDOR_RESULT_EXPIRED'
  /** The vendor does not answer or is in maintenance; try again later. */
  | 'VENDOR_UNAVAILABLE'
  /** The webhook is disabled; enable it with enableWebhook. */
  | 'WEBHOOK_DISABLED';

/** A point as fractions of the width from the left and of the height from the top. */
export type FaceCenterInput = {
  /** 0.2 to 0.8; 0.5 is the middle. */
  x?: Scalars['Float']['input'];
  /** 0.2 to 0.8, from the top. */
  y: Scalars['Float']['input'];
};

/** What a face verification found. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type FaceOutcome =
  /** Name and ID number do not belong together. */
  | 'IDENTITY_MISMATCH'
  /** The same person. */
  | 'MATCH'
  /** Not the same person. */
  | 'MISMATCH'
  /** The sandbox answered: nobody was verified. */
  | 'SIMULATED'
  /** Possibly the same person: never let it pass by itself. */
  | 'UNCERTAIN';

/** The file size that is accepted. The minimum counts in 1024 bytes and the maximum in 1000 where both fit. */
export type FileSizeInput = {
  /** At most so many KB: 1 to 10000. */
  maxKb?: InputMaybe<Scalars['Int']['input']>;
  /** At least so many KB: 1 to 10000. */
  minKb?: InputMaybe<Scalars['Int']['input']>;
};

/** Whose size and colour a photo gets where a spec is sold in others than its document wants. */
export type FollowedSize =
  /** The document's own, by the rule of that very document; the colour is the first that is sold and listed, else the first that is listed. `backgrounds` go before it. */
  | 'RULE'
  /** The spec's. */
  | 'SPEC';

/** A painting to make. */
export type GeneratePaintingInput = {
  /** 1 to 6 images, each charged; default 1. */
  count?: InputMaybe<Scalars['Int']['input']>;
  /** The same key with the same input gives the same task for at least 24 hours; with another input it is refused. 1 to 255 characters. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Where the label of generated content stands; default VISIBLE_AND_METADATA. */
  label?: InputMaybe<PaintingLabel>;
  /** With METADATA_ONLY: the reference of the agreement by which who asks takes the duty to label, 1 to 128 characters, kept in the audit trail. No personal data. */
  labelAgreement?: InputMaybe<Scalars['String']['input']>;
  /** Up to 10 labels of up to 64 characters; tasks can be found by them. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Your own reference, such as an order number; tasks can be found by it. Up to 128 characters; no personal data, please. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** Its width and height. */
  resolution?: PaintingResolution;
  /** How it looks. */
  style: PaintingStyle;
  /** What to paint: 1 to 100 characters. */
  text: Scalars['String']['input'];
  /** Who paints; default AUTO. */
  vendor?: InputMaybe<VendorChoice>;
  /** A webhook that is to hear of this task, beside those that follow all tasks; see `createWebhook`. A URL is not taken here: a target is checked, and its secret agreed on, once. */
  webhookId?: InputMaybe<Scalars['ID']['input']>;
};

/** A background that runs from one colour to another. */
export type GradientInput = {
  /** At the top: `#RRGGBB` or the id of a plain colour. */
  from: Scalars['String']['input'];
  /** At the bottom: `#RRGGBB` or the id of a plain colour. */
  to: Scalars['String']['input'];
};

/** Who the guardian of a person is. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type Guardian =
  /** The father. */
  | 'FATHER'
  /** The mother. */
  | 'MOTHER'
  /** Another legal guardian. */
  | 'OTHER';

/** Where a head ends at the top. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type HeadTop =
  /** At the skull; the hair above it does not count. */
  | 'CROWN_WITHOUT_HAIR'
  /** At the highest hair. */
  | 'HAIR_TOP'
  /** The rule says "top of the head" and not more. */
  | 'UNKNOWN';

/** What a vendor holds. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type HeldThing =
  /** The name and the ID number that it was sent. */
  | 'IDENTITY'
  /** The photo that it was sent. */
  | 'PHOTO'
  /** A watermarked picture that it made. */
  | 'PREVIEW'
  /** A picture that it made. */
  | 'RESULT'
  /** The text that it was sent. */
  | 'TEXT';

/** Where the hex value of a colour comes from. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type HexSource =
  /** Our choice: the guides name the colour and give no value. */
  | 'DARKROOM'
  /** Printed in a vendor's guide. */
  | 'VENDOR_GUIDE';

/** What an ID photo has to be like. Exactly one of `specId` and `customSize`. */
export type IdPhotoOptionsInput = {
  /** LOCAL only. Where the source ends so close below the chin that the body would float above the lower edge, although the head was moved down and enlarged as far as it may: true delivers it with the warning BODY_CUT; else it fails with BODY_CUT. */
  allowBodyCut?: InputMaybe<Scalars['Boolean']['input']>;
  /** 1 to 6, each once; each gives a photo. Default: the first background of the spec, or white. */
  backgrounds?: InputMaybe<Array<BackgroundInput>>;
  /** A size of your own. */
  customSize?: InputMaybe<CustomSizeInput>;
  /** 72 to 1200. Default: the spec's, or 300. It changes what is written in the file, and the pixels only of a customSize in millimetres. */
  dpi?: InputMaybe<Scalars['Int']['input']>;
  /** What may be done to the pixels. Default: NONE where the rule of that very document forbids edits and neither backgrounds nor a vendor are named, else BACKGROUND with LOCAL and FULL with a vendor. Edits against the rule are told by the warning EDITED_AGAINST_RULE. */
  edit?: InputMaybe<EditMode>;
  /** Where the point midway between the eyes goes (face centre of ISO/IEC 19794-5). Not together with topMargin. */
  faceCenter?: InputMaybe<FaceCenterInput>;
  /** Default: the limits of the spec and of the rules of its document, if there are any. */
  fileSize?: InputMaybe<FileSizeInput>;
  /** Whose size and colour it gets; default SPEC. RULE needs a spec with a rule of that very document that names one of them. */
  follow?: InputMaybe<FollowedSize>;
  /** From crown to chin, as a fraction of the height: 0.3 to 0.9. Default by the rules of the document, else by its kind, 0.62 for Chinese ones. */
  headRatio?: InputMaybe<Scalars['Float']['input']>;
  /** The same key with the same input gives the same task for at least 24 hours; with another input it is refused. 1 to 255 characters. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** With vendor JUMEI_ID_PHOTO only. */
  jumei?: InputMaybe<JumeiIdPhotoInput>;
  /** Up to 10 labels of up to 64 characters; tasks can be found by them. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** With vendor LEQI only. */
  leqi?: InputMaybe<LeqiIdPhotoInput>;
  /** Your own reference, such as an order number; tasks can be found by it. Up to 128 characters; no personal data, please. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** When the clean photo comes. Default: NOW, from LEQI always LATER. */
  release?: InputMaybe<PhotoRelease>;
  /** RULES: the task fails with RULES_MISSED instead of delivering a photo whose report has a FAIL by its rules. LOCAL only. */
  require?: InputMaybe<PhotoRequirement>;
  /** A spec of `specs`. */
  specId?: InputMaybe<Scalars['ID']['input']>;
  /** From the upper edge to the crown, as a fraction of the height: 0 to 0.5. Not together with faceCenter. */
  topMargin?: InputMaybe<Scalars['Float']['input']>;
  /** Who makes it; default AUTO. Leqi is chosen by name only: it gives previews first. */
  vendor?: InputMaybe<VendorChoice>;
  /** A webhook that is to hear of this task, beside those that follow all tasks; see `createWebhook`. A URL is not taken here: a target is checked, and its secret agreed on, once. */
  webhookId?: InputMaybe<Scalars['ID']['input']>;
};

/** Parameters that Jumei's ID photo alone has, as its guide has them. */
export type JumeiIdPhotoInput = {
  /** `beautyDegree`: 1.0 to 5.0. */
  beautyDegree?: InputMaybe<Scalars['Float']['input']>;
  /** `faceCenterRange`: 0 to 1; 0.45 if not given. */
  faceCenterRange?: InputMaybe<Scalars['Float']['input']>;
  /** `faceRatio`: 0 to 1, by Jumei's own measure, which is not headRatio; 0.5 if not given. */
  faceRatio?: InputMaybe<Scalars['Float']['input']>;
  /** `topEmpty`: pixels above the head. */
  topEmpty?: InputMaybe<PixelRangeInput>;
};

/** What an entry of the ledger tells. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type LedgerKind =
  /** The vendor answered. */
  | 'ANSWER'
  /** What came too late to change anything. */
  | 'EVIDENCE'
  /** A call is about to be made. */
  | 'INTENT'
  /** What came of it was kept. */
  | 'OUTCOME'
  /** A person settled whether it was charged. */
  | 'RESOLVED'
  /** It went out. */
  | 'SENT';

/** How Leqi cuts to the width. */
export type LeqiAlignment =
  /** By the centre. */
  | 'CENTER'
  /** By the ears. */
  | 'EARS';

/** Parameters that Leqi's ID photo alone has, as its guide has them. */
export type LeqiIdPhotoInput = {
  /** `clothes`: the name of a garment to put on, such as `api_20240521-3-boy`. Leqi's sales staff has the list. In the guide's sample, not in its table. */
  clothes?: InputMaybe<Scalars['String']['input']>;
  /** `fair_level`: how strongly the face is retouched, 1 to 5. In the guide's codes, not in its table; the range is that of Leqi's other products. */
  fairLevel?: InputMaybe<Scalars['Int']['input']>;
  /** `hor_align_type`: how it is cut to the width. */
  horizontalAlignment?: InputMaybe<LeqiAlignment>;
  /** `need_origin_beauty`: retouches the original; takes 5 to 40 seconds more. */
  originBeauty?: InputMaybe<Scalars['Boolean']['input']>;
  /** `pose_fix`: levels the shoulders as well as the eyes. */
  poseFix?: InputMaybe<Scalars['Boolean']['input']>;
  /** `print_type`: how the print sheet is filled. */
  printType?: InputMaybe<LeqiPrintType>;
  /** Where the head has to be. Too narrow ones make it fail. */
  ratios?: InputMaybe<LeqiRatiosInput>;
};

/** How Leqi's print sheet is filled. */
export type LeqiPrintType =
  /** 10 one-inch photos. */
  | 'COMPACT'
  /** 8 one-inch photos. */
  | 'STANDARD';

/** `ratios` of Leqi's guide; what is not given stays open. */
export type LeqiRatiosInput = {
  /** eye_h/pic_h: height of the eyes / of the picture. */
  eyeHeight?: InputMaybe<BoundsInput>;
  /** face_w/pic_w: width of the face / of the picture. */
  faceWidth?: InputMaybe<BoundsInput>;
  /** head_h/pic_h: height of the head / of the picture. */
  headHeight?: InputMaybe<BoundsInput>;
  /** top_h/pic_h: space above the head / height of the picture. */
  topHeight?: InputMaybe<BoundsInput>;
};

/** What a photo link makes: exactly one operation, as its mutation takes it, without the photo, the consent and the idempotencyKey. */
export type LinkedOperationInput =
  /** It changes backgrounds. */
  { background: BackgroundOptionsInput; idPhoto?: never; restoration?: never; }
  |  /** It makes ID photos. */
  { background?: never; idPhoto: IdPhotoOptionsInput; restoration?: never; }
  |  /** It restores old photos. */
  { background?: never; idPhoto?: never; restoration: RestorationOptionsInput; };

/** Why an erasure left something. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type NotErasedCode =
  /** Another task, of another reference or none, works or worked on the same photo: delete that too. */
  | 'PHOTO_IN_USE'
  /** A release bought photos of others as well. Of this one its pictures were erased; the task is left. */
  | 'RELEASED_WITH_OTHERS'
  /** The task changed while it was erased: ask again. */
  | 'TASK_CHANGED';

/** How strictly a number is meant. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type NumberStrength =
  /** Published as "about", without a tolerance: a miss is worth a warning. */
  | 'APPROXIMATE'
  /** A photo has to hold it. */
  | 'LIMIT'
  /** What photos generally have: a miss is worth a warning. */
  | 'USUAL';

/** The unit of a number of a rule. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type NumberUnit =
  /** Bits. */
  | 'BITS'
  /** Bytes. */
  | 'BYTES'
  /** Degrees. */
  | 'DEGREES'
  /** Dots per inch. */
  | 'DPI'
  /** A share of the height of the picture, or of its width for widths. */
  | 'FRACTION'
  /** Millimetres. */
  | 'MM'
  /** Months. */
  | 'MONTHS'
  /** Of 100. */
  | 'PERCENT'
  /** Pixels. */
  | 'PX';

/** What a task does. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type Operation =
  /** Puts another background behind a person: `changeBackground`. */
  | 'BACKGROUND'
  /** Compares a face with the national register: `verifyFace`. */
  | 'FACE_VERIFICATION'
  /** Makes ID photos: `createIdPhoto`. */
  | 'ID_PHOTO'
  /** Paints pictures from words: `generatePainting`. */
  | 'PAINTING'
  /** Says how a photo stands to what its office asks: `checkPhoto`. */
  | 'PHOTO_CHECK'
  /** Arranges ID photos on a print sheet: `createPrintSheet`. */
  | 'PRINT_SHEET'
  /** Gives the clean photos of previews: `releasePhotos`. */
  | 'RELEASE'
  /** Restores an old photo: `restorePhoto`. */
  | 'RESTORATION';

/** Where the label of generated content stands (GB 45438-2025). Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type PaintingLabel =
  /** In its metadata alone: needs `labelAgreement`, and is written into the audit trail. */
  | 'METADATA_ONLY'
  /** In a corner of the picture, and in its metadata. */
  | 'VISIBLE_AND_METADATA';

/** What a painting has to be like. */
export type PaintingOptionsInput = {
  /** 1 to 6 images, each charged; default 1. */
  count?: InputMaybe<Scalars['Int']['input']>;
  /** The same key with the same input gives the same task for at least 24 hours; with another input it is refused. 1 to 255 characters. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Where the label of generated content stands; default VISIBLE_AND_METADATA. */
  label?: InputMaybe<PaintingLabel>;
  /** With METADATA_ONLY: the reference of the agreement by which who asks takes the duty to label, 1 to 128 characters, kept in the audit trail. No personal data. */
  labelAgreement?: InputMaybe<Scalars['String']['input']>;
  /** Up to 10 labels of up to 64 characters; tasks can be found by them. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Your own reference, such as an order number; tasks can be found by it. Up to 128 characters; no personal data, please. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** Its width and height. */
  resolution?: PaintingResolution;
  /** How it looks. */
  style: PaintingStyle;
  /** What to paint: 1 to 100 characters. */
  text: Scalars['String']['input'];
  /** Who paints; default AUTO. */
  vendor?: InputMaybe<VendorChoice>;
  /** A webhook that is to hear of this task, beside those that follow all tasks; see `createWebhook`. A URL is not taken here: a target is checked, and its secret agreed on, once. */
  webhookId?: InputMaybe<Scalars['ID']['input']>;
};

/** Width and height of a painting. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type PaintingResolution =
  /** 1536 by 1024 pixels. */
  | 'LANDSCAPE'
  /** 1024 by 1536 pixels. */
  | 'PORTRAIT'
  /** 1024 by 1024 pixels. */
  | 'SQUARE';

/** How a painting looks. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type PaintingStyle =
  /** Ancient Chinese */
  | 'ANCIENT_CHINESE'
  /** Anime */
  | 'ANIME'
  /** Baroque */
  | 'BAROQUE'
  /** Cartoon */
  | 'CARTOON'
  /** Concept art */
  | 'CONCEPT_ART'
  /** Cyberpunk */
  | 'CYBERPUNK'
  /** Futurism */
  | 'FUTURISM'
  /** Lolita fashion */
  | 'LOLITA'
  /** Low poly */
  | 'LOW_POLY'
  /** Oil painting */
  | 'OIL_PAINTING'
  /** Pixel art */
  | 'PIXEL_ART'
  /** Realistic */
  | 'REALISTIC'
  /** Surrealism */
  | 'SURREALISM'
  /** Ukiyo-e */
  | 'UKIYO_E'
  /** Without bounds: the model chooses */
  | 'UNBOUNDED'
  /** Vaporwave */
  | 'VAPORWAVE'
  /** Watercolour */
  | 'WATERCOLOR';

/** Photo paper, lying on its long side: width x height. */
export type Paper =
  /** 297 x 210 mm. */
  | 'A4'
  /** 210 x 148 mm. */
  | 'A5'
  /** 5 inches, 3R, L: 127 x 89 mm. */
  | 'INCH_5'
  /** 6 inches, 4R: 152 x 102 mm. */
  | 'INCH_6';

/** A photo, given in exactly one way. JPEG, PNG or WebP, up to 20 MB and 50 megapixels. */
export type PhotoInput =
  /** An asset of `uploadPhoto`, or the `source` of an earlier task. */
  { assetId: Scalars['ID']['input']; base64?: never; upload?: never; url?: never; }
  |  /** The file in base64, with or without a `data:` prefix. An upload is quicker. */
  { assetId?: never; base64: Scalars['String']['input']; upload?: never; url?: never; }
  |  /** A file of a multipart request (GraphQL multipart request spec). */
  { assetId?: never; base64?: never; upload: Scalars['Upload']['input']; url?: never; }
  |  /** A public https URL, fetched once, now. */
  { assetId?: never; base64?: never; upload?: never; url: Scalars['String']['input']; };

/** When the clean photo comes. */
export type PhotoRelease =
  /** By `releasePhotos`, e.g. once it is paid for; until `IdPhoto.releaseExpiresAt`. The task ends with a watermarked preview, and nothing shows the clean photo before. JUMEI_ID_PHOTO cannot. */
  | 'LATER'
  /** With the task. LEQI cannot. */
  | 'NOW';

/** What a photo has to be, or it is not delivered. */
export type PhotoRequirement =
  /** Within every limit of the rules of that very document: no check of its report fails by one. */
  | 'RULES';

/** Who has to take the photo. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type PhotoTaker =
  /** The office itself or a place that it names. */
  | 'AUTHORISED_PLACE'
  /** A camera at the counter. */
  | 'LIVE_CAPTURE'
  /** A professional. */
  | 'PHOTOGRAPHER'
  /** A place that gives a photo receipt. */
  | 'RECEIPT'
  /** Anybody, the person included. */
  | 'SELF'
  /** The rule does not say. */
  | 'UNKNOWN';

/** Something about a photo that a person should look at before it is handed in. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type PhotoWarning =
  /** The face is blurred: hold the camera still, or use a sharper photo. */
  | 'BLURRED'
  /** The source ends above the lower edge of the photo, and `allowBodyCut` was set. */
  | 'BODY_CUT'
  /** The edge of the source cuts through the hair. */
  | 'CROWN_CUT'
  /** The face is dark or in deep shadow: take it in even light. */
  | 'DARK'
  /** The eyes seem to be closed. */
  | 'EYES_CLOSED'
  /** The head was tilted or turned away; the tilt was corrected. */
  | 'HEAD_TILTED'
  /** The cut between person and background is uncertain and may show: look at it, or take the photo before a plain wall. */
  | 'LOW_CUTOUT_QUALITY'
  /** The source has too few pixels: the picture was enlarged and looks soft. */
  | 'LOW_RESOLUTION'
  /** There are smaller faces beside the main one. */
  | 'MULTIPLE_FACES'
  /** It misses a limit of the rules of its document, or an option that places the head; see `report`. */
  | 'RULE_MISSED'
  /** The source ends inside a shoulder. */
  | 'SHOULDER_CUT';

/** What a picture is for. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type PictureRole =
  /** The picture to use. */
  | 'CLEAN'
  /** A watermarked preview of it. */
  | 'PREVIEW'
  /** A print sheet. */
  | 'SHEET'
  /** A watermarked preview of a print sheet. */
  | 'SHEET_PREVIEW';

/** From and to, in pixels. */
export type PixelRangeInput = {
  /** At most. */
  max: Scalars['Int']['input'];
  /** At least. */
  min: Scalars['Int']['input'];
};

/** A photo of a print sheet: exactly one of `photoId` and `assetId`. It is printed in its size by its own dpi: pixel for pixel where the sheet has the same dpi, else scaled. A file without a dpi counts as 300. */
export type PrintSheetItemInput = {
  /** Any finished ID photo that is an asset, without a watermark. */
  assetId?: InputMaybe<Scalars['ID']['input']>;
  /** How many. Without it as many as fit; several such items get one more in turn. Error DOES_NOT_FIT says how many would. */
  count?: InputMaybe<Scalars['Int']['input']>;
  /** A photo of an IdPhotoTask whose clean picture is there. */
  photoId?: InputMaybe<Scalars['ID']['input']>;
};

/** How much a percentage can be trusted. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type ProgressSource =
  /** Nothing is known; `percent` is null. */
  | 'NONE'
  /** Told by whoever does the work. */
  | 'REPORTED';

/** Who counted the units that are left. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type QuotaSource =
  /** We: the size of the package less what was charged of it. */
  | 'COUNTED'
  /** The vendor. */
  | 'VENDOR';

/** A request without its photo. */
export type QuoteInput = {
  /** The labels of the task, for the budgets that are for them. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The operation, as its mutation takes it. */
  operation: QuotedOperationInput;
  /** Who is asked; default AUTO, or what the request itself says. Without effect on a release. */
  vendor?: InputMaybe<VendorChoice>;
};

/** What a quote is for: exactly one operation. */
export type QuotedOperationInput =
  /** A quote for `changeBackground`. */
  { background: BackgroundInput; faceVerification?: never; idPhoto?: never; painting?: never; photoCheck?: never; printSheet?: never; release?: never; restoration?: never; }
  |  /** True for a quote for `verifyFace`. */
  { background?: never; faceVerification: Scalars['Boolean']['input']; idPhoto?: never; painting?: never; photoCheck?: never; printSheet?: never; release?: never; restoration?: never; }
  |  /** A quote for `createIdPhoto`. */
  { background?: never; faceVerification?: never; idPhoto: IdPhotoOptionsInput; painting?: never; photoCheck?: never; printSheet?: never; release?: never; restoration?: never; }
  |  /** A quote for `generatePainting`. */
  { background?: never; faceVerification?: never; idPhoto?: never; painting: PaintingOptionsInput; photoCheck?: never; printSheet?: never; release?: never; restoration?: never; }
  |  /** True for a quote for `checkPhoto`. */
  { background?: never; faceVerification?: never; idPhoto?: never; painting?: never; photoCheck: Scalars['Boolean']['input']; printSheet?: never; release?: never; restoration?: never; }
  |  /** True for a quote for `createPrintSheet`. */
  { background?: never; faceVerification?: never; idPhoto?: never; painting?: never; photoCheck?: never; printSheet: Scalars['Boolean']['input']; release?: never; restoration?: never; }
  |  /** Ids of photos with previews: a quote for `releasePhotos`. Only who made a preview can sell it. */
  { background?: never; faceVerification?: never; idPhoto?: never; painting?: never; photoCheck?: never; printSheet?: never; release: Array<Scalars['ID']['input']>; restoration?: never; }
  |  /** A quote for `restorePhoto`. */
  { background?: never; faceVerification?: never; idPhoto?: never; painting?: never; photoCheck?: never; printSheet?: never; release?: never; restoration: RestorationSteps; };

/** Photos to release. Give your order number as `reference`: asked for again with it, the same photos give the same task; with another one, or none, the error is ALREADY_RELEASED. */
export type ReleasePhotosInput = {
  /** True to buy again what an earlier release may have been charged for without giving the photo. */
  acceptPossibleCharge?: InputMaybe<Scalars['Boolean']['input']>;
  /** The same key with the same input gives the same task for at least 24 hours; with another input it is refused. 1 to 255 characters. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Up to 10 labels of up to 64 characters; tasks can be found by them. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Ids of photos with previews, 1 to 6, of one vendor. Each is released once. */
  photoIds: Array<Scalars['ID']['input']>;
  /** Your own reference, such as an order number; tasks can be found by it. Up to 128 characters; no personal data, please. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** A webhook that is to hear of this task, beside those that follow all tasks; see `createWebhook`. A URL is not taken here: a target is checked, and its secret agreed on, once. */
  webhookId?: InputMaybe<Scalars['ID']['input']>;
};

/** Why an ID photo has no report. More can be added: treat an unknown one as UNAVAILABLE. */
export type ReportAbsence =
  /** There is no clean photo yet, and a watermarked preview is not judged. */
  | 'NOT_RELEASED'
  /** The picture is past its time, or was erased, and nobody had asked for its report before. */
  | 'PHOTO_GONE'
  /** It could not be made in time, or others are being made: ask again in a few seconds. */
  | 'UNAVAILABLE';

/** How an old photo is to be restored. */
export type RestorationOptionsInput = {
  /** The same key with the same input gives the same task for at least 24 hours; with another input it is refused. 1 to 255 characters. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Up to 10 labels of up to 64 characters; tasks can be found by them. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Your own reference, such as an order number; tasks can be found by it. Up to 128 characters; no personal data, please. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** How far it is restored. */
  steps: RestorationSteps;
  /** Who restores it; default AUTO. */
  vendor?: InputMaybe<VendorChoice>;
  /** A webhook that is to hear of this task, beside those that follow all tasks; see `createWebhook`. A URL is not taken here: a target is checked, and its secret agreed on, once. */
  webhookId?: InputMaybe<Scalars['ID']['input']>;
};

/** How far an old photo is restored. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type RestorationSteps =
  /** Super-resolution: more pixels, sharper. */
  | 'SR'
  /** And scratches, grain and fading mended. */
  | 'SR_REPAIR'
  /** And colours given to a black-and-white photo. Vendors only. */
  | 'SR_REPAIR_COLOR';

/** An old photo to restore. */
export type RestorePhotoInput = {
  /** That the person agreed. Required where the operator says so (DARKROOM_REQUIRE_CONSENT). */
  consent?: InputMaybe<ConsentInput>;
  /** The same key with the same input gives the same task for at least 24 hours; with another input it is refused. 1 to 255 characters. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Up to 10 labels of up to 64 characters; tasks can be found by them. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The old photo. */
  photo: PhotoInput;
  /** Your own reference, such as an order number; tasks can be found by it. Up to 128 characters; no personal data, please. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** How far it is restored. */
  steps: RestorationSteps;
  /** Who restores it; default AUTO. */
  vendor?: InputMaybe<VendorChoice>;
  /** A webhook that is to hear of this task, beside those that follow all tasks; see `createWebhook`. A URL is not taken here: a target is checked, and its secret agreed on, once. */
  webhookId?: InputMaybe<Scalars['ID']['input']>;
};

/** Who says how long a vendor keeps something. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type RetentionBasis =
  /** The vendor's guide. */
  | 'GUIDE'
  /** Public clients of the vendor; not documented. */
  | 'REPORTED'
  /** Nobody: ask the vendor. */
  | 'UNKNOWN';

/** What a rule asks for. More can be added: treat an unknown one as something that a person has to look at. */
export type RuleCheckCode =
  /** Header. */
  | 'ASPECT'
  /** Median of the pixels outside the matte, distance in Lab; most rules publish a name and no tolerance. */
  | 'BACKGROUND_COLOR'
  /** Spread and gradient outside the matte. */
  | 'BACKGROUND_EVENNESS'
  /** Header. */
  | 'BIT_DEPTH'
  /** Constant lines at the edges. */
  | 'BORDER'
  /** Chin landmark. */
  | 'BOTTOM_MARGIN'
  /** Face parsing. */
  | 'BROWS_VISIBLE'
  /** Eye midpoint or matte. */
  | 'CENTRING'
  /** Colour distance along the matte. */
  | 'CLOTHES_VS_BACKGROUND'
  /** Chroma of the face. */
  | 'COLOR_NOT_GREY'
  /** Only a person can say. */
  | 'COLOURED_LENSES'
  /** Face proportions; only gross stretching. */
  | 'DISTORTED'
  /** JFIF/EXIF density; says nothing of the picture itself. */
  | 'DPI'
  /** Face parsing or skin at the ear landmarks. */
  | 'EARS_VISIBLE'
  /** A program knows what it did itself (background, retouch, rotation); it cannot prove that a photo is original. */
  | 'EDITED'
  /** Histogram of the face. */
  | 'EXPOSURE'
  /** Lid landmarks. */
  | 'EYES_OPEN'
  /** Eye landmarks. */
  | 'EYE_LINE'
  /** Cheek or ear landmarks; say which, rules differ (cheeks, ear roots, head width). */
  | 'FACE_WIDTH'
  /** Magic bytes. */
  | 'FILE_FORMAT'
  /** Only where the caller names the file. */
  | 'FILE_NAME'
  /** Bytes; use the safe reading of KB. */
  | 'FILE_SIZE'
  /** Iris landmarks. */
  | 'GAZE'
  /** Specular pixels near the eyes. */
  | 'GLASSES_GLARE'
  /** Whether the person always wears them. */
  | 'GLASSES_HABITUAL'
  /** Needs a classifier. */
  | 'GLASSES_PRESENT'
  /** Needs a classifier or face parsing. */
  | 'HEADWEAR'
  /** Chin landmark to matte top (hairTop) or to an estimated skull (crownWithoutHair, needs a model: weaker). */
  | 'HEAD_HEIGHT'
  /** Pupil landmarks. */
  | 'INTER_EYE'
  /** Only a person can say. */
  | 'JEWELLERY'
  /** Estimated from the quantisation tables. */
  | 'JPEG_QUALITY'
  /** Only a person can say. */
  | 'LIKENESS'
  /** Chin to lower edge only stands in for the collarbone. */
  | 'LOWER_EDGE'
  /** Only a person can say. */
  | 'MAKEUP'
  /** Not seen in a face. */
  | 'MIRRORED'
  /** Lip landmarks. */
  | 'MOUTH_CLOSED'
  /** Mouth shape only. */
  | 'NEUTRAL_EXPRESSION'
  /** The office runs its own program afterwards. */
  | 'OFFICIAL_TOOL'
  /** From landmarks, weaker than yaw. */
  | 'PITCH'
  /** Header. */
  | 'PIXELS'
  /** Only a person can say. */
  | 'PRINT_PAPER'
  /** Issued by a studio or an app, never by an image program. */
  | 'RECEIPT'
  /** EXIF date is a hint. */
  | 'RECENCY'
  /** Colour of the pupils. */
  | 'RED_EYE'
  /** Eye line angle. */
  | 'ROLL'
  /** Left-right luminance of face and background. */
  | 'SHADOW'
  /** Local contrast in the face. */
  | 'SHARPNESS'
  /** Matte at the lower corners. */
  | 'SHOULDERS_VISIBLE'
  /** Matte sides. */
  | 'SIDE_MARGIN'
  /** Detector. */
  | 'SINGLE_FACE'
  /** Only a person can say. */
  | 'TAKEN_BY'
  /** Matte top. */
  | 'TOP_MARGIN'
  /** Only a person can say. */
  | 'UNIFORM'
  /** Known if done here; guessed from the spectrum otherwise. */
  | 'UPSCALED'
  /** From landmarks, some degrees of error. */
  | 'YAW';

/** How good the source of a rule is. No grade makes it official: ask the office. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type RuleGrade =
  /** The authority's own page or its reference implementation was read. */
  | 'A'
  /** A page of a government or a university, or of the authority's agent. */
  | 'B'
  /** Several third parties agree, or one names the authority and the date. */
  | 'C'
  /** One third party, or several that contradict each other. */
  | 'D';

/** How well a program can judge something. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type RuleJudgement =
  /** By the picture or its header. */
  | 'AUTOMATIC'
  /** A person has to look, or to know. */
  | 'NOT_POSSIBLE'
  /** An estimate, worth a warning. */
  | 'PARTIAL';

/** How a rule belongs to a spec. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type RuleMatch =
  /** It is the rule of that very document. */
  | 'EXACT'
  /** It is of the same office or the same kind of document: advice, by which nothing is decided. */
  | 'FAMILY';

/** What a number of a rule measures. More can be added: show an unknown one by its `measured` and `note`. */
export type RuleNumberCode =
  /** From the chin to the lower edge. */
  | 'BELOW_CHIN'
  /** Bits of a pixel. */
  | 'BIT_DEPTH'
  /** Density that stands in the file. */
  | 'DPI'
  /** Height of the eyes, see `measured`. */
  | 'EYE_LINE'
  /** From the left edge to the middle between the eyes. */
  | 'EYE_MIDPOINT_FROM_LEFT'
  /** Width of the face or head, see `measured`. */
  | 'FACE_WIDTH'
  /** Size of the file; it holds whether the office counts 1,000 or 1,024 bytes to a KB. */
  | 'FILE_BYTES'
  /** From the chin to the top of the head, see `measured`. */
  | 'HEAD_HEIGHT'
  /** Height of the printed photo. */
  | 'HEIGHT_MM'
  /** Height of the picture. */
  | 'HEIGHT_PX'
  /** Between the pupils. */
  | 'INTER_EYE'
  /** Quality of the JPEG compression. */
  | 'JPEG_QUALITY'
  /** How far the head may nod. */
  | 'PITCH'
  /** How old the photo may be. */
  | 'RECENCY'
  /** How far the head may lean to a shoulder. */
  | 'ROLL'
  /** From each side to the head. */
  | 'SIDE_MARGIN'
  /** From the upper edge to the head. */
  | 'TOP_MARGIN'
  /** Width of the printed photo. */
  | 'WIDTH_MM'
  /** Width of the picture. */
  | 'WIDTH_PX'
  /** How far the head may turn to a side. */
  | 'YAW';

/** What a caller may do. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type Scope =
  /** Makes, lists and revokes API keys and tenants, of every tenant. */
  | 'ADMIN'
  /** The audit trail. */
  | 'AUDIT_READ'
  /** Specs, colours, painting styles and quotes. */
  | 'CATALOGUE_READ'
  /** Compares faces with the national register. */
  | 'FACES_VERIFY'
  /** Has pictures painted. */
  | 'PAINTINGS_CREATE'
  /** Erases and exports what is kept of a person, and withdraws consents. */
  | 'PERSONS_MANAGE'
  /** Photos sent in, ID photos, backgrounds, restorations and print sheets. */
  | 'PHOTOS_CREATE'
  /** Buys the clean photos of previews. */
  | 'PHOTOS_RELEASE'
  /** Settles what came of calls of which nobody knows whether they were charged. */
  | 'REVIEWS_RESOLVE'
  /** Cancels, tries again and deletes tasks. */
  | 'TASKS_MANAGE'
  /** Tasks and their results, followed too. */
  | 'TASKS_READ'
  /** Makes short-lived tokens and links for browsers. */
  | 'TOKENS_CREATE'
  /** What was used of the vendors' packages. */
  | 'USAGE_READ'
  /** Vendors, their health and what is left of their packages. */
  | 'VENDORS_READ'
  /** Makes webhooks, sees what they were told, and sends it again. */
  | 'WEBHOOKS_MANAGE';

/** A photo that is sent along, in exactly one way; the same formats and limits. */
export type SentPhotoInput =
  /** The file in base64, with or without a `data:` prefix. An upload is quicker. */
  { base64: Scalars['String']['input']; upload?: never; }
  |  /** A file of a multipart request (GraphQL multipart request spec). */
  { base64?: never; upload: Scalars['Upload']['input']; };

/** A budget: for whom, how long, and how much. There is one of each scope and period. */
export type SetBudgetInput = {
  /** For tasks made with this API key, or by its links, alone. */
  apiKeyId?: InputMaybe<Scalars['ID']['input']>;
  /** Yuan that may be taken in one period, with up to four decimals: `35.5`. It needs `<VENDOR>_UNIT_PRICE`. */
  cost?: InputMaybe<Scalars['String']['input']>;
  /** For tasks with this label alone. */
  label?: InputMaybe<Scalars['String']['input']>;
  /** When it begins anew. */
  per: BudgetPeriod;
  /** Whose tasks it is for; the caller's own tenant if not given. */
  tenantId?: InputMaybe<Scalars['ID']['input']>;
  /** Units that may be taken in one period. Units, cost, or both. */
  units?: InputMaybe<Scalars['Int']['input']>;
  /** For what this vendor charges alone. */
  vendor?: InputMaybe<Vendor>;
};

/** Whether photos are rotated by 90 degrees on the sheet. */
export type SheetRotation =
  /** The photos of one size are rotated where more fit. */
  | 'AUTO'
  /** All. */
  | 'SIDEWAYS'
  /** None. */
  | 'UPRIGHT';

/** The unit in which the guide prints a size. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type SizeUnit =
  /** Millimetres on paper. */
  | 'MM'
  /** Pixels. */
  | 'PX';

/** In what a spec is sold otherwise than its rule asks. More can be added: show `sold` and `asked`. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type SpecDifferenceCode =
  /** Colours that the rule does not list. */
  | 'BACKGROUND'
  /** A range of KB that reaches beyond the rule. */
  | 'FILE_SIZE'
  /** A colour that the rule wants lighter. */
  | 'SHADE'
  /** Another size or shape. */
  | 'SIZE';

/** Which tasks to list; every field that is given has to match. An empty list filters nothing. */
export type TaskFilterInput = {
  /** True: only tasks with a call of which nobody knows whether it was charged; see `resolveAttempt`. Not for `tasksUpdated`. */
  chargeInDoubt?: InputMaybe<Scalars['Boolean']['input']>;
  /** Accepted from this time on. */
  createdFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Accepted before this time. */
  createdTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** All of these labels. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Any of these operations. */
  operations?: InputMaybe<Array<Operation>>;
  /** Exactly this reference. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** Any of these states. */
  states?: InputMaybe<Array<TaskState>>;
  /** Served by any of these. */
  vendors?: InputMaybe<Array<Vendor>>;
};

/** How tasks are sorted: by the moment at which they were accepted. */
export type TaskOrder =
  /** The newest first. */
  | 'NEWEST_FIRST'
  /** The oldest first. */
  | 'OLDEST_FIRST';

/** What a person found out about a task that needed review. */
export type TaskResolution =
  /** The vendor charged for it. The result is lost all the same. */
  | 'CHARGED'
  /** The vendor did not charge for it. */
  | 'NOT_CHARGED';

/** What is being done right now. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type TaskStage =
  /** Finding the face and cutting the person out. */
  | 'ANALYZING'
  /** Nothing more is done. */
  | 'ENDED'
  /** Fetching the results from the vendor. */
  | 'FETCHING'
  /** Waiting for a free worker. */
  | 'QUEUED'
  /** Cropping, putting on the background and fitting the file size. */
  | 'RENDERING'
  /** Being sent to a vendor. */
  | 'SUBMITTING'
  /** The vendor works on it, and is asked now and then. */
  | 'VENDOR_PROCESSING';

/** Where a task stands. SUCCEEDED, FAILED, CANCELED and EXPIRED are final. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type TaskState =
  /** Ended by `cancelTask`. */
  | 'CANCELED'
  /** The photo was deleted by its retention time before the work began. */
  | 'EXPIRED'
  /** It could not be done; see `failure`. */
  | 'FAILED'
  /** It is not known whether a vendor did the work and charged for it; a person has to settle it. Nothing is sent again by itself. */
  | 'NEEDS_REVIEW'
  /** Accepted and kept; work has not begun. */
  | 'QUEUED'
  /** Somebody works on it. */
  | 'RUNNING'
  /** Done; the results are there. */
  | 'SUCCEEDED';

/** Something about the results of a task that is not as it was asked for. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type TaskWarning =
  /** A background that was asked for is none that the rule of that very document lists; see `ruleOverrides`. Told as soon as the task is there. */
  | 'BACKGROUND_AGAINST_RULE'
  /** The rule of that very document does not allow what was done to the photo; see `editing` of its spec, and `edit: NONE`. */
  | 'EDITED_AGAINST_RULE'
  /** The vendor gave fewer images than were asked for. */
  | 'FEWER_IMAGES'
  /** The vendor's file is outside of the KB range that was asked for. */
  | 'FILE_SIZE_DIFFERS'
  /** The vendor's file is of another format than JPEG, or than PNG for a transparent background. */
  | 'FORMAT_DIFFERS'
  /** The metadata of the file was kept, because it holds the AI label. */
  | 'METADATA_KEPT'
  /** A picture that the vendor made could not be had before the vendor deleted it; see `parts.missing`. The others are delivered. */
  | 'PICTURE_MISSING'
  /** The photo has more pixels than the work or its vendor allows: it was reduced first, and the result may be smaller than it. */
  | 'REDUCED'
  /** The vendor's photo has another size in pixels. */
  | 'SIZE_DIFFERS'
  /** The JPEG that was sent had been cut off: its last lines were missing, at most a tenth of it, and are left out. Send the whole file again if you have it. */
  | 'TRUNCATED_IMAGE';

/** What a message of `tasksUpdated` holds. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type TasksUpdateKind =
  /** What became of tasks since the last message. */
  | 'CHANGES'
  /** A page of the tasks as they stand. The first page takes the place of all that was told before; the last has `isComplete`. */
  | 'SNAPSHOT';

/** Why something was not judged. More can be added. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type UnjudgedReason =
  /** The picture does not tell: a person has to know. */
  | 'NOT_IN_PICTURE'
  /** Too little of the background is to be seen, or it cannot be told from the person. */
  | 'NO_BACKGROUND'
  /** No face was found, or none that can be measured. */
  | 'NO_FACE'
  /** The file does not say, or its metadata were taken away. */
  | 'NO_METADATA'
  /** Nothing here can see it: a person has to look. */
  | 'NO_MODEL';

/** What sums of usage are grouped by. */
export type UsageKey =
  /** The day in China (Asia/Shanghai). */
  | 'DAY'
  /** The API key that made the task, or by whose photo link it was made. */
  | 'KEY'
  /** The caller's labels; a call counts once for each. */
  | 'LABEL'
  /** What was asked for. */
  | 'OPERATION'
  /** Who was called. */
  | 'VENDOR';

/** The photo of the person who holds a photo link. */
export type UsePhotoLinkInput = {
  /** That the person agreed; see `consentRequired` of the link. */
  consent?: InputMaybe<ConsentInput>;
  /** The same key with the same photo gives the same task and takes no use. 1 to 200 characters; it counts within the link. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The photo. */
  photo: SentPhotoInput;
};

/** Who serves a task. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type Vendor =
  /** Fangtang restoration and background change. Each upload is a unit. */
  | 'FANGTANG'
  /** Fegine face verification against the national register (Alibaba Cloud market). Each answer is a unit. */
  | 'FEGINE'
  /** Jumei ID photo (Huawei Cloud marketplace). Each background is a charged call. */
  | 'JUMEI_ID_PHOTO'
  /** Jumei AI painting (Huawei Cloud marketplace). Each image is a unit. */
  | 'JUMEI_PAINTING'
  /** Leqi ID photo (Alibaba Cloud market). Watermarked previews are free; clean photos are bought with `releasePhotos`. */
  | 'LEQI'
  /** Darkroom's own image engine, on this server's CPU. Free of charge. */
  | 'LOCAL';

/** Who is asked to serve a task. */
export type VendorChoice =
  /** The first healthy one that can do it: a configured vendor, else LOCAL, else the sandbox. */
  | 'AUTO'
  /** Fangtang restoration and background change. Each upload is a unit. */
  | 'FANGTANG'
  /** Fegine face verification against the national register (Alibaba Cloud market). Each answer is a unit. */
  | 'FEGINE'
  /** Jumei ID photo (Huawei Cloud marketplace). Each background is a charged call. */
  | 'JUMEI_ID_PHOTO'
  /** Jumei AI painting (Huawei Cloud marketplace). Each image is a unit. */
  | 'JUMEI_PAINTING'
  /** Leqi ID photo (Alibaba Cloud market). Watermarked previews are free; clean photos are bought with `releasePhotos`. */
  | 'LEQI'
  /** Darkroom's own image engine, on this server's CPU. Free of charge. */
  | 'LOCAL'
  /** Whoever of our sandbox can do it: nothing is charged and nothing is real. */
  | 'SANDBOX';

/** Whether a vendor is called at the moment. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type VendorState =
  /** It is called as usual. */
  | 'CLOSED'
  /** One call tries whether it is well again. */
  | 'HALF_OPEN'
  /** It failed several times in a row and is left alone for a while. */
  | 'OPEN';

/** A face to compare with the national register. */
export type VerifyFaceInput = {
  /** The person's consent; of a person under 14 that of a guardian. */
  consent: ConsentInput;
  /** The 18-digit ID number (GB 11643). Sealed at once, erased at the end of the task. */
  idNumber: Scalars['String']['input'];
  /** The same key with the same input gives the same task for at least 24 hours; with another input it is refused. 1 to 255 characters. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Up to 10 labels of up to 64 characters; tasks can be found by them. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The Chinese name, as on the ID card. Sealed at once, erased at the end of the task. */
  name: Scalars['String']['input'];
  /** The face. It is deleted at the end of the task, unless another open task needs it. */
  photo: PhotoInput;
  /** Your own reference, such as an order number; tasks can be found by it. Up to 128 characters; no personal data, please. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** Who verifies; default AUTO. The sandbox is reached by SANDBOX only. */
  vendor?: InputMaybe<VendorChoice>;
  /** A webhook that is to hear of this task, beside those that follow all tasks; see `createWebhook`. A URL is not taken here: a target is checked, and its secret agreed on, once. */
  webhookId?: InputMaybe<Scalars['ID']['input']>;
};

/** Whose turn it is. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type WaitingOn =
  /** Nobody: the task has ended. */
  | 'NONE'
  /** The operator of this server. */
  | 'OPERATOR'
  /** Whoever does the work: a vendor or the local engine. */
  | 'VENDOR';

/** Why a try failed. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type WebhookDeliveryFailure =
  /** The URL does not lead to a public address, or no longer. */
  | 'NOT_ALLOWED'
  /** It was answered with a redirect, which is not followed. */
  | 'REDIRECT'
  /** It was answered with another status than 2xx. */
  | 'STATUS'
  /** No answer within 20 s. */
  | 'TIMEOUT'
  /** No connection, or one that broke; also a certificate that is not trusted. */
  | 'UNREACHABLE';

/** Which deliveries to list; every field that is given has to match. */
export type WebhookDeliveryFilterInput = {
  /** Any of these states; DEAD: the dead letters. */
  states?: InputMaybe<Array<WebhookDeliveryState>>;
  /** About this task. */
  taskId?: InputMaybe<Scalars['ID']['input']>;
  /** To this webhook. */
  webhookId?: InputMaybe<Scalars['ID']['input']>;
};

/** What became of a message. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type WebhookDeliveryState =
  /** It was given up: after ten tries in three days, or because its webhook was disabled. `resendWebhook` sends it again. */
  | 'DEAD'
  /** It was answered with 2xx. */
  | 'DELIVERED'
  /** It is tried, now or later. */
  | 'PENDING';

/** Why a webhook was disabled. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type WebhookDisabledReason =
  /** It took nothing for three days. */
  | 'FAILING'
  /** Its server answered 410 Gone. */
  | 'GONE'
  /** The API key whose tasks it hears of was revoked. */
  | 'KEY_REVOKED'
  /** The secret of this server has changed: rotate that of the webhook, then enable it. */
  | 'SECRET_LOST';

/** What a webhook can be told of: that a task has come to this state. The `type` of its message is e.g. `task.succeeded`. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type WebhookEvent =
  /** It was ended by `cancelTask`. */
  | 'TASK_CANCELED'
  /** Its photo was deleted before the work began. */
  | 'TASK_EXPIRED'
  /** It could not be done. */
  | 'TASK_FAILED'
  /** A person has to settle it; told again if something changes while it is in review. */
  | 'TASK_NEEDS_REVIEW'
  /** It is done; the results are there. */
  | 'TASK_SUCCEEDED';

/** Whether messages are sent to a webhook. Values can be added at any time: have a default for one that you do not know, such as showing it as it is. */
export type WebhookState =
  /** They are sent. */
  | 'ACTIVE'
  /** Nothing is written or sent until `enableWebhook`. */
  | 'DISABLED';

/** Why a spec has no rule. More reasons can be added: treat an unknown one as NO_PUBLIC_RULE_FOUND. */
export type WithoutRule =
  /** The form of one bank. */
  | 'BANK_FORM'
  /** A size that many offices use, each with rules of its own. */
  | 'GENERIC_SIZE'
  /** Each notice of recruitment has its own rules. */
  | 'INSTITUTION_RECRUITMENT'
  /** It was searched for and not found, which does not prove that there is none. */
  | 'NO_PUBLIC_RULE_FOUND'
  /** A portrait that no office asks for. */
  | 'PORTRAIT_NO_AUTHORITY'
  /** Each school decides for itself. */
  | 'SCHOOL_LOCAL';

export type FindSpecsQueryVariables = Exact<{
  search: Scalars['String']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
}>;


export type FindSpecsQuery = { specs: { totalCount: number, nodes: Array<{ id: string, title: string, widthPx: number, heightPx: number, dpi: number, minKb: number | null, maxKb: number | null, backgrounds: Array<{ id: string, title: string }> }> } | null };

export type FindColorsQueryVariables = Exact<{ [key: string]: never; }>;


export type FindColorsQuery = { colors: Array<{ id: string, title: string, titleEn: string, hex: string, hexEnd: string | null }> | null };

export type FindVendorsQueryVariables = Exact<{ [key: string]: never; }>;


export type FindVendorsQuery = { vendors: Array<{ vendor: Vendor, configured: boolean, sandbox: boolean, operations: Array<Operation>, state: VendorState | null, quota: { left: number, total: number | null, source: QuotaSource, low: boolean } | null }> | null };

export type UploadPhotoMutationVariables = Exact<{
  file: Scalars['Upload']['input'];
}>;


export type UploadPhotoMutation = { uploadPhoto: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null };

export type CreateIdPhotoMutationVariables = Exact<{
  input: CreateIdPhotoInput;
}>;


export type CreateIdPhotoMutation = { task: { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, photos: Array<{ id: string, widthPx: number, heightPx: number, dpi: number, matteQuality: number | null, warnings: Array<PhotoWarning>, releaseExpiresAt: string | null, background: { kind: BackgroundKind, hex: string | null, hexEnd: string | null }, clean: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, preview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheetPreview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | null };

export type CheckPhotoMutationVariables = Exact<{
  input: CheckPhotoInput;
}>;


export type CheckPhotoMutation = { task: { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, source: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, report: { verdict: CheckVerdict, stage: CheckStage, widthPx: number, heightPx: number, checks: Array<{ code: CheckCode, name: string, verdict: CheckVerdict, severity: CheckSeverity, measured: number | null, min: number | null, max: number | null, unit: CheckUnit, found: string | null, source: CheckSource, ruleId: string | null, standard: string | null, hint: string | null, box: { x: number, y: number, width: number, height: number } | null }> } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | null };

export type ReleasePhotosMutationVariables = Exact<{
  input: ReleasePhotosInput;
}>;


export type ReleasePhotosMutation = { task: { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, photos: Array<{ id: string, widthPx: number, heightPx: number, dpi: number, matteQuality: number | null, warnings: Array<PhotoWarning>, releaseExpiresAt: string | null, background: { kind: BackgroundKind, hex: string | null, hexEnd: string | null }, clean: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, preview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheetPreview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | null };

export type CreatePrintSheetMutationVariables = Exact<{
  input: CreatePrintSheetInput;
}>;


export type CreatePrintSheetMutation = { task: { count: number | null, id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, items: Array<{ count: number, rotated: boolean }>, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | null };

export type RestorePhotoMutationVariables = Exact<{
  input: RestorePhotoInput;
}>;


export type RestorePhotoMutation = { task: { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, image: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | null };

export type ChangeBackgroundMutationVariables = Exact<{
  input: ChangeBackgroundInput;
}>;


export type ChangeBackgroundMutation = { task: { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, image: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | null };

export type GeneratePaintingMutationVariables = Exact<{
  input: GeneratePaintingInput;
}>;


export type GeneratePaintingMutation = { task: { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, images: Array<{ id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | null };

export type VerifyFaceMutationVariables = Exact<{
  input: VerifyFaceInput;
}>;


export type VerifyFaceMutation = { task: { outcome: FaceOutcome | null, id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | null };

export type TaskUpdatedSubscriptionVariables = Exact<{
  id: Scalars['ID']['input'];
  afterSequence?: InputMaybe<Scalars['Int']['input']>;
}>;


export type TaskUpdatedSubscription = { taskUpdated: { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, image: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { outcome: FaceOutcome | null, id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, photos: Array<{ id: string, widthPx: number, heightPx: number, dpi: number, matteQuality: number | null, warnings: Array<PhotoWarning>, releaseExpiresAt: string | null, background: { kind: BackgroundKind, hex: string | null, hexEnd: string | null }, clean: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, preview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheetPreview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, images: Array<{ id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, source: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, report: { verdict: CheckVerdict, stage: CheckStage, widthPx: number, heightPx: number, checks: Array<{ code: CheckCode, name: string, verdict: CheckVerdict, severity: CheckSeverity, measured: number | null, min: number | null, max: number | null, unit: CheckUnit, found: string | null, source: CheckSource, ruleId: string | null, standard: string | null, hint: string | null, box: { x: number, y: number, width: number, height: number } | null }> } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { count: number | null, id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, items: Array<{ count: number, rotated: boolean }>, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, photos: Array<{ id: string, widthPx: number, heightPx: number, dpi: number, matteQuality: number | null, warnings: Array<PhotoWarning>, releaseExpiresAt: string | null, background: { kind: BackgroundKind, hex: string | null, hexEnd: string | null }, clean: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, preview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheetPreview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, image: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } };

export type TasksUpdatedSubscriptionVariables = Exact<{
  filter?: InputMaybe<TaskFilterInput>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  counts?: Scalars['Boolean']['input'];
}>;


export type TasksUpdatedSubscription = { tasksUpdated: { kind: TasksUpdateKind, isComplete: boolean, cursor: string | null, removed: Array<string>, counts?: { acceptedPerMinute: number, endedPerMinute: number, failedPerMinute: number, states: Array<{ state: TaskState, count: number }> }, tasks: Array<{ id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null }> } };

export type ListTasksQueryVariables = Exact<{
  filter?: InputMaybe<TaskFilterInput>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  counts?: Scalars['Boolean']['input'];
}>;


export type ListTasksQuery = { tasks: { counts?: { acceptedPerMinute: number, endedPerMinute: number, failedPerMinute: number, states: Array<{ state: TaskState, count: number }> }, nodes: Array<{ id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ListCountsFragment = { acceptedPerMinute: number, endedPerMinute: number, failedPerMinute: number, states: Array<{ state: TaskState, count: number }> };

type ListedTask_BackgroundTask_Fragment = { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null };

type ListedTask_FaceVerificationTask_Fragment = { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null };

type ListedTask_IdPhotoTask_Fragment = { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null };

type ListedTask_PaintingTask_Fragment = { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null };

type ListedTask_PhotoCheckTask_Fragment = { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null };

type ListedTask_PrintSheetTask_Fragment = { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null };

type ListedTask_ReleaseTask_Fragment = { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null };

type ListedTask_RestorationTask_Fragment = { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, reference: string | null, labels: Array<string>, createdAt: string, updatedAt: string, endedAt: string | null, progress: { percent: number | null }, failure: { code: ErrorCode, userMessage: string } | null };

export type ListedTaskFragment = ListedTask_BackgroundTask_Fragment | ListedTask_FaceVerificationTask_Fragment | ListedTask_IdPhotoTask_Fragment | ListedTask_PaintingTask_Fragment | ListedTask_PhotoCheckTask_Fragment | ListedTask_PrintSheetTask_Fragment | ListedTask_ReleaseTask_Fragment | ListedTask_RestorationTask_Fragment;

export type FindTaskQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type FindTaskQuery = { task: { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, image: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { outcome: FaceOutcome | null, id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, photos: Array<{ id: string, widthPx: number, heightPx: number, dpi: number, matteQuality: number | null, warnings: Array<PhotoWarning>, releaseExpiresAt: string | null, background: { kind: BackgroundKind, hex: string | null, hexEnd: string | null }, clean: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, preview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheetPreview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, images: Array<{ id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, source: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, report: { verdict: CheckVerdict, stage: CheckStage, widthPx: number, heightPx: number, checks: Array<{ code: CheckCode, name: string, verdict: CheckVerdict, severity: CheckSeverity, measured: number | null, min: number | null, max: number | null, unit: CheckUnit, found: string | null, source: CheckSource, ruleId: string | null, standard: string | null, hint: string | null, box: { x: number, y: number, width: number, height: number } | null }> } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { count: number | null, id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, items: Array<{ count: number, rotated: boolean }>, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, photos: Array<{ id: string, widthPx: number, heightPx: number, dpi: number, matteQuality: number | null, warnings: Array<PhotoWarning>, releaseExpiresAt: string | null, background: { kind: BackgroundKind, hex: string | null, hexEnd: string | null }, clean: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, preview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheetPreview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, image: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | null };

export type PingQueryVariables = Exact<{ [key: string]: never; }>;


export type PingQuery = { __typename: 'Query' };

export type CreateTaskTokenMutationVariables = Exact<{
  taskId: Scalars['ID']['input'];
  minutes?: InputMaybe<Scalars['Int']['input']>;
}>;


export type CreateTaskTokenMutation = { token: { id: string, token: string, expiresAt: string } | null };

export type CreatePhotoLinkMutationVariables = Exact<{
  input: CreatePhotoLinkInput;
}>;


export type CreatePhotoLinkMutation = { created: { token: string, photoLink: { id: string, expiresAt: string, uses: number } } | null };

export type UsePhotoLinkMutationVariables = Exact<{
  input: UsePhotoLinkInput;
}>;


export type UsePhotoLinkMutation = { task: { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, image: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { outcome: FaceOutcome | null, id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, photos: Array<{ id: string, widthPx: number, heightPx: number, dpi: number, matteQuality: number | null, warnings: Array<PhotoWarning>, releaseExpiresAt: string | null, background: { kind: BackgroundKind, hex: string | null, hexEnd: string | null }, clean: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, preview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheetPreview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, images: Array<{ id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, source: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, report: { verdict: CheckVerdict, stage: CheckStage, widthPx: number, heightPx: number, checks: Array<{ code: CheckCode, name: string, verdict: CheckVerdict, severity: CheckSeverity, measured: number | null, min: number | null, max: number | null, unit: CheckUnit, found: string | null, source: CheckSource, ruleId: string | null, standard: string | null, hint: string | null, box: { x: number, y: number, width: number, height: number } | null }> } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { count: number | null, id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, items: Array<{ count: number, rotated: boolean }>, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, photos: Array<{ id: string, widthPx: number, heightPx: number, dpi: number, matteQuality: number | null, warnings: Array<PhotoWarning>, releaseExpiresAt: string | null, background: { kind: BackgroundKind, hex: string | null, hexEnd: string | null }, clean: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, preview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheetPreview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, image: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null } | null };

type TaskFields_BackgroundTask_Fragment = { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, image: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null };

type TaskFields_FaceVerificationTask_Fragment = { outcome: FaceOutcome | null, id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null };

type TaskFields_IdPhotoTask_Fragment = { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, photos: Array<{ id: string, widthPx: number, heightPx: number, dpi: number, matteQuality: number | null, warnings: Array<PhotoWarning>, releaseExpiresAt: string | null, background: { kind: BackgroundKind, hex: string | null, hexEnd: string | null }, clean: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, preview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheetPreview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null };

type TaskFields_PaintingTask_Fragment = { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, images: Array<{ id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null };

type TaskFields_PhotoCheckTask_Fragment = { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, source: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, report: { verdict: CheckVerdict, stage: CheckStage, widthPx: number, heightPx: number, checks: Array<{ code: CheckCode, name: string, verdict: CheckVerdict, severity: CheckSeverity, measured: number | null, min: number | null, max: number | null, unit: CheckUnit, found: string | null, source: CheckSource, ruleId: string | null, standard: string | null, hint: string | null, box: { x: number, y: number, width: number, height: number } | null }> } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null };

type TaskFields_PrintSheetTask_Fragment = { count: number | null, id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, items: Array<{ count: number, rotated: boolean }>, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null };

type TaskFields_ReleaseTask_Fragment = { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, photos: Array<{ id: string, widthPx: number, heightPx: number, dpi: number, matteQuality: number | null, warnings: Array<PhotoWarning>, releaseExpiresAt: string | null, background: { kind: BackgroundKind, hex: string | null, hexEnd: string | null }, clean: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, preview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheetPreview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null };

type TaskFields_RestorationTask_Fragment = { id: string, operation: Operation, state: TaskState, stage: TaskStage, sequence: number, waitingOn: WaitingOn, vendor: Vendor, sandbox: boolean, warnings: Array<TaskWarning>, image: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean, retryable: boolean, vendorCode: string | null } | null };

export type TaskFieldsFragment = TaskFields_BackgroundTask_Fragment | TaskFields_FaceVerificationTask_Fragment | TaskFields_IdPhotoTask_Fragment | TaskFields_PaintingTask_Fragment | TaskFields_PhotoCheckTask_Fragment | TaskFields_PrintSheetTask_Fragment | TaskFields_ReleaseTask_Fragment | TaskFields_RestorationTask_Fragment;

export type PhotoFragment = { id: string, widthPx: number, heightPx: number, dpi: number, matteQuality: number | null, warnings: Array<PhotoWarning>, releaseExpiresAt: string | null, background: { kind: BackgroundKind, hex: string | null, hexEnd: string | null }, clean: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, preview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheet: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null, sheetPreview: { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean } | null };

export type PictureFragment = { id: string, url: string | null, mime: string, bytes: number, widthPx: number, heightPx: number, dpi: number | null, watermarked: boolean, aiLabel: boolean };

export type ReceiptFragment = { id: string, issuedAt: string, cause: ErasureCause, taskIds: Array<string>, assetIds: Array<string>, canceledTaskIds: Array<string>, complete: boolean, jws: string, notErased: Array<{ taskId: string | null, assetId: string | null, code: NotErasedCode }>, vendors: Array<{ vendor: Vendor, sandbox: boolean, calls: number, lastCallAt: string, holds: Array<{ what: HeldThing, until: string | null, basis: RetentionBasis }> }> };

export type DeleteTaskMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type DeleteTaskMutation = { deleteTask: { id: string, receipt: { id: string, issuedAt: string, cause: ErasureCause, taskIds: Array<string>, assetIds: Array<string>, canceledTaskIds: Array<string>, complete: boolean, jws: string, notErased: Array<{ taskId: string | null, assetId: string | null, code: NotErasedCode }>, vendors: Array<{ vendor: Vendor, sandbox: boolean, calls: number, lastCallAt: string, holds: Array<{ what: HeldThing, until: string | null, basis: RetentionBasis }> }> } } | null };

export type EraseMutationVariables = Exact<{
  reference: Scalars['String']['input'];
}>;


export type EraseMutation = { erase: { id: string, issuedAt: string, cause: ErasureCause, taskIds: Array<string>, assetIds: Array<string>, canceledTaskIds: Array<string>, complete: boolean, jws: string, notErased: Array<{ taskId: string | null, assetId: string | null, code: NotErasedCode }>, vendors: Array<{ vendor: Vendor, sandbox: boolean, calls: number, lastCallAt: string, holds: Array<{ what: HeldThing, until: string | null, basis: RetentionBasis }> }> } | null };

export type WithdrawConsentMutationVariables = Exact<{
  taskId?: InputMaybe<Scalars['ID']['input']>;
  reference?: InputMaybe<Scalars['String']['input']>;
}>;


export type WithdrawConsentMutation = { withdrawConsent: { id: string, issuedAt: string, cause: ErasureCause, taskIds: Array<string>, assetIds: Array<string>, canceledTaskIds: Array<string>, complete: boolean, jws: string, notErased: Array<{ taskId: string | null, assetId: string | null, code: NotErasedCode }>, vendors: Array<{ vendor: Vendor, sandbox: boolean, calls: number, lastCallAt: string, holds: Array<{ what: HeldThing, until: string | null, basis: RetentionBasis }> }> } | null };

export type VerifyReceiptQueryVariables = Exact<{
  jws: Scalars['String']['input'];
}>;


export type VerifyReceiptQuery = { verifyReceipt: { valid: boolean, content: string | null } | null };

export type ExportPersonQueryVariables = Exact<{
  reference: Scalars['String']['input'];
}>;


export type ExportPersonQuery = { exportPerson: { complete: boolean, tasks: Array<{ id: string, operation: Operation, state: TaskState, createdAt: string } | { id: string, operation: Operation, state: TaskState, createdAt: string } | { id: string, operation: Operation, state: TaskState, createdAt: string } | { id: string, operation: Operation, state: TaskState, createdAt: string } | { id: string, operation: Operation, state: TaskState, createdAt: string } | { id: string, operation: Operation, state: TaskState, createdAt: string } | { id: string, operation: Operation, state: TaskState, createdAt: string } | { id: string, operation: Operation, state: TaskState, createdAt: string }>, consents: Array<{ taskId: string, purpose: string, noticeVersion: string, givenBy: ConsentGiver, guardian: Guardian | null, reference: string | null, givenAt: string, withdrawnAt: string | null }>, assets: Array<{ id: string, kind: AssetKind, url: string | null, expiresAt: string }>, ledger: Array<{ taskId: string, vendor: Vendor, kind: LedgerKind, billed: Billed, units: number, at: string }>, audit: Array<{ number: number, at: string, act: AuditAct, actorKind: string, taskId: string | null }> } | null };

export type ReportFragment = { verdict: CheckVerdict, stage: CheckStage, widthPx: number, heightPx: number, checks: Array<{ code: CheckCode, name: string, verdict: CheckVerdict, severity: CheckSeverity, measured: number | null, min: number | null, max: number | null, unit: CheckUnit, found: string | null, source: CheckSource, ruleId: string | null, standard: string | null, hint: string | null, box: { x: number, y: number, width: number, height: number } | null }> };
export const FindSpecsDocument = "query FindSpecs($search: String!, $first: Int) {\n  specs(search: $search, first: $first) {\n    totalCount\n    nodes {\n      id\n      title\n      widthPx\n      heightPx\n      dpi\n      minKb\n      maxKb\n      backgrounds {\n        id\n        title\n      }\n    }\n  }\n}" as unknown as Text<FindSpecsQuery, FindSpecsQueryVariables>;
export const FindColorsDocument = "query FindColors {\n  colors {\n    id\n    title\n    titleEn\n    hex\n    hexEnd\n  }\n}" as unknown as Text<FindColorsQuery, FindColorsQueryVariables>;
export const FindVendorsDocument = "query FindVendors {\n  vendors {\n    vendor\n    configured\n    sandbox\n    operations\n    state\n    quota {\n      left\n      total\n      source\n      low\n    }\n  }\n}" as unknown as Text<FindVendorsQuery, FindVendorsQueryVariables>;
export const UploadPhotoDocument = "mutation UploadPhoto($file: Upload!) {\n  uploadPhoto(file: $file) {\n    ...Picture\n  }\n}\n\nfragment Picture on Asset {\n  id\n  url\n  mime\n  bytes\n  widthPx\n  heightPx\n  dpi\n  watermarked\n  aiLabel\n}" as unknown as Text<UploadPhotoMutation, UploadPhotoMutationVariables>;
export const CreateIdPhotoDocument = "mutation CreateIdPhoto($input: CreateIdPhotoInput!) {\n  task: createIdPhoto(input: $input) {\n    ...TaskFields\n  }\n}\n\nfragment TaskFields on Task {\n  id\n  operation\n  state\n  stage\n  sequence\n  waitingOn\n  vendor\n  sandbox\n  warnings\n  progress {\n    percent\n    source\n  }\n  failure {\n    code\n    message\n    userMessage\n    userFixable\n    retryable\n    vendorCode\n  }\n  ... on IdPhotoTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PhotoCheckTask {\n    source {\n      ...Picture\n    }\n    report {\n      ...Report\n    }\n  }\n  ... on ReleaseTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PrintSheetTask {\n    count\n    items {\n      count\n      rotated\n    }\n    sheet {\n      ...Picture\n    }\n  }\n  ... on RestorationTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on BackgroundTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on PaintingTask {\n    images {\n      ...Picture\n    }\n  }\n  ... on FaceVerificationTask {\n    outcome\n  }\n}\n\nfragment Photo on IdPhoto {\n  id\n  background {\n    kind\n    hex\n    hexEnd\n  }\n  widthPx\n  heightPx\n  dpi\n  matteQuality\n  warnings\n  releaseExpiresAt\n  clean {\n    ...Picture\n  }\n  preview {\n    ...Picture\n  }\n  sheet {\n    ...Picture\n  }\n  sheetPreview {\n    ...Picture\n  }\n}\n\nfragment Picture on Asset {\n  id\n  url\n  mime\n  bytes\n  widthPx\n  heightPx\n  dpi\n  watermarked\n  aiLabel\n}\n\nfragment Report on PhotoReport {\n  verdict\n  stage\n  widthPx\n  heightPx\n  checks {\n    code\n    name\n    verdict\n    severity\n    measured\n    min\n    max\n    unit\n    found\n    source\n    ruleId\n    standard\n    hint\n    box {\n      x\n      y\n      width\n      height\n    }\n  }\n}" as unknown as Text<CreateIdPhotoMutation, CreateIdPhotoMutationVariables>;
export const CheckPhotoDocument = "mutation CheckPhoto($input: CheckPhotoInput!) {\n  task: checkPhoto(input: $input) {\n    ...TaskFields\n  }\n}\n\nfragment TaskFields on Task {\n  id\n  operation\n  state\n  stage\n  sequence\n  waitingOn\n  vendor\n  sandbox\n  warnings\n  progress {\n    percent\n    source\n  }\n  failure {\n    code\n    message\n    userMessage\n    userFixable\n    retryable\n    vendorCode\n  }\n  ... on IdPhotoTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PhotoCheckTask {\n    source {\n      ...Picture\n    }\n    report {\n      ...Report\n    }\n  }\n  ... on ReleaseTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PrintSheetTask {\n    count\n    items {\n      count\n      rotated\n    }\n    sheet {\n      ...Picture\n    }\n  }\n  ... on RestorationTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on BackgroundTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on PaintingTask {\n    images {\n      ...Picture\n    }\n  }\n  ... on FaceVerificationTask {\n    outcome\n  }\n}\n\nfragment Photo on IdPhoto {\n  id\n  background {\n    kind\n    hex\n    hexEnd\n  }\n  widthPx\n  heightPx\n  dpi\n  matteQuality\n  warnings\n  releaseExpiresAt\n  clean {\n    ...Picture\n  }\n  preview {\n    ...Picture\n  }\n  sheet {\n    ...Picture\n  }\n  sheetPreview {\n    ...Picture\n  }\n}\n\nfragment Picture on Asset {\n  id\n  url\n  mime\n  bytes\n  widthPx\n  heightPx\n  dpi\n  watermarked\n  aiLabel\n}\n\nfragment Report on PhotoReport {\n  verdict\n  stage\n  widthPx\n  heightPx\n  checks {\n    code\n    name\n    verdict\n    severity\n    measured\n    min\n    max\n    unit\n    found\n    source\n    ruleId\n    standard\n    hint\n    box {\n      x\n      y\n      width\n      height\n    }\n  }\n}" as unknown as Text<CheckPhotoMutation, CheckPhotoMutationVariables>;
export const ReleasePhotosDocument = "mutation ReleasePhotos($input: ReleasePhotosInput!) {\n  task: releasePhotos(input: $input) {\n    ...TaskFields\n  }\n}\n\nfragment TaskFields on Task {\n  id\n  operation\n  state\n  stage\n  sequence\n  waitingOn\n  vendor\n  sandbox\n  warnings\n  progress {\n    percent\n    source\n  }\n  failure {\n    code\n    message\n    userMessage\n    userFixable\n    retryable\n    vendorCode\n  }\n  ... on IdPhotoTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PhotoCheckTask {\n    source {\n      ...Picture\n    }\n    report {\n      ...Report\n    }\n  }\n  ... on ReleaseTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PrintSheetTask {\n    count\n    items {\n      count\n      rotated\n    }\n    sheet {\n      ...Picture\n    }\n  }\n  ... on RestorationTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on BackgroundTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on PaintingTask {\n    images {\n      ...Picture\n    }\n  }\n  ... on FaceVerificationTask {\n    outcome\n  }\n}\n\nfragment Photo on IdPhoto {\n  id\n  background {\n    kind\n    hex\n    hexEnd\n  }\n  widthPx\n  heightPx\n  dpi\n  matteQuality\n  warnings\n  releaseExpiresAt\n  clean {\n    ...Picture\n  }\n  preview {\n    ...Picture\n  }\n  sheet {\n    ...Picture\n  }\n  sheetPreview {\n    ...Picture\n  }\n}\n\nfragment Picture on Asset {\n  id\n  url\n  mime\n  bytes\n  widthPx\n  heightPx\n  dpi\n  watermarked\n  aiLabel\n}\n\nfragment Report on PhotoReport {\n  verdict\n  stage\n  widthPx\n  heightPx\n  checks {\n    code\n    name\n    verdict\n    severity\n    measured\n    min\n    max\n    unit\n    found\n    source\n    ruleId\n    standard\n    hint\n    box {\n      x\n      y\n      width\n      height\n    }\n  }\n}" as unknown as Text<ReleasePhotosMutation, ReleasePhotosMutationVariables>;
export const CreatePrintSheetDocument = "mutation CreatePrintSheet($input: CreatePrintSheetInput!) {\n  task: createPrintSheet(input: $input) {\n    ...TaskFields\n  }\n}\n\nfragment TaskFields on Task {\n  id\n  operation\n  state\n  stage\n  sequence\n  waitingOn\n  vendor\n  sandbox\n  warnings\n  progress {\n    percent\n    source\n  }\n  failure {\n    code\n    message\n    userMessage\n    userFixable\n    retryable\n    vendorCode\n  }\n  ... on IdPhotoTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PhotoCheckTask {\n    source {\n      ...Picture\n    }\n    report {\n      ...Report\n    }\n  }\n  ... on ReleaseTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PrintSheetTask {\n    count\n    items {\n      count\n      rotated\n    }\n    sheet {\n      ...Picture\n    }\n  }\n  ... on RestorationTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on BackgroundTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on PaintingTask {\n    images {\n      ...Picture\n    }\n  }\n  ... on FaceVerificationTask {\n    outcome\n  }\n}\n\nfragment Photo on IdPhoto {\n  id\n  background {\n    kind\n    hex\n    hexEnd\n  }\n  widthPx\n  heightPx\n  dpi\n  matteQuality\n  warnings\n  releaseExpiresAt\n  clean {\n    ...Picture\n  }\n  preview {\n    ...Picture\n  }\n  sheet {\n    ...Picture\n  }\n  sheetPreview {\n    ...Picture\n  }\n}\n\nfragment Picture on Asset {\n  id\n  url\n  mime\n  bytes\n  widthPx\n  heightPx\n  dpi\n  watermarked\n  aiLabel\n}\n\nfragment Report on PhotoReport {\n  verdict\n  stage\n  widthPx\n  heightPx\n  checks {\n    code\n    name\n    verdict\n    severity\n    measured\n    min\n    max\n    unit\n    found\n    source\n    ruleId\n    standard\n    hint\n    box {\n      x\n      y\n      width\n      height\n    }\n  }\n}" as unknown as Text<CreatePrintSheetMutation, CreatePrintSheetMutationVariables>;
export const RestorePhotoDocument = "mutation RestorePhoto($input: RestorePhotoInput!) {\n  task: restorePhoto(input: $input) {\n    ...TaskFields\n  }\n}\n\nfragment TaskFields on Task {\n  id\n  operation\n  state\n  stage\n  sequence\n  waitingOn\n  vendor\n  sandbox\n  warnings\n  progress {\n    percent\n    source\n  }\n  failure {\n    code\n    message\n    userMessage\n    userFixable\n    retryable\n    vendorCode\n  }\n  ... on IdPhotoTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PhotoCheckTask {\n    source {\n      ...Picture\n    }\n    report {\n      ...Report\n    }\n  }\n  ... on ReleaseTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PrintSheetTask {\n    count\n    items {\n      count\n      rotated\n    }\n    sheet {\n      ...Picture\n    }\n  }\n  ... on RestorationTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on BackgroundTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on PaintingTask {\n    images {\n      ...Picture\n    }\n  }\n  ... on FaceVerificationTask {\n    outcome\n  }\n}\n\nfragment Photo on IdPhoto {\n  id\n  background {\n    kind\n    hex\n    hexEnd\n  }\n  widthPx\n  heightPx\n  dpi\n  matteQuality\n  warnings\n  releaseExpiresAt\n  clean {\n    ...Picture\n  }\n  preview {\n    ...Picture\n  }\n  sheet {\n    ...Picture\n  }\n  sheetPreview {\n    ...Picture\n  }\n}\n\nfragment Picture on Asset {\n  id\n  url\n  mime\n  bytes\n  widthPx\n  heightPx\n  dpi\n  watermarked\n  aiLabel\n}\n\nfragment Report on PhotoReport {\n  verdict\n  stage\n  widthPx\n  heightPx\n  checks {\n    code\n    name\n    verdict\n    severity\n    measured\n    min\n    max\n    unit\n    found\n    source\n    ruleId\n    standard\n    hint\n    box {\n      x\n      y\n      width\n      height\n    }\n  }\n}" as unknown as Text<RestorePhotoMutation, RestorePhotoMutationVariables>;
export const ChangeBackgroundDocument = "mutation ChangeBackground($input: ChangeBackgroundInput!) {\n  task: changeBackground(input: $input) {\n    ...TaskFields\n  }\n}\n\nfragment TaskFields on Task {\n  id\n  operation\n  state\n  stage\n  sequence\n  waitingOn\n  vendor\n  sandbox\n  warnings\n  progress {\n    percent\n    source\n  }\n  failure {\n    code\n    message\n    userMessage\n    userFixable\n    retryable\n    vendorCode\n  }\n  ... on IdPhotoTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PhotoCheckTask {\n    source {\n      ...Picture\n    }\n    report {\n      ...Report\n    }\n  }\n  ... on ReleaseTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PrintSheetTask {\n    count\n    items {\n      count\n      rotated\n    }\n    sheet {\n      ...Picture\n    }\n  }\n  ... on RestorationTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on BackgroundTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on PaintingTask {\n    images {\n      ...Picture\n    }\n  }\n  ... on FaceVerificationTask {\n    outcome\n  }\n}\n\nfragment Photo on IdPhoto {\n  id\n  background {\n    kind\n    hex\n    hexEnd\n  }\n  widthPx\n  heightPx\n  dpi\n  matteQuality\n  warnings\n  releaseExpiresAt\n  clean {\n    ...Picture\n  }\n  preview {\n    ...Picture\n  }\n  sheet {\n    ...Picture\n  }\n  sheetPreview {\n    ...Picture\n  }\n}\n\nfragment Picture on Asset {\n  id\n  url\n  mime\n  bytes\n  widthPx\n  heightPx\n  dpi\n  watermarked\n  aiLabel\n}\n\nfragment Report on PhotoReport {\n  verdict\n  stage\n  widthPx\n  heightPx\n  checks {\n    code\n    name\n    verdict\n    severity\n    measured\n    min\n    max\n    unit\n    found\n    source\n    ruleId\n    standard\n    hint\n    box {\n      x\n      y\n      width\n      height\n    }\n  }\n}" as unknown as Text<ChangeBackgroundMutation, ChangeBackgroundMutationVariables>;
export const GeneratePaintingDocument = "mutation GeneratePainting($input: GeneratePaintingInput!) {\n  task: generatePainting(input: $input) {\n    ...TaskFields\n  }\n}\n\nfragment TaskFields on Task {\n  id\n  operation\n  state\n  stage\n  sequence\n  waitingOn\n  vendor\n  sandbox\n  warnings\n  progress {\n    percent\n    source\n  }\n  failure {\n    code\n    message\n    userMessage\n    userFixable\n    retryable\n    vendorCode\n  }\n  ... on IdPhotoTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PhotoCheckTask {\n    source {\n      ...Picture\n    }\n    report {\n      ...Report\n    }\n  }\n  ... on ReleaseTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PrintSheetTask {\n    count\n    items {\n      count\n      rotated\n    }\n    sheet {\n      ...Picture\n    }\n  }\n  ... on RestorationTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on BackgroundTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on PaintingTask {\n    images {\n      ...Picture\n    }\n  }\n  ... on FaceVerificationTask {\n    outcome\n  }\n}\n\nfragment Photo on IdPhoto {\n  id\n  background {\n    kind\n    hex\n    hexEnd\n  }\n  widthPx\n  heightPx\n  dpi\n  matteQuality\n  warnings\n  releaseExpiresAt\n  clean {\n    ...Picture\n  }\n  preview {\n    ...Picture\n  }\n  sheet {\n    ...Picture\n  }\n  sheetPreview {\n    ...Picture\n  }\n}\n\nfragment Picture on Asset {\n  id\n  url\n  mime\n  bytes\n  widthPx\n  heightPx\n  dpi\n  watermarked\n  aiLabel\n}\n\nfragment Report on PhotoReport {\n  verdict\n  stage\n  widthPx\n  heightPx\n  checks {\n    code\n    name\n    verdict\n    severity\n    measured\n    min\n    max\n    unit\n    found\n    source\n    ruleId\n    standard\n    hint\n    box {\n      x\n      y\n      width\n      height\n    }\n  }\n}" as unknown as Text<GeneratePaintingMutation, GeneratePaintingMutationVariables>;
export const VerifyFaceDocument = "mutation VerifyFace($input: VerifyFaceInput!) {\n  task: verifyFace(input: $input) {\n    ...TaskFields\n  }\n}\n\nfragment TaskFields on Task {\n  id\n  operation\n  state\n  stage\n  sequence\n  waitingOn\n  vendor\n  sandbox\n  warnings\n  progress {\n    percent\n    source\n  }\n  failure {\n    code\n    message\n    userMessage\n    userFixable\n    retryable\n    vendorCode\n  }\n  ... on IdPhotoTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PhotoCheckTask {\n    source {\n      ...Picture\n    }\n    report {\n      ...Report\n    }\n  }\n  ... on ReleaseTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PrintSheetTask {\n    count\n    items {\n      count\n      rotated\n    }\n    sheet {\n      ...Picture\n    }\n  }\n  ... on RestorationTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on BackgroundTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on PaintingTask {\n    images {\n      ...Picture\n    }\n  }\n  ... on FaceVerificationTask {\n    outcome\n  }\n}\n\nfragment Photo on IdPhoto {\n  id\n  background {\n    kind\n    hex\n    hexEnd\n  }\n  widthPx\n  heightPx\n  dpi\n  matteQuality\n  warnings\n  releaseExpiresAt\n  clean {\n    ...Picture\n  }\n  preview {\n    ...Picture\n  }\n  sheet {\n    ...Picture\n  }\n  sheetPreview {\n    ...Picture\n  }\n}\n\nfragment Picture on Asset {\n  id\n  url\n  mime\n  bytes\n  widthPx\n  heightPx\n  dpi\n  watermarked\n  aiLabel\n}\n\nfragment Report on PhotoReport {\n  verdict\n  stage\n  widthPx\n  heightPx\n  checks {\n    code\n    name\n    verdict\n    severity\n    measured\n    min\n    max\n    unit\n    found\n    source\n    ruleId\n    standard\n    hint\n    box {\n      x\n      y\n      width\n      height\n    }\n  }\n}" as unknown as Text<VerifyFaceMutation, VerifyFaceMutationVariables>;
export const TaskUpdatedDocument = "subscription TaskUpdated($id: ID!, $afterSequence: Int) {\n  taskUpdated(id: $id, afterSequence: $afterSequence) {\n    ...TaskFields\n  }\n}\n\nfragment TaskFields on Task {\n  id\n  operation\n  state\n  stage\n  sequence\n  waitingOn\n  vendor\n  sandbox\n  warnings\n  progress {\n    percent\n    source\n  }\n  failure {\n    code\n    message\n    userMessage\n    userFixable\n    retryable\n    vendorCode\n  }\n  ... on IdPhotoTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PhotoCheckTask {\n    source {\n      ...Picture\n    }\n    report {\n      ...Report\n    }\n  }\n  ... on ReleaseTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PrintSheetTask {\n    count\n    items {\n      count\n      rotated\n    }\n    sheet {\n      ...Picture\n    }\n  }\n  ... on RestorationTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on BackgroundTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on PaintingTask {\n    images {\n      ...Picture\n    }\n  }\n  ... on FaceVerificationTask {\n    outcome\n  }\n}\n\nfragment Photo on IdPhoto {\n  id\n  background {\n    kind\n    hex\n    hexEnd\n  }\n  widthPx\n  heightPx\n  dpi\n  matteQuality\n  warnings\n  releaseExpiresAt\n  clean {\n    ...Picture\n  }\n  preview {\n    ...Picture\n  }\n  sheet {\n    ...Picture\n  }\n  sheetPreview {\n    ...Picture\n  }\n}\n\nfragment Picture on Asset {\n  id\n  url\n  mime\n  bytes\n  widthPx\n  heightPx\n  dpi\n  watermarked\n  aiLabel\n}\n\nfragment Report on PhotoReport {\n  verdict\n  stage\n  widthPx\n  heightPx\n  checks {\n    code\n    name\n    verdict\n    severity\n    measured\n    min\n    max\n    unit\n    found\n    source\n    ruleId\n    standard\n    hint\n    box {\n      x\n      y\n      width\n      height\n    }\n  }\n}" as unknown as Text<TaskUpdatedSubscription, TaskUpdatedSubscriptionVariables>;
export const TasksUpdatedDocument = "subscription TasksUpdated($filter: TaskFilterInput, $first: Int, $after: String, $counts: Boolean! = false) {\n  tasksUpdated(filter: $filter, first: $first, after: $after) {\n    kind\n    isComplete\n    cursor\n    removed\n    counts @include(if: $counts) {\n      ...ListCounts\n    }\n    tasks {\n      ...ListedTask\n    }\n  }\n}\n\nfragment ListCounts on TaskCounts {\n  states {\n    state\n    count\n  }\n  acceptedPerMinute\n  endedPerMinute\n  failedPerMinute\n}\n\nfragment ListedTask on Task {\n  id\n  operation\n  state\n  stage\n  sequence\n  waitingOn\n  vendor\n  sandbox\n  reference\n  labels\n  createdAt\n  updatedAt\n  endedAt\n  progress {\n    percent\n  }\n  failure {\n    code\n    userMessage\n  }\n}" as unknown as Text<TasksUpdatedSubscription, TasksUpdatedSubscriptionVariables>;
export const ListTasksDocument = "query ListTasks($filter: TaskFilterInput, $first: Int, $after: String, $counts: Boolean! = false) {\n  tasks(filter: $filter, first: $first, after: $after) {\n    counts @include(if: $counts) {\n      ...ListCounts\n    }\n    nodes {\n      ...ListedTask\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}\n\nfragment ListCounts on TaskCounts {\n  states {\n    state\n    count\n  }\n  acceptedPerMinute\n  endedPerMinute\n  failedPerMinute\n}\n\nfragment ListedTask on Task {\n  id\n  operation\n  state\n  stage\n  sequence\n  waitingOn\n  vendor\n  sandbox\n  reference\n  labels\n  createdAt\n  updatedAt\n  endedAt\n  progress {\n    percent\n  }\n  failure {\n    code\n    userMessage\n  }\n}" as unknown as Text<ListTasksQuery, ListTasksQueryVariables>;
export const FindTaskDocument = "query FindTask($id: ID!) {\n  task(id: $id) {\n    ...TaskFields\n  }\n}\n\nfragment TaskFields on Task {\n  id\n  operation\n  state\n  stage\n  sequence\n  waitingOn\n  vendor\n  sandbox\n  warnings\n  progress {\n    percent\n    source\n  }\n  failure {\n    code\n    message\n    userMessage\n    userFixable\n    retryable\n    vendorCode\n  }\n  ... on IdPhotoTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PhotoCheckTask {\n    source {\n      ...Picture\n    }\n    report {\n      ...Report\n    }\n  }\n  ... on ReleaseTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PrintSheetTask {\n    count\n    items {\n      count\n      rotated\n    }\n    sheet {\n      ...Picture\n    }\n  }\n  ... on RestorationTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on BackgroundTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on PaintingTask {\n    images {\n      ...Picture\n    }\n  }\n  ... on FaceVerificationTask {\n    outcome\n  }\n}\n\nfragment Photo on IdPhoto {\n  id\n  background {\n    kind\n    hex\n    hexEnd\n  }\n  widthPx\n  heightPx\n  dpi\n  matteQuality\n  warnings\n  releaseExpiresAt\n  clean {\n    ...Picture\n  }\n  preview {\n    ...Picture\n  }\n  sheet {\n    ...Picture\n  }\n  sheetPreview {\n    ...Picture\n  }\n}\n\nfragment Picture on Asset {\n  id\n  url\n  mime\n  bytes\n  widthPx\n  heightPx\n  dpi\n  watermarked\n  aiLabel\n}\n\nfragment Report on PhotoReport {\n  verdict\n  stage\n  widthPx\n  heightPx\n  checks {\n    code\n    name\n    verdict\n    severity\n    measured\n    min\n    max\n    unit\n    found\n    source\n    ruleId\n    standard\n    hint\n    box {\n      x\n      y\n      width\n      height\n    }\n  }\n}" as unknown as Text<FindTaskQuery, FindTaskQueryVariables>;
export const PingDocument = "query Ping {\n  __typename\n}" as unknown as Text<PingQuery, PingQueryVariables>;
export const CreateTaskTokenDocument = "mutation CreateTaskToken($taskId: ID!, $minutes: Int) {\n  token: createTaskToken(taskId: $taskId, minutes: $minutes) {\n    id\n    token\n    expiresAt\n  }\n}" as unknown as Text<CreateTaskTokenMutation, CreateTaskTokenMutationVariables>;
export const CreatePhotoLinkDocument = "mutation CreatePhotoLink($input: CreatePhotoLinkInput!) {\n  created: createPhotoLink(input: $input) {\n    token\n    photoLink {\n      id\n      expiresAt\n      uses\n    }\n  }\n}" as unknown as Text<CreatePhotoLinkMutation, CreatePhotoLinkMutationVariables>;
export const UsePhotoLinkDocument = "mutation UsePhotoLink($input: UsePhotoLinkInput!) {\n  task: usePhotoLink(input: $input) {\n    ...TaskFields\n  }\n}\n\nfragment TaskFields on Task {\n  id\n  operation\n  state\n  stage\n  sequence\n  waitingOn\n  vendor\n  sandbox\n  warnings\n  progress {\n    percent\n    source\n  }\n  failure {\n    code\n    message\n    userMessage\n    userFixable\n    retryable\n    vendorCode\n  }\n  ... on IdPhotoTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PhotoCheckTask {\n    source {\n      ...Picture\n    }\n    report {\n      ...Report\n    }\n  }\n  ... on ReleaseTask {\n    photos {\n      ...Photo\n    }\n  }\n  ... on PrintSheetTask {\n    count\n    items {\n      count\n      rotated\n    }\n    sheet {\n      ...Picture\n    }\n  }\n  ... on RestorationTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on BackgroundTask {\n    image {\n      ...Picture\n    }\n  }\n  ... on PaintingTask {\n    images {\n      ...Picture\n    }\n  }\n  ... on FaceVerificationTask {\n    outcome\n  }\n}\n\nfragment Photo on IdPhoto {\n  id\n  background {\n    kind\n    hex\n    hexEnd\n  }\n  widthPx\n  heightPx\n  dpi\n  matteQuality\n  warnings\n  releaseExpiresAt\n  clean {\n    ...Picture\n  }\n  preview {\n    ...Picture\n  }\n  sheet {\n    ...Picture\n  }\n  sheetPreview {\n    ...Picture\n  }\n}\n\nfragment Picture on Asset {\n  id\n  url\n  mime\n  bytes\n  widthPx\n  heightPx\n  dpi\n  watermarked\n  aiLabel\n}\n\nfragment Report on PhotoReport {\n  verdict\n  stage\n  widthPx\n  heightPx\n  checks {\n    code\n    name\n    verdict\n    severity\n    measured\n    min\n    max\n    unit\n    found\n    source\n    ruleId\n    standard\n    hint\n    box {\n      x\n      y\n      width\n      height\n    }\n  }\n}" as unknown as Text<UsePhotoLinkMutation, UsePhotoLinkMutationVariables>;
export const DeleteTaskDocument = "mutation DeleteTask($id: ID!) {\n  deleteTask(id: $id) {\n    id\n    receipt {\n      ...Receipt\n    }\n  }\n}\n\nfragment Receipt on ErasureReceipt {\n  id\n  issuedAt\n  cause\n  taskIds\n  assetIds\n  canceledTaskIds\n  notErased {\n    taskId\n    assetId\n    code\n  }\n  vendors {\n    vendor\n    sandbox\n    calls\n    lastCallAt\n    holds {\n      what\n      until\n      basis\n    }\n  }\n  complete\n  jws\n}" as unknown as Text<DeleteTaskMutation, DeleteTaskMutationVariables>;
export const EraseDocument = "mutation Erase($reference: String!) {\n  erase(reference: $reference) {\n    ...Receipt\n  }\n}\n\nfragment Receipt on ErasureReceipt {\n  id\n  issuedAt\n  cause\n  taskIds\n  assetIds\n  canceledTaskIds\n  notErased {\n    taskId\n    assetId\n    code\n  }\n  vendors {\n    vendor\n    sandbox\n    calls\n    lastCallAt\n    holds {\n      what\n      until\n      basis\n    }\n  }\n  complete\n  jws\n}" as unknown as Text<EraseMutation, EraseMutationVariables>;
export const WithdrawConsentDocument = "mutation WithdrawConsent($taskId: ID, $reference: String) {\n  withdrawConsent(taskId: $taskId, reference: $reference) {\n    ...Receipt\n  }\n}\n\nfragment Receipt on ErasureReceipt {\n  id\n  issuedAt\n  cause\n  taskIds\n  assetIds\n  canceledTaskIds\n  notErased {\n    taskId\n    assetId\n    code\n  }\n  vendors {\n    vendor\n    sandbox\n    calls\n    lastCallAt\n    holds {\n      what\n      until\n      basis\n    }\n  }\n  complete\n  jws\n}" as unknown as Text<WithdrawConsentMutation, WithdrawConsentMutationVariables>;
export const VerifyReceiptDocument = "query VerifyReceipt($jws: String!) {\n  verifyReceipt(jws: $jws) {\n    valid\n    content\n  }\n}" as unknown as Text<VerifyReceiptQuery, VerifyReceiptQueryVariables>;
export const ExportPersonDocument = "query ExportPerson($reference: String!) {\n  exportPerson(reference: $reference) {\n    tasks {\n      id\n      operation\n      state\n      createdAt\n    }\n    consents {\n      taskId\n      purpose\n      noticeVersion\n      givenBy\n      guardian\n      reference\n      givenAt\n      withdrawnAt\n    }\n    assets {\n      id\n      kind\n      url\n      expiresAt\n    }\n    ledger {\n      taskId\n      vendor\n      kind\n      billed\n      units\n      at\n    }\n    audit {\n      number\n      at\n      act\n      actorKind\n      taskId\n    }\n    complete\n  }\n}" as unknown as Text<ExportPersonQuery, ExportPersonQueryVariables>;
/** What stands behind each interface and union: for `possibleTypes` of Apollo Client and its like. */
export const possibleTypes: Record<string, string[]> = {"Node":["Asset","BackgroundTask","FaceVerificationTask","IdPhoto","IdPhotoTask","PaintingTask","PhotoCheckTask","PrintSheetTask","ReleaseTask","RestorationTask","Spec"],"Task":["BackgroundTask","FaceVerificationTask","IdPhotoTask","PaintingTask","PhotoCheckTask","PrintSheetTask","ReleaseTask","RestorationTask"]};
