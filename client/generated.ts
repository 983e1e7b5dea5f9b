import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
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
  /** A date-time string at UTC, such as 2007-12-03T10:15:30Z, compliant with the `date-time` format outlined in section 5.6 of the RFC 3339 profile of the ISO 8601 standard for representation of dates and times using the Gregorian calendar.This scalar is serialized to a string in ISO 8601 format and parsed from a string in ISO 8601 format. */
  DateTimeISO: { input: string; output: string; }
  /** The `Upload` scalar type represents a file upload. */
  Upload: { input: Blob; output: Blob; }
};

/** What an asset is for. */
export type AssetKind =
  /** A photo that was sent in. Kept for 24 hours unless configured otherwise. */
  | 'INPUT'
  /** A picture that a task made. Kept for 7 days unless configured otherwise. */
  | 'RESULT';

/** How a vendor call ended. */
export type AttemptOutcome =
  /** The task was ended while the call ran. */
  | 'CANCELED'
  /** It gave an error. */
  | 'FAILED'
  /** The process died or the answer was lost before the outcome could be kept. */
  | 'LOST'
  /** It gave the result. */
  | 'SUCCEEDED';

/** What to put behind the person: exactly one of `color` and `gradient`. */
export type BackgroundInput = {
  /** The id of a colour of `colors`, `#RRGGBB`, or `transparent` for a PNG with an alpha channel. */
  color?: InputMaybe<Scalars['String']['input']>;
  /** A gradient of your own. */
  gradient?: InputMaybe<GradientInput>;
};

/** What stands behind the person. */
export type BackgroundKind =
  /** From `hex` at the top to `hexEnd` at the bottom. */
  | 'GRADIENT'
  /** One colour. */
  | 'SOLID'
  /** Nothing: a PNG with an alpha channel. */
  | 'TRANSPARENT';

/** Whether a vendor call was charged. */
export type Billed =
  /** It was not charged. */
  | 'NO'
  /** Nobody can say; count on it. */
  | 'UNKNOWN'
  /** It was charged, as far as the vendor tells. */
  | 'YES';

