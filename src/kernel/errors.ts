/**
 * Every error code a caller can meet, in one table: with the message, and what the caller can do about it.
 * `extensions.code` of a GraphQL error and `Task.failure.code` are both from here. Codes are stable: they are API.
 */
export const ERRORS = {
  // Bad input: a GraphQL error before any work
  BAD_USER_INPUT: {
    retryable: false,
    userFixable: true,
    en: 'A value of the request is not allowed.',
    zh: '请求参数不合法。',
  },
  NOT_FOUND: { retryable: false, userFixable: true, en: 'There is no such object.', zh: '对象不存在。' },
  SPEC_NOT_FOUND: {
    retryable: false,
    userFixable: true,
    en: 'There is no such spec; search with the query `specs`.',
    zh: '没有该证件照规格，请用 specs 查询。',
  },
  COLOR_NOT_FOUND: {
    retryable: false,
    userFixable: true,
    en: 'There is no such colour; see the query `colors`.',
    zh: '没有该背景色，请用 colors 查询。',
  },
  IDEMPOTENCY_CONFLICT: {
    retryable: false,
    userFixable: true,
    en: 'This idempotencyKey was used with another input.',
    zh: '该 idempotencyKey 已用于不同的请求。',
  },
  TASK_ENDED: { retryable: false, userFixable: false, en: 'The task has ended already.', zh: '任务已结束。' },
  // The photo
  NOT_AN_IMAGE: {
    retryable: false,
    userFixable: true,
    en: 'The file is not a photo; send JPEG, PNG or WebP.',
    zh: '文件不是图片，请上传 JPEG、PNG 或 WebP。',
  },
  UNSUPPORTED_FORMAT: {
    retryable: false,
    userFixable: true,
    en: 'This image format is not taken; send JPEG, PNG or WebP.',
    zh: '不支持该图片格式，请上传 JPEG、PNG 或 WebP。',
  },
  EMPTY_FILE: { retryable: false, userFixable: true, en: 'The file is empty.', zh: '文件为空。' },
  FILE_TOO_LARGE: { retryable: false, userFixable: true, en: 'The file is too large.', zh: '文件过大。' },
  TOO_MANY_PIXELS: {
    retryable: false,
    userFixable: true,
    en: 'The picture has too many pixels.',
    zh: '图片像素过多。',
  },
  TOO_FEW_PIXELS: { retryable: false, userFixable: true, en: 'The picture is too small.', zh: '图片过小。' },
  CORRUPT_IMAGE: {
    retryable: false,
    userFixable: true,
    en: 'The picture is damaged and cannot be decoded.',
    zh: '图片已损坏，无法解码。',
  },
  PHOTO_GONE: {
    retryable: false,
    userFixable: true,
    en: 'The photo was deleted after its retention time; upload it again.',
    zh: '照片已过保存期，请重新上传。',
  },
  NO_FACE: {
    retryable: false,
    userFixable: true,
    en: 'No face was found; use a photo that shows one face from the front.',
    zh: '未检测到人脸，请使用正面单人照片。',
  },
  MULTIPLE_FACES: {
    retryable: false,
    userFixable: true,
    en: 'Several faces of about the same size were found; crop the photo to one person.',
    zh: '检测到多张人脸，请使用单人照片。',
  },
  FACE_TOO_SMALL: {
    retryable: false,
    userFixable: true,
    en: 'The face is too small; come closer or use a photo with more pixels.',
    zh: '人脸过小，请靠近拍摄或使用更高分辨率的照片。',
  },
  CANNOT_FIT: {
    retryable: false,
    userFixable: true,
    en: 'The picture cannot be made to fit the file size that was asked for.',
    zh: '无法满足所要求的文件大小。',
  },
  NOT_IN_REVIEW: {
    retryable: false,
    userFixable: false,
    en: 'The task does not need review.',
    zh: '该任务无需人工处理。',
  },
  NOT_ENDED: { retryable: false, userFixable: false, en: 'The task has not ended.', zh: '任务尚未结束。' },
  CANNOT_RETRY: {
    retryable: false,
    userFixable: false,
    en: 'This task cannot be tried again.',
    zh: '该任务不能重试。',
  },
  MAY_CHARGE_TWICE: {
    retryable: false,
    userFixable: true,
    en: 'The first try may have been charged; set acceptPossibleCharge to try again all the same.',
    zh: '首次调用可能已计费；如仍需重试，请设置 acceptPossibleCharge。',
  },
  // Requests
  LINK_INVALID: {
    retryable: false,
    userFixable: false,
    en: 'This link is not valid; ask the API for a new one.',
    zh: '链接无效，请重新获取。',
  },
  LINK_EXPIRED: {
    retryable: false,
    userFixable: true,
    en: 'This link has expired; ask the API for a new one.',
    zh: '链接已过期，请重新获取。',
  },
  BAD_MULTIPART: {
    retryable: false,
    userFixable: true,
    en: 'The multipart body does not follow the GraphQL multipart request spec.',
    zh: 'multipart 请求格式错误。',
  },
  UPLOAD_ABORTED: {
    retryable: true,
    userFixable: false,
    en: 'The upload ended before its last byte.',
    zh: '上传中断。',
  },
  FORBIDDEN_ORIGIN: {
    retryable: false,
    userFixable: false,
    en: 'This origin may not use the API.',
    zh: '不允许的来源。',
  },
  // The house
  ENGINE_CRASHED: {
    retryable: true,
    userFixable: false,
    en: 'The image worker crashed on this photo.',
    zh: '图像处理进程异常退出。',
  },
  ENGINE_TIMEOUT: {
    retryable: true,
    userFixable: false,
    en: 'The image worker took too long and was stopped.',
    zh: '图像处理超时。',
  },
  STORAGE_FULL: {
    retryable: true,
    userFixable: false,
    en: 'The server has no room to keep the file.',
    zh: '服务器存储空间不足。',
  },
  OVERLOADED: {
    retryable: true,
    userFixable: false,
    en: 'The server has too much work; try again soon.',
    zh: '服务器繁忙，请稍后再试。',
  },
  STOPPING: {
    retryable: true,
    userFixable: false,
    en: 'The server is stopping; try again soon.',
    zh: '服务器正在停止，请稍后再试。',
  },
  DIRECTORY_LOCKED: {
    retryable: false,
    userFixable: false,
    en: 'Another process uses this data directory.',
    zh: '数据目录正被另一个进程使用。',
  },
  SCHEMA_NEWER: {
    retryable: false,
    userFixable: false,
    en: 'The database was written by a newer version of Darkroom.',
    zh: '数据库由更新版本的 Darkroom 创建。',
  },
  SCHEMA_CHANGED: {
    retryable: false,
    userFixable: false,
    en: 'A migration that was applied has changed since.',
    zh: '已执行的数据库迁移文件被修改。',
  },
  DATABASE_UNAVAILABLE: {
    retryable: true,
    userFixable: false,
    en: 'The database cannot be reached; try again soon.',
    zh: '数据库暂不可用，请稍后再试。',
  },
  DATABASE_UNUSABLE: {
    retryable: false,
    userFixable: false,
    en: 'The database cannot be used as it is.',
    zh: '数据库无法使用。',
  },
  SECRET_DIFFERS: {
    retryable: false,
    userFixable: false,
    en: 'The database was first used with another DARKROOM_SECRET.',
    zh: 'DARKROOM_SECRET 与该数据库首次使用时不一致。',
  },
  // Vendors
  INVALID_INPUT: {
    retryable: false,
    userFixable: true,
    en: 'The vendor refused the photo or its parameters.',
    zh: '服务商拒绝了该照片或参数。',
  },
  CONTENT_BLOCKED: {
    retryable: false,
    userFixable: true,
    en: 'The vendor refused the content.',
    zh: '内容未通过服务商审核。',
  },
  QUOTA_EXHAUSTED: {
    retryable: false,
    userFixable: false,
    en: "The vendor's package is used up or expired; the operator has to renew it.",
    zh: '服务商套餐已用完或已过期。',
  },
  VENDOR_AUTH: {
    retryable: false,
    userFixable: false,
    en: "The vendor refused our login; the operator has to check this vendor's variables.",
    zh: '服务商鉴权失败，请联系管理员。',
  },
  VENDOR_UNAVAILABLE: {
    retryable: true,
    userFixable: false,
    en: 'The vendor does not answer or is in maintenance; try again later.',
    zh: '服务商暂不可用，请稍后再试。',
  },
  VENDOR_NOT_CONFIGURED: {
    retryable: false,
    userFixable: false,
    en: 'No vendor that can do this is configured.',
    zh: '未配置可用的服务商。',
  },
  VENDOR_RESULT_EXPIRED: {
    retryable: false,
    userFixable: false,
    en: 'The vendor deleted the result before it could be fetched.',
    zh: '服务商的结果已过期。',
  },
  VENDOR_NOT_FOUND: {
    retryable: false,
    userFixable: false,
    en: 'The vendor does not know what it was asked for.',
    zh: '服务商处不存在该记录。',
  },
  VENDOR_ERROR: {
    retryable: false,
    userFixable: false,
    en: 'The vendor gave an error that its guide does not explain.',
    zh: '服务商返回未知错误。',
  },
  OPTION_NOT_SUPPORTED: {
    retryable: false,
    userFixable: true,
    en: 'The vendor cannot honour an option of this request.',
    zh: '所选服务商不支持该选项。',
  },
  PUBLIC_URL_NEEDED: {
    retryable: false,
    userFixable: false,
    en: 'This vendor fetches the photo from us: set DARKROOM_PUBLIC_URL to an address that it can reach.',
    zh: '该服务商需从本服务下载照片，请设置 DARKROOM_PUBLIC_URL。',
  },
  URL_NOT_ALLOWED: {
    retryable: false,
    userFixable: true,
    en: 'This URL may not be fetched: use a public https address.',
    zh: '不允许访问该网址，请使用公网 https 地址。',
  },
  URL_UNREACHABLE: {
    retryable: true,
    userFixable: true,
    en: 'The file behind the URL could not be fetched.',
    zh: '无法下载该网址的文件。',
  },
  ALREADY_RELEASED: {
    retryable: false,
    userFixable: false,
    en: 'This photo was released already, or is being released.',
    zh: '该照片已释放或正在释放。',
  },
  RELEASE_EXPIRED: {
    retryable: false,
    userFixable: false,
    en: 'The time for releasing this photo is over; make it again.',
    zh: '照片释放期限已过，请重新制作。',
  },
  OUTCOME_UNKNOWN: {
    retryable: false,
    userFixable: false,
    en: 'The answer of the vendor was lost; it may have been charged.',
    zh: '未收到服务商的结果，可能已计费。',
  },
  INTERNAL: {
    retryable: true,
    userFixable: false,
    en: 'Something went wrong inside the server.',
    zh: '服务器内部错误。',
  },
} as const satisfies Record<string, { retryable: boolean; userFixable: boolean; en: string; zh: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** One wrong field: its path in the input (`input.backgrounds.0`), the code, and what would be allowed. */
export interface FieldError {
  path: string;
  code: string;
  allowed: string;
}

const MARK = Symbol.for('darkroom.error');

/** The one error class of the product. `message` is for the developer who calls; it never holds personal data or secrets. */
export class DarkroomError extends Error {
  readonly [MARK] = true;
  constructor(
    readonly code: ErrorCode,
    message?: string,
    readonly fields: readonly FieldError[] = [],
    options?: { cause?: unknown },
  ) {
    super(message ?? ERRORS[code].en, options);
    this.name = 'DarkroomError';
  }

  /** Holds across copies of this module (worker threads, jest's module registries). */
  static is(error: unknown): error is DarkroomError {
    return typeof error === 'object' && error !== null && MARK in error;
  }
}

/** Bad input in one field. */
export function badInput(path: string, code: string, allowed: string): DarkroomError {
  return new DarkroomError('BAD_USER_INPUT', `${path}: ${code}; allowed: ${allowed}`, [{ path, code, allowed }]);
}
