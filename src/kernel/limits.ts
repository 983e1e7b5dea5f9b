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
    /** From the last byte of a body to its last part. */
    parseMs: 1_000,
  },
  http: {
    /** A JSON body; a photo in base64 has to fit. */
    jsonBytes: 28_000_000,
    headerTimeoutMs: 10_000,
    requestTimeoutMs: 90_000,
    /** From the signal to the end of the process. */
    stopMs: 10_000,
    /** Of that, what closing the database and the workers is left. */
    lastMs: 1_500,
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
    /** Of the picture that goes in; 1 MP takes about 20 s of a core, in jobs of a few seconds each. */
    superResolution: { pixels: 2_000_000, side: 2_048 },
    /** A larger picture is repaired at this size: a grainy 1 MP takes about 6 s. */
    repairPixels: 2_000_000,
  },
  task: {
    referenceChars: 128,
    labels: 10,
    labelChars: 64,
    consentChars: 200,
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
    minPollMs: 50,
    /** Between two looks, however often it is woken: what ends within it is followed by one claim and not by one each. */
    lookGapMs: 10,
    /** No task waits longer for its next step, whatever a vendor asks for: what is due later was written before the clock went back. */
    longestWaitMs: 10 * 60_000,
    /** How often expired assets and keys are removed and the embedded database is vacuumed. */
    housekeepingMs: 10 * 60_000,
  },
  painting: { textChars: 100, images: 6 },
  vendor: {
    connectMs: 5_000,
    /** From the last byte sent to the first byte of the answer. */
    answerMs: 30_000,
    /** Leqi with origin beauty, which adds up to 40 s. */
    slowAnswerMs: 75_000,
    /** Between two chunks of an answer. */
    bodyMs: 20_000,
    keepAliveMs: 20_000,
    /** JSON answers are short; Fegine's and Leqi's stay far below. */
    answerBytes: 2_000_000,
    /** A result picture. */
    resultBytes: 30_000_000,
    /** Calls of one part that cannot have been charged, before it fails or the next vendor takes over. */
    tries: 3,
    /** After a deadline: how often a vendor is asked whether it finished all the same. */
    slowPollMs: 60_000,
    /** How long a paid result is fetched again and again where the vendor does not say when it deletes it. */
    fetchForMs: 3_600_000,
    /** And how much longer where no server answers at all: the network may be down on our side. */
    fetchAnywayMs: 24 * 3_600_000,
    /** How long a count of units left is believed, and how long a vendor may take to give it. */
    quotaMs: 60_000,
    quotaAnswerMs: 3_000,
  },
  /** A file fetched from a URL that somebody else gave us. */
  outbound: {
    connectMs: 5_000,
    /** From the first look-up to the last byte: a server that drips is ended here. */
    downloadMs: 60_000,
    redirects: 5,
  },
  /** Tasks whose newest state one subscriber may leave unread. */
  events: { mailboxTasks: 1_000 },
  page: { default: 50, max: 200 },
  store: {
    /** The embedded database runs on the main thread: after so much work in one turn of the event loop it lets others run. */
    turnMs: 8,
    /** How often the rows that polls left behind are cleared from the embedded queue: at 200 polls a second 0.3 MB a minute. */
    queueVacuumMs: 60_000,
    /** A transaction open for longer is worth a warning: on one connection everything else waits. */
    slowTransactionMs: 1_000,
    /** How long an opener waits for another one that started in the same instant. */
    lockRaceMs: 800,
    templateBuildMs: 120_000,
    /** Of one replica to a Postgres server; three replicas stay far below its default of 100. */
    connections: 10,
    /** Until a new connection stands, or a free one is found. */
    connectMs: 5_000,
    idleConnectionMs: 60_000,
    /** A statement that takes longer is ended by the server; ours take milliseconds. */
    statementMs: 30_000,
    /** A transaction in which nothing is asked for so long has lost its owner: its locks are let go. */
    idleTransactionMs: 15_000,
    feed: {
      /** Changes are collected for so long before they are told to the other replicas. */
      collectMs: 20,
      /** NOTIFY takes up to 8,000 bytes; an id of a task has 31. */
      idsPerNotice: 200,
      /** Changes that cannot be told are kept up to this many; beyond it, the others are told to read everything. */
      kept: 10_000,
      /** A listening connection on which our own heartbeat does not come back within this is silent. */
      heartbeatMs: 5_000,
      /** The first wait before connecting anew; it doubles up to the heartbeat. */
      reconnectMs: 100,
      /** How often rows are read whose change nobody may have told: a replica died between its commit and its notice. */
      sweepMs: 15_000,
    },
  },
  asset: {
    urlMs: 3_600_000,
    /** On a shared disk: a file without a row that is so old was left by a crash and is not being written. */
    orphanMs: 3_600_000,
  },
  search: { chars: 100, words: 8 },
} as const;