/** An ID photo to make. Exactly one of `specId` and `customSize`. */
export type CreateIdPhotoInput = {
  /** 1 to 6, each once; each gives a photo. Default: the first background of the spec, or white. */
  backgrounds?: InputMaybe<Array<BackgroundInput>>;
  /** A size of your own. */
  customSize?: InputMaybe<CustomSizeInput>;
  /** 72 to 1200. Default: the spec's, or 300. It changes what is written in the file, and the pixels only of a customSize in millimetres. */
  dpi?: InputMaybe<Scalars['Int']['input']>;
  /** Where the point midway between the eyes goes (face centre of ISO/IEC 19794-5). Not together with topMargin. */
  faceCenter?: InputMaybe<FaceCenterInput>;
  /** Default: the spec's limits, if it has any. */
  fileSize?: InputMaybe<FileSizeInput>;
  /** From crown to chin, as a fraction of the height: 0.3 to 0.9. Default by the kind of document, 0.62 for Chinese ones. */
  headRatio?: InputMaybe<Scalars['Float']['input']>;
  /** The same key with the same input gives the same task for at least 24 hours; with another input it is refused. 1 to 255 characters. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Up to 10 labels of up to 64 characters; tasks can be found by them. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The portrait. */
  photo: PhotoInput;
  /** Your own reference, such as an order number; tasks can be found by it. Up to 128 characters; no personal data, please. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** A spec of `specs`. */
  specId?: InputMaybe<Scalars['ID']['input']>;
  /** From the upper edge to the crown, as a fraction of the height: 0 to 0.5. Not together with faceCenter. */
  topMargin?: InputMaybe<Scalars['Float']['input']>;
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

/** Every code of `extensions.code` and `Task.failure.code`, beside those of GraphQL itself (GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED). Codes are stable. */
export type ErrorCode =
  /** The multipart body does not follow the GraphQL multipart request spec. */
  | 'BAD_MULTIPART'
  /** A value of the request is not allowed. */
  | 'BAD_USER_INPUT'
  /** The picture cannot be made to fit the file size that was asked for. */
  | 'CANNOT_FIT'
  /** There is no such colour; see the query `colors`. */
  | 'COLOR_NOT_FOUND'
  /** The picture is damaged and cannot be decoded. */
  | 'CORRUPT_IMAGE'
  /** Another process uses this data directory. */
  | 'DIRECTORY_LOCKED'
  /** The file is empty. */
  | 'EMPTY_FILE'
  /** The image worker crashed on this photo. */
  | 'ENGINE_CRASHED'
  /** The image worker took too long and was stopped. */
  | 'ENGINE_TIMEOUT'
  /** The face is too small; come closer or use a photo with more pixels. */
  | 'FACE_TOO_SMALL'
  /** The file is too large. */
  | 'FILE_TOO_LARGE'
  /** This origin may not use the API. */
  | 'FORBIDDEN_ORIGIN'
  /** This idempotencyKey was used with another input. */
  | 'IDEMPOTENCY_CONFLICT'
  /** Something went wrong inside the server. */
  | 'INTERNAL'
  /** This link has expired; ask the API for a new one. */
  | 'LINK_EXPIRED'
  /** This link is not valid; ask the API for a new one. */
  | 'LINK_INVALID'
  /** Several faces of about the same size were found; crop the photo to one person. */
  | 'MULTIPLE_FACES'
  /** The file is not a photo; send JPEG, PNG or WebP. */
  | 'NOT_AN_IMAGE'
  /** There is no such object. */
  | 'NOT_FOUND'
  /** No face was found; use a photo that shows one face from the front. */
  | 'NO_FACE'
  /** The answer of the vendor was lost; it may have been charged. */
  | 'OUTCOME_UNKNOWN'
  /** The server has too much work; try again soon. */
  | 'OVERLOADED'
  /** The photo was deleted after its retention time; upload it again. */
  | 'PHOTO_GONE'
  /** A migration that was applied has changed since. */
  | 'SCHEMA_CHANGED'
  /** The database was written by a newer version of Darkroom. */
  | 'SCHEMA_NEWER'
  /** There is no such spec; search with the query `specs`. */
  | 'SPEC_NOT_FOUND'
  /** The server is stopping; try again soon. */
  | 'STOPPING'
  /** The server has no room to keep the file. */
  | 'STORAGE_FULL'
  /** The task has ended already. */
  | 'TASK_ENDED'
  /** The picture is too small. */
  | 'TOO_FEW_PIXELS'
  /** The picture has too many pixels. */
  | 'TOO_MANY_PIXELS'
  /** This image format is not taken; send JPEG, PNG or WebP. */
  | 'UNSUPPORTED_FORMAT'
  /** The upload ended before its last byte. */
  | 'UPLOAD_ABORTED';

/** A point as fractions of the width from the left and of the height from the top. */
export type FaceCenterInput = {
  /** 0.2 to 0.8; 0.5 is the middle. */
  x?: Scalars['Float']['input'];
  /** 0.2 to 0.8, from the top. */
  y: Scalars['Float']['input'];
};

/** The file size that is accepted. The minimum counts in 1024 bytes and the maximum in 1000 where both fit. */
export type FileSizeInput = {
  /** At most so many KB: 1 to 10000. */
  maxKb?: InputMaybe<Scalars['Int']['input']>;
  /** At least so many KB: 1 to 10000. */
  minKb?: InputMaybe<Scalars['Int']['input']>;
};

/** A background that runs from one colour to another. */
export type GradientInput = {
  /** At the top: `#RRGGBB` or the id of a plain colour. */
  from: Scalars['String']['input'];
  /** At the bottom: `#RRGGBB` or the id of a plain colour. */
  to: Scalars['String']['input'];
};

/** Where the hex value of a colour comes from. */
export type HexSource =
  /** Our choice: the guides name the colour and give no value. */
  | 'DARKROOM'
  /** Printed in a vendor's guide. */
  | 'VENDOR_GUIDE';

/** What a task does. */
export type Operation =
  /** Makes ID photos: `createIdPhoto`. */
  | 'ID_PHOTO';

/** A photo, given in exactly one way. JPEG, PNG or WebP, up to 20 MB and 50 megapixels. */
export type PhotoInput = {
  /** An asset of `uploadPhoto`, or the `source` of an earlier task. */
  assetId?: InputMaybe<Scalars['ID']['input']>;
  /** The file in base64, with or without a `data:` prefix. An upload is quicker. */
  base64?: InputMaybe<Scalars['String']['input']>;
  /** A file of a multipart request (GraphQL multipart request spec). */
  upload?: InputMaybe<Scalars['Upload']['input']>;
};

/** Something about a photo that a person should look at before it is handed in. */
export type PhotoWarning =
  /** The source ends above the lower edge of the photo. */
  | 'BODY_CUT'
  /** The edge of the source cuts through the hair. */
  | 'CROWN_CUT'
  /** The eyes seem to be closed. */
  | 'EYES_CLOSED'
  /** The head was tilted or turned away; the tilt was corrected. */
  | 'HEAD_TILTED'
  /** The source has too few pixels: the picture was enlarged and looks soft. */
  | 'LOW_RESOLUTION'
  /** There are smaller faces beside the main one. */
  | 'MULTIPLE_FACES'
  /** The source ends inside a shoulder. */
  | 'SHOULDER_CUT';

/** How much a percentage can be trusted. */
export type ProgressSource =
  /** Guessed from how long such work usually takes. */
  | 'ESTIMATED'
  /** Nothing is known; `percent` is null. */
  | 'NONE'
  /** Told by whoever does the work. */
  | 'REPORTED';

/** The unit in which the guide prints a size. */
export type SizeUnit =
  /** Millimetres on paper. */
  | 'MM'
  /** Pixels. */
  | 'PX';

/** Which tasks to list; every field that is given has to match. */
export type TaskFilterInput = {
  /** All of these labels. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Any of these operations. */
  operations?: InputMaybe<Array<Operation>>;
  /** Exactly this reference. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** Any of these states. */
  states?: InputMaybe<Array<TaskState>>;
};

/** What is being done right now. More stages can be added: treat an unknown one as RUNNING. */
export type TaskStage =
  /** Finding the face and cutting the person out. */
  | 'ANALYZING'
  /** Nothing more is done. */
  | 'ENDED'
  /** Waiting for a free worker. */
  | 'QUEUED'
  /** Cropping, putting on the background and fitting the file size. */
  | 'RENDERING'
  /** Keeping the results. */
  | 'SAVING';

/** Where a task stands. SUCCEEDED, FAILED, CANCELED and EXPIRED are final. */
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

/** Who serves a task. */
export type Vendor =
  /** Darkroom's own image engine, on this server's CPU. Free of charge. */
  | 'LOCAL';

/** Whose turn it is. */
export type WaitingOn =
  /** You: a decision or a confirmation is due. */
  | 'CALLER'
  /** Nobody: the task has ended. */
  | 'NONE'
  /** The operator of this server. */
  | 'OPERATOR'
  /** Whoever does the work: a vendor or the local engine. */
  | 'VENDOR';

export type FindSpecsQueryVariables = Exact<{
  search: Scalars['String']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
}>;


export type FindSpecsQuery = { specs: { totalCount: number, nodes: Array<{ id: string, title: string, widthPx: number, heightPx: number, dpi: number, minKb: number | null, maxKb: number | null, backgrounds: Array<{ id: string, title: string }> }> } };

export type FindColorsQueryVariables = Exact<{ [key: string]: never; }>;


export type FindColorsQuery = { colors: Array<{ id: string, title: string, titleEn: string, hex: string, hexEnd: string | null }> };

export type CreateIdPhotoMutationVariables = Exact<{
  input: CreateIdPhotoInput;
}>;


export type CreateIdPhotoMutation = { createIdPhoto: { id: string, state: TaskState, stage: TaskStage, sequence: number, photos: Array<{ widthPx: number, heightPx: number, dpi: number, matteQuality: number, warnings: Array<PhotoWarning>, background: { kind: BackgroundKind, hex: string | null, hexEnd: string | null }, clean: { url: string | null, mime: string, bytes: number } | null }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean } | null } };

