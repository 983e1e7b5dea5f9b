/** How a client went against a guide. */
export type BreachKind =
  | 'LOGIN'
  | 'KEY_IN_URL'
  | 'UNKNOWN_CALL'
  | 'CONTENT_TYPE'
  | 'WRONG_PLACE'
  | 'MISSING_PARAMETER'
  | 'OUT_OF_RANGE'
  | 'UNKNOWN_PARAMETER'
  | 'DATA_URL'
  | 'BASE64_NOT_ENCODED'
  | 'TOO_LARGE'
  | 'PHOTO_UNREACHABLE'
  | 'NOT_A_PICTURE'
  | 'LOST_DIGITS'
  | 'BOUGHT_TWICE'
  | 'SENT_AGAIN_AFTER_LOSS'
  | 'CREDENTIALS_TO_RESULT'
  | 'ALTERED_URL'
  | 'FAULT_OF_THE_SANDBOX';

/** Ends a call with one of the vendor's codes; with `breach` it is recorded as the client's fault. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly detail?: string,
    readonly breach?: BreachKind,
  ) {
    super(detail ?? code);
    this.name = 'Refusal';
  }
}
