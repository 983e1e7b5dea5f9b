/** Every number that limits anything, in one table. Bytes, pixels, milliseconds and counts as named. */
export const LIMITS = {
  upload: {
    /** One photo; a larger one is refused (413), never cut. */
    fileBytes: 20_000_000,
    files: 6,
    /** The text parts of a multipart request: operations and map. */
    fieldBytes: 256_000,
    fields: 8,
    mapEntries: 12,
    /** A whole multipart body. */
    bodyBytes: 64_000_000,
    /** From the first byte of a body to its last. */
    timeoutMs: 60_000,
  },
  http: {
    /** A JSON body; a photo in base64 has to fit. */
    jsonBytes: 28_000_000,
    headerTimeoutMs: 10_000,
    requestTimeoutMs: 90_000,
    stopMs: 10_000,
  },
  graphql: { tokens: 2_000, depth: 12, aliases: 30, fragments: 50, directives: 50, rootFields: 20 },
  webSocket: {
    /** `ws` would take 100 MiB. */
    messageBytes: 64 * 1024,
    connectionInitMs: 3_000,
    onConnectMs: 5_000,
    subscriptionsPerSocket: 50,
    sockets: 2_000,
    /** Unsent bytes at which a socket that stopped reading is closed. */
    bufferedBytes: 1_000_000,
  },
  image: {
    /** Width x height, read from the header before any pixel is decoded. */
    pixels: 50_000_000,
    minSide: 64,
    maxSide: 20_000,
    /** A custom size or a spec's px. */
    minOutputSide: 48,
    maxOutputSide: 3_000,
    minDpi: 72,
    maxDpi: 1_200,
    maxFileKb: 10_000,
    /** Between the eyes; below it there is too little face to make a photo from. */
    minEyeDistancePx: 40,
    backgrounds: 6,
  },
  engine: {
    jobMs: 30_000,
    queue: 1_000,
    /** Analyses (matte, landmarks, working pixels) kept for the next spec or colour. */
    analysisCacheBytes: 128_000_000,
    workerHeapMb: 512,
  },
  task: {
    referenceChars: 128,
    labels: 10,
    labelChars: 64,
    idempotencyKeyChars: 255,
    idempotencyKeptMs: 24 * 3_600_000,
    leaseMs: 60_000,
    heartbeatMs: 15_000,
    /** Local work runs again after a crash, but not for ever: a photo that kills its worker each time has to end. */
    localAttempts: 3,
  },
  page: { default: 50, max: 200 },
  asset: { urlMs: 3_600_000 },
  search: { chars: 100 },
} as const;