export type TaskUpdatedSubscriptionVariables = Exact<{
  id: Scalars['ID']['input'];
  afterSequence?: InputMaybe<Scalars['Int']['input']>;
}>;


export type TaskUpdatedSubscription = { taskUpdated: { id: string, state: TaskState, stage: TaskStage, sequence: number, photos: Array<{ widthPx: number, heightPx: number, dpi: number, matteQuality: number, warnings: Array<PhotoWarning>, background: { kind: BackgroundKind, hex: string | null, hexEnd: string | null }, clean: { url: string | null, mime: string, bytes: number } | null }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean } | null } };

export type IdPhotoTaskFieldsFragment = { id: string, state: TaskState, stage: TaskStage, sequence: number, photos: Array<{ widthPx: number, heightPx: number, dpi: number, matteQuality: number, warnings: Array<PhotoWarning>, background: { kind: BackgroundKind, hex: string | null, hexEnd: string | null }, clean: { url: string | null, mime: string, bytes: number } | null }>, progress: { percent: number | null, source: ProgressSource }, failure: { code: ErrorCode, message: string, userMessage: string, userFixable: boolean } | null };

export const IdPhotoTaskFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"IdPhotoTaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"stage"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"percent"}},{"kind":"Field","name":{"kind":"Name","value":"source"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"userMessage"}},{"kind":"Field","name":{"kind":"Name","value":"userFixable"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"IdPhotoTask"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"photos"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"background"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"hex"}},{"kind":"Field","name":{"kind":"Name","value":"hexEnd"}}]}},{"kind":"Field","name":{"kind":"Name","value":"widthPx"}},{"kind":"Field","name":{"kind":"Name","value":"heightPx"}},{"kind":"Field","name":{"kind":"Name","value":"dpi"}},{"kind":"Field","name":{"kind":"Name","value":"matteQuality"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"clean"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"mime"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}}]}}]}}]}}]}}]} as unknown as DocumentNode<IdPhotoTaskFieldsFragment, unknown>;
export const FindSpecsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FindSpecs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"search"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"specs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"search"},"value":{"kind":"Variable","name":{"kind":"Name","value":"search"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"widthPx"}},{"kind":"Field","name":{"kind":"Name","value":"heightPx"}},{"kind":"Field","name":{"kind":"Name","value":"dpi"}},{"kind":"Field","name":{"kind":"Name","value":"minKb"}},{"kind":"Field","name":{"kind":"Name","value":"maxKb"}},{"kind":"Field","name":{"kind":"Name","value":"backgrounds"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}}]}}]}}]} as unknown as DocumentNode<FindSpecsQuery, FindSpecsQueryVariables>;
export const FindColorsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FindColors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"colors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"titleEn"}},{"kind":"Field","name":{"kind":"Name","value":"hex"}},{"kind":"Field","name":{"kind":"Name","value":"hexEnd"}}]}}]}}]} as unknown as DocumentNode<FindColorsQuery, FindColorsQueryVariables>;
export const CreateIdPhotoDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateIdPhoto"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateIdPhotoInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createIdPhoto"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"IdPhotoTaskFields"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"IdPhotoTaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"stage"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"percent"}},{"kind":"Field","name":{"kind":"Name","value":"source"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"userMessage"}},{"kind":"Field","name":{"kind":"Name","value":"userFixable"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"IdPhotoTask"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"photos"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"background"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"hex"}},{"kind":"Field","name":{"kind":"Name","value":"hexEnd"}}]}},{"kind":"Field","name":{"kind":"Name","value":"widthPx"}},{"kind":"Field","name":{"kind":"Name","value":"heightPx"}},{"kind":"Field","name":{"kind":"Name","value":"dpi"}},{"kind":"Field","name":{"kind":"Name","value":"matteQuality"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"clean"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"mime"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}}]}}]}}]}}]}}]} as unknown as DocumentNode<CreateIdPhotoMutation, CreateIdPhotoMutationVariables>;
export const TaskUpdatedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"TaskUpdated"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"afterSequence"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"taskUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"afterSequence"},"value":{"kind":"Variable","name":{"kind":"Name","value":"afterSequence"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"IdPhotoTaskFields"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"IdPhotoTaskFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"stage"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"percent"}},{"kind":"Field","name":{"kind":"Name","value":"source"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"userMessage"}},{"kind":"Field","name":{"kind":"Name","value":"userFixable"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"IdPhotoTask"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"photos"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"background"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"hex"}},{"kind":"Field","name":{"kind":"Name","value":"hexEnd"}}]}},{"kind":"Field","name":{"kind":"Name","value":"widthPx"}},{"kind":"Field","name":{"kind":"Name","value":"heightPx"}},{"kind":"Field","name":{"kind":"Name","value":"dpi"}},{"kind":"Field","name":{"kind":"Name","value":"matteQuality"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"clean"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"mime"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}}]}}]}}]}}]}}]} as unknown as DocumentNode<TaskUpdatedSubscription, TaskUpdatedSubscriptionVariables>;
