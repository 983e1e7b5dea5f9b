/** What a caller of the API is told about one error. */
interface ErrorRow {
  /** Of an answer that refuses a whole request. The error of a resolver leaves the status of its answer at 200. */
  status: number;
  /** The same request may well succeed later. */
  retryable: boolean;
  /** The person in front of the screen can mend it, e.g. with another photo. */
  userFixable: boolean;
  /** For that person, in both languages. English is also the message for the developer where none is given. */
  en: string;
  zh: string;
}

const fixable = (status: number) => ({ status, retryable: false, userFixable: true });
const temporary = (status: number) => ({ status, retryable: true, userFixable: false });
const final = (status: number) => ({ status, retryable: false, userFixable: false });

/**
 * Every code that can be sent, in one table. It is the enum `ErrorCode` of the schema: codes are stable.
 * `extensions.code` of an error and `Task.failure.code` are both from here.
 */
export const ERRORS = {
  // What the caller asked for
  BAD_USER_INPUT: { ...fixable(400), en: 'A value of the request is not allowed.', zh: '请求参数不合法。' },
  NOT_FOUND: { ...fixable(404), en: 'There is no such object.', zh: '对象不存在。' },
  SPEC_NOT_FOUND: {
    ...fixable(404),
    en: 'There is no such spec; search with the query `specs`.',
    zh: '没有该证件照规格，请用 specs 查询。',
  },
  COLOR_NOT_FOUND: {
    ...fixable(404),
    en: 'There is no such colour; see the query `colors`.',
    zh: '没有该背景色，请用 colors 查询。',
  },
  IDEMPOTENCY_CONFLICT: {
    ...fixable(409),
    en: 'This idempotencyKey was used with another input.',
    zh: '该 idempotencyKey 已用于不同的请求。',
  },
  OPTION_NOT_SUPPORTED: {
    ...fixable(400),
    en: 'The vendor cannot honour an option of this request.',
    zh: '所选服务商不支持该选项。',
  },
  // The photo
  NOT_AN_IMAGE: {
    ...fixable(400),
    en: 'The file is not a photo; send JPEG, PNG or WebP.',
    zh: '文件不是图片，请上传 JPEG、PNG 或 WebP。',
  },
  UNSUPPORTED_FORMAT: {
    ...fixable(400),
    en: 'This image format is not taken; send JPEG, PNG or WebP.',
    zh: '不支持该图片格式，请上传 JPEG、PNG 或 WebP。',
  },
  HEIC_NOT_SUPPORTED: {
    ...fixable(400),
    en: 'This is a HEIC photo, which is not taken; send a JPEG. On an iPhone: Settings > Camera > Formats > Most Compatible, and take it again; or save or share the photo as JPEG.',
    zh: '暂不支持 HEIC 照片，请上传 JPEG。iPhone 请在“设置 > 相机 > 格式”中选择“兼容性最佳”后重拍，或先将照片存储为 JPEG 再上传。',
  },
  EMPTY_FILE: { ...fixable(400), en: 'The file is empty.', zh: '文件为空。' },
  FILE_TOO_LARGE: { ...fixable(413), en: 'The file is too large.', zh: '文件过大。' },
  TOO_MANY_PIXELS: { ...fixable(400), en: 'The picture has too many pixels.', zh: '图片像素过多。' },
  TOO_FEW_PIXELS: { ...fixable(400), en: 'The picture is too small.', zh: '图片过小。' },
  CORRUPT_IMAGE: { ...fixable(400), en: 'The picture is damaged and cannot be decoded.', zh: '图片已损坏，无法解码。' },
  PHOTO_GONE: {
    ...fixable(410),
    en: 'The photo was deleted after its retention time; upload it again.',
    zh: '照片已过保存期，请重新上传。',
  },
  PERSONAL_DATA_GONE: {
    ...fixable(410),
    en: 'The name and the ID number of this task were erased; send them again.',
    zh: '该任务的姓名和身份证号已删除，请重新提交。',
  },
  PHOTO_MISSING: {
    status: 500,
    retryable: false,
    userFixable: true,
    en: 'The server cannot find the file of this photo, which should be there; upload it again, and tell the operator.',
    zh: '服务器找不到该照片的文件，请重新上传并联系管理员。',
  },
  NO_FACE: {
    ...fixable(400),
    en: 'No face was found; use a photo that shows one face from the front.',
    zh: '未检测到人脸，请使用正面单人照片。',
  },
  MULTIPLE_FACES: {
    ...fixable(400),
    en: 'Several faces of about the same size were found; crop the photo to one person.',
    zh: '检测到多张人脸，请使用单人照片。',
  },
  FACE_CUT_OFF: {
    ...fixable(400),
    en: 'The edge of the photo cuts through the face; use a photo that shows the whole head.',
    zh: '人脸被照片边缘截断，请使用头部完整的照片。',
  },
  FACE_TURNED_AWAY: {
    ...fixable(400),
    en: 'The head is turned away; use a photo that shows the face from the front.',
    zh: '人脸侧转过大，请使用正面照片。',
  },
  FACE_TOO_SMALL: {
    ...fixable(400),
    en: 'The face is too small; come closer or use a photo with more pixels.',
    zh: '人脸过小，请靠近拍摄或使用更高分辨率的照片。',
  },
  BODY_CUT: {
    ...fixable(400),
    en: 'The photo ends too close below the chin, so that the body would float above the lower edge; use a photo that shows the shoulders and chest, or set allowBodyCut.',
    zh: '照片下方过短，身体会悬空；请使用包含肩部和胸部的照片，或设置 allowBodyCut。',
  },
  CANNOT_FIT: {
    ...fixable(400),
    en: 'The picture cannot be made to fit the file size that was asked for.',
    zh: '无法满足所要求的文件大小。',
  },
  CROP_IMPOSSIBLE: {
    ...fixable(400),
    en: 'The photo has too little room around the head to be used without editing: take it from farther away.',
    zh: '照片四周留白不足，无法在不修图的情况下裁剪，请站远一些重新拍摄。',
  },
  RULES_MISSED: {
    ...fixable(400),
    en: 'The photo would miss a limit of the rules of its document.',
    zh: '照片不符合该证件的要求。',
  },
  URL_NOT_ALLOWED: {
    ...fixable(400),
    en: 'This URL may not be fetched: use a public https address.',
    zh: '不允许访问该网址，请使用公网 https 地址。',
  },
  URL_UNREACHABLE: {
    status: 400,
    retryable: true,
    userFixable: true,
    en: 'The file behind the URL could not be fetched.',
    zh: '无法下载该网址的文件。',
  },
  // Who asks
  UNAUTHENTICATED: {
    ...final(401),
    en: 'A key or link is needed; the one that was sent is not valid, or not any more.',
    zh: '需要密钥或链接；所提供的无效或已过期。',
  },
  FORBIDDEN: { ...final(403), en: 'This key or token may not do this.', zh: '该密钥或令牌没有此权限。' },
  RATE_LIMITED: {
    ...temporary(429),
    en: 'Too many operations in a short time; wait for retryAfterSeconds.',
    zh: '请求过于频繁，请稍后再试。',
  },
  QUOTA_EXCEEDED: {
    ...temporary(429),
    en: 'The key or its tenant has as much at a time as it may have; let some of it end first.',
    zh: '已达到该密钥或租户的使用上限，请稍后再试。',
  },
  ISSUER_UNAVAILABLE: {
    ...temporary(503),
    en: 'The token cannot be checked: the keys of its issuer cannot be fetched; try again soon.',
    zh: '暂时无法验证令牌（无法获取签发方的密钥），请稍后再试。',
  },
  // The state of a task
  TASK_GONE: {
    ...final(410),
    en: 'The task ended so long ago that it is not kept any more.',
    zh: '任务结束已久，不再保存。',
  },
  TASK_ENDED: { ...final(409), en: 'The task has ended already.', zh: '任务已结束。' },
  NOT_IN_REVIEW: { ...final(409), en: 'The task does not need review.', zh: '该任务无需人工处理。' },
  NOT_IN_DOUBT: {
    ...final(409),
    en: 'There is no such call whose charge is in doubt.',
    zh: '没有计费情况不明的此次调用。',
  },
  STILL_IN_DOUBT: {
    ...final(409),
    en: "The vendor's own counts do not show whether it was charged; see its console.",
    zh: '供应商的计数无法说明是否已计费，请查看其控制台。',
  },
  TOO_MANY_WEBHOOKS: {
    ...fixable(409),
    en: 'There are as many webhooks as there may be; delete one first.',
    zh: 'Webhook 数量已达上限，请先删除一个。',
  },
  TOO_MANY_TOKENS: {
    ...temporary(409),
    en: 'There are as many task tokens and photo links as there may be; revoke some or wait until they end.',
    zh: '任务令牌和拍照链接数量已达上限，请先撤销一些或等待其过期。',
  },
  PHOTO_LINK_USED_UP: {
    ...final(409),
    en: 'This link was used as often as it may be; ask for a new one.',
    zh: '该链接的使用次数已用完，请重新获取。',
  },
  WEBHOOK_DISABLED: {
    ...fixable(409),
    en: 'The webhook is disabled; enable it with enableWebhook.',
    zh: '该 Webhook 已停用，请先用 enableWebhook 启用。',
  },
  NOT_ENDED: { ...final(409), en: 'The task has not ended.', zh: '任务尚未结束。' },
  CANNOT_RETRY: { ...final(409), en: 'This task cannot be tried again.', zh: '该任务不能重试。' },
  MAY_CHARGE_TWICE: {
    ...fixable(409),
    en: 'The first try may have been charged; set acceptPossibleCharge to try again all the same.',
    zh: '首次调用可能已计费；如仍需重试，请设置 acceptPossibleCharge。',
  },
  ALREADY_RELEASED: {
    ...final(409),
    en: 'This photo was released already, or is being released.',
    zh: '该照片已释放或正在释放。',
  },
  RELEASE_EXPIRED: {
    ...final(410),
    en: 'The time for releasing this photo is over; make it again.',
    zh: '照片释放期限已过，请重新制作。',
  },
  CONSENT_WITHDRAWN: {
    ...final(409),
    en: 'This consent was withdrawn; a new one has a new reference.',
    zh: '该同意已被撤回，如重新取得同意，请使用新的 reference。',
  },
  BUDGET_EXHAUSTED: {
    ...temporary(429),
    en: 'The budget for this is used up, or what is left of it is not enough.',
    zh: '预算已用完或余额不足。',
  },
  // GraphQL's and Apollo Server's own codes
  GRAPHQL_PARSE_FAILED: { ...fixable(400), en: 'The document is not GraphQL.', zh: 'GraphQL 语法错误。' },
  GRAPHQL_VALIDATION_FAILED: {
    ...fixable(400),
    en: 'The document does not fit the schema, or is too complex.',
    zh: 'GraphQL 请求不符合 schema 或过于复杂。',
  },
  OPERATION_RESOLUTION_FAILURE: {
    ...fixable(400),
    en: 'The document has no operation of the name that was asked for.',
    zh: '未找到指定的 GraphQL 操作。',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    ...fixable(200),
    en: 'No document of this hash is known; send the document with it.',
    zh: '未找到该哈希对应的查询，请同时发送完整的查询。',
  },
  DOCUMENT_NOT_TRUSTED: {
    ...final(403),
    en: 'This server runs listed documents only, and this one is not on its list.',
    zh: '服务器只执行已登记的 GraphQL 文档，该文档未登记。',
  },
  BAD_REQUEST: { ...fixable(400), en: 'The request is malformed.', zh: '请求格式错误。' },
  // HTTP
  METHOD_NOT_ALLOWED: { ...fixable(405), en: 'This HTTP method is not allowed here.', zh: '不允许的 HTTP 方法。' },
  NOT_ACCEPTABLE: {
    ...fixable(406),
    en: 'No media type of the `accept` header can be sent.',
    zh: '无法返回 accept 所要求的格式。',
  },
  REQUEST_TIMEOUT: { ...temporary(408), en: 'The request took too long to arrive.', zh: '请求超时。' },
  BODY_TOO_LARGE: { ...fixable(413), en: 'The body of the request is too large.', zh: '请求体过大。' },
  URI_TOO_LONG: { ...fixable(414), en: 'The URL is too long.', zh: '网址过长。' },
  UNSUPPORTED_MEDIA_TYPE: {
    ...fixable(415),
    en: 'This content-type is not supported; send JSON or multipart/form-data.',
    zh: '不支持该 content-type，请使用 JSON 或 multipart/form-data。',
  },
  HEADERS_TOO_LARGE: { ...fixable(431), en: 'The headers of the request are too large.', zh: '请求头过大。' },
  FORBIDDEN_ORIGIN: { ...final(403), en: 'This origin may not use the API.', zh: '不允许的来源。' },
  LINK_INVALID: {
    ...final(403),
    en: 'This link is not valid; ask the API for a new one.',
    zh: '链接无效，请重新获取。',
  },
  LINK_EXPIRED: {
    ...fixable(403),
    en: 'This link has expired; ask the API for a new one.',
    zh: '链接已过期，请重新获取。',
  },
  BAD_MULTIPART: {
    ...fixable(400),
    en: 'The multipart body does not follow the GraphQL multipart request spec.',
    zh: 'multipart 请求格式错误。',
  },
  UPLOAD_ABORTED: { ...temporary(400), en: 'The upload ended before its last byte.', zh: '上传中断。' },
  // This server
  ENGINE_CRASHED: { ...temporary(500), en: 'The image worker crashed on this photo.', zh: '图像处理进程异常退出。' },
  ENGINE_TIMEOUT: { ...temporary(500), en: 'The image worker took too long and was stopped.', zh: '图像处理超时。' },
  STORAGE_FULL: { ...temporary(503), en: 'The server has no room to keep the file.', zh: '服务器存储空间不足。' },
  STORAGE_UNAVAILABLE: {
    ...temporary(503),
    en: 'The photo storage cannot be reached or refuses; try again soon.',
    zh: '照片存储暂不可用，请稍后再试。',
  },
  DATABASE_UNAVAILABLE: {
    ...temporary(503),
    en: 'The database cannot be reached; try again soon.',
    zh: '数据库暂不可用，请稍后再试。',
  },
  OVERLOADED: {
    ...temporary(503),
    en: 'The server has too much work; try again soon.',
    zh: '服务器繁忙，请稍后再试。',
  },
  NOT_READY: { ...temporary(503), en: 'The server cannot take work at the moment.', zh: '服务暂时无法接受任务。' },
  STOPPING: { ...temporary(503), en: 'The server is stopping; try again soon.', zh: '服务器正在停止，请稍后再试。' },
  INTERNAL: { ...temporary(500), en: 'Something went wrong inside the server.', zh: '服务器内部错误。' },
  // The vendors
  INVALID_INPUT: {
    ...fixable(400),
    en: 'The vendor refused the photo or its parameters.',
    zh: '服务商拒绝了该照片或参数。',
  },
  CONTENT_BLOCKED: { ...fixable(400), en: 'The vendor refused the content.', zh: '内容未通过服务商审核。' },
  QUOTA_EXHAUSTED: {
    ...final(503),
    en: "The vendor's package is used up or expired; the operator has to renew it.",
    zh: '服务商套餐已用完或已过期。',
  },
  VENDOR_AUTH: {
    ...final(502),
    en: "The vendor refused our login; the operator has to check this vendor's variables.",
    zh: '服务商鉴权失败，请联系管理员。',
  },
  VENDOR_UNAVAILABLE: {
    ...temporary(503),
    en: 'The vendor does not answer or is in maintenance; try again later.',
    zh: '服务商暂不可用，请稍后再试。',
  },
  VENDOR_NOT_CONFIGURED: { ...final(503), en: 'No vendor that can do this is configured.', zh: '未配置可用的服务商。' },
  UNIT_PRICE_MISSING: {
    ...final(503),
    en: 'A budget in money cannot count this vendor: the operator has to say what a unit of it costs.',
    zh: '未配置该服务商的单价，金额预算无法计算。',
  },
  VENDOR_RESULT_EXPIRED: {
    ...final(502),
    en: 'The vendor deleted the result before it could be fetched.',
    zh: '服务商的结果已过期。',
  },
  VENDOR_NOT_FOUND: {
    ...final(502),
    en: 'The vendor does not know what it was asked for.',
    zh: '服务商处不存在该记录。',
  },
  VENDOR_ERROR: {
    ...final(502),
    en: 'The vendor gave an error that its guide does not explain.',
    zh: '服务商返回未知错误。',
  },
  PUBLIC_URL_NEEDED: {
    ...final(503),
    en: 'This vendor fetches the photo from us: set DARKROOM_PUBLIC_URL to an address that it can reach.',
    zh: '该服务商需从本服务下载照片，请设置 DARKROOM_PUBLIC_URL。',
  },
  OUTCOME_UNKNOWN: {
    ...final(502),
    en: 'The answer of the vendor was lost; it may have been charged.',
    zh: '未收到服务商的结果，可能已计费。',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;
