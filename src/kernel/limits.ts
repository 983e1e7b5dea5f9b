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
  graphql: {
    /** A longer document is refused before it is read; a photo belongs in the variables. */
    documentChars: 64_000,
    tokens: 2_000,
    depth: 12,
    /** The standard introspection query is 14 deep. */
    introspectionDepth: 20,
    aliases: 30,
    fragments: 50,
    directives: 50,
    rootFields: 20,
    /** As written: 480 equal fields with a selection cost the validation 65 ms, 240 a quarter of it. */
    fields: 400,
    /** After every fragment is put in its place: what an execution has to visit. */
    expandedFields: 5_000,
    validationErrors: 20,
    /** Parsed documents that are remembered, and up to which length. */
    keptDocuments: 500,
    keptDocumentChars: 16_000,
  },
  webSocket: {
    /** `ws` would take 100 MiB. */
    messageBytes: 64 * 1024,
    connectionInitMs: 3_000,
    onConnectMs: 5_000,
    subscriptionsPerSocket: 50,
    sockets: 2_000,
    /** Unsent bytes at which a socket that stopped reading is closed. */
    bufferedBytes: 1_000_000,
    /** A socket that does not answer a ping until the next one is ended. */
    pingMs: 12_000,
    /** Between the close frame and the end of a socket that does not answer it. */
    closeMs: 1_000,
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
    /** Claimed at once by one process; what waits for a free image worker keeps its lease by heartbeat. */
    concurrency: 8,
    /** From the abort signal until a stopping server no longer waits for the work. */
    abortMs: 1_000,
    /** How often the queue is looked at when nothing wakes the runner. */
    pollMs: 1_000,
    /** How often expired assets and keys are removed and the embedded database is vacuumed. */
    housekeepingMs: 10 * 60_000,
  },
  /** Tasks whose newest state one subscriber may leave unread. */
  events: { mailboxTasks: 1_000 },
  page: { default: 50, max: 200 },
  store: {
    /** The embedded database runs on the main thread: after so much work in one turn of the event loop it lets others run. */
    turnMs: 8,
    /** A transaction open for longer is worth a warning: on one connection everything else waits. */
    slowTransactionMs: 1_000,
    /** How long an opener waits for another one that started in the same instant. */
    lockRaceMs: 800,
    templateBuildMs: 120_000,
  },
  asset: { urlMs: 3_600_000 },
  search: { chars: 100, words: 8 },
} as const;
