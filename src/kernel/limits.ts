import { BUCKET_LIMITS } from './bucket-limits.js';
import { CALLER_LIMITS } from './caller-limits.js';
import { GRAPHQL_LIMITS } from './graphql-limits.js';
import { WEBHOOK_LIMITS } from './webhook-limits.js';

/** Every limit of the server. Bytes, pixels, milliseconds and counts, as the names say. */
export const LIMITS = {
  upload: {
    /** Size of one photo. A larger one is refused (413), never truncated. */
    fileBytes: 20_000_000,
    files: 6,
    /** The text parts of a multipart request: operations and map. */
    fieldBytes: 256_000,
    fields: 8,
    mapEntries: 12,
    /** Of each part of a multipart request. */
    partHeaders: 20,
    partHeaderBytes: 16_000,
    /** A whole multipart body. */
    bodyBytes: 64_000_000,
    /** From the first byte of a body to its last. */
    timeoutMs: 60_000,
  },
  http: {
    /** A JSON body. A photo in base64 has to fit. */
    jsonBytes: 28_000_000,
    /** What a JSON body has beside its long texts: it is parsed on the event loop, in 2 to 4 ms. */
    plainJsonBytes: 256_000,
    /** A longer text of a JSON body is never parsed. It can only be a photo in base64, hence their number. */
    longTextBytes: 65_536,
    longTexts: 6,
    /** Of all bodies that are being read or worked on. Those up to `plainJsonBytes` have a budget of their own. */
    inFlightBytes: 128_000_000,
    smallInFlightBytes: 32_000_000,
    /** Of those, what the bodies of one caller, and of one tenant, may take. The largest upload has to fit into the first. */
    callerShare: 1 / 2,
    tenantShare: 3 / 4,
    /** A body that comes more slowly, after a while of grace, is given up: it holds a part of the budget. */
    slowestBytesPerSecond: 32_000,
    slowGraceMs: 5_000,
    headerTimeoutMs: 10_000,
    requestTimeoutMs: 90_000,
    /** What DARKROOM_DRAIN may be: from the stop signal to the end of the process. */
    minDrainMs: 5_000,
    maxDrainMs: 3_600_000,
    /** The part of it that is reserved for closing the database and the workers. */
    closeReserveMs: 1_500,
    /** Of /health/ready: how long database and disk may take, and how long a good answer is kept. */
    readyMs: 3_000,
    readyKeptMs: 1_000,
    /** The hosts of requests that stay parsed: how many, and the characters of all of them. */
    knownHosts: 100,
    knownHostChars: 32_000,
  },
  ...GRAPHQL_LIMITS,
  /** How operations share the event loop. */
  turns: {
    /** Begun in one turn of the loop, unless those before took longer than `turnMs`. */
    atOnce: 16,
    turnMs: 5,
    /** Of one connection: pipelined requests, messages of a WebSocket. */
    waitingPerConnection: 100,
  },
  /** Of the variables of one request, and of the texts that stand in its document. */
  values: {
    /** Of one text. Fields that take more say so by the extension `maxChars` (the base64 of a photo). */
    textChars: 4_096,
    /** Of all texts together, without those long ones. */
    chars: 64_000,
    listItems: 200,
    depth: 12,
    /** Objects, lists and single values together. */
    count: 2_000,
  },
  webSocket: {
    /** The default of `ws` is 100 MiB. */
    messageBytes: 64 * 1024,
    connectionInitMs: 3_000,
    onConnectMs: 5_000,
    subscriptionsPerSocket: 50,
    /** The default of DARKROOM_MAX_SOCKETS. An idle one takes a few KB of the heap beside what Node and the kernel keep of it. */
    sockets: 2_000,
    /** Of one caller: one socket carries all subscriptions of a program. */
    socketsPerCaller: 20,
    /** Of all sockets: a tenant cannot take those of all others. */
    tenantShare: 0.5,
    /** Operations that have not ended, on all sockets of one caller. */
    operationsPerCaller: 500,
    mostSockets: 100_000,
    /** A socket with so many unsent bytes is closed: its client has stopped reading. */
    bufferedBytes: 1_000_000,
    /** Interval of the pings. A socket that has not answered by the next one is terminated. */
    pingMs: 12_000,
    /** Between two looks at which sockets are due for a ping, or for a look at their key. */
    tickMs: 50,
    /** Many sockets are written to for so long, then others have their turn. */
    sliceMs: 5,
    /** What stands is so old at most where somebody joins those who follow it. */
    joinMs: 1_000,
    /** Time for a client to answer the close frame, before its socket is terminated. */
    closeMs: 1_000,
  },
  image: {
    /** Of a JPEG that was cut off, this share of its lines has to be there. */
    leastLines: 0.9,
    /** Width x height, read from the header before any pixel is decoded. */
    pixels: 50_000_000,
    minSide: 48,
    maxSide: 20_000,
    /** A custom size or a spec's px. */
    minOutputSide: 48,
    maxOutputSide: 3_000,
    minDpi: 72,
    maxDpi: 1_200,
    maxFileKb: 10_000,
    /** Between the eyes. Below it the face has too little detail for a photo. */
    minEyeDistancePx: 40,
    backgrounds: 6,
  },
  engine: {
    jobMs: 30_000,
    queue: 1_000,
    /** Pixels that the jobs under way decode together; one job of more runs alone. As many as one upload may have. */
    pixelsAtOnce: 50_000_000,
    /** Pixels of the jobs that wait: 1,000 photos of 2 MP, or 40 of the largest. */
    queuePixels: 2_000_000_000,
    /** Cache of analyses (matte, landmarks, working pixels) for the next spec or colour. */
    analysisCacheBytes: 128_000_000,
    /** Cache of small copies for lists: some 800. */
    thumbnailCacheBytes: 8_000_000,
    workerHeapMb: 512,
    /** Of a whole worker process, with libvips and WASM. */
    workerMemoryMb: 1_536,
    /** Of the input. 1 MP takes about 20 s of one core, in jobs of a few seconds each. */
    superResolution: { pixels: 2_000_000, side: 2_048 },
    /** A larger photo gets its other background at this size. The work costs about 0.2 s of CPU a megapixel. */
    backgroundPixels: 24_000_000,
    /** A larger picture is scaled down to this size before its repair. A grainy 1 MP takes about 6 s. */
    repairPixels: 2_000_000,
  },
  /** Print sheets. The pixels of a sheet are limited as those of a picture. */
  sheet: { items: 6, minMm: 50, maxMm: 450, maxGapMm: 20, maxMarginMm: 50, maxDpi: 600 },
  task: {
    /** `waitSeconds` of a mutation. Proxies give up a request after 60 s by default. */
    mostWaitSeconds: 60,
    referenceChars: 128,
    labels: 10,
    labelChars: 64,
    consentChars: 200,
    idempotencyKeyChars: 255,
    idempotencyKeptMs: 24 * 3_600_000,
    /** A held photo whose release was accepted stays for so long, whatever its retention. */
    heldForReleaseMs: 24 * 3_600_000,
    leaseMs: 60_000,
    heartbeatMs: 15_000,
    /**
     * Local work is repeated after a crash, but not for ever: a photo that crashes its worker each time has to fail.
     */
    localAttempts: 3,
    /**
     * Tasks that one process claims at once. Those that wait for a free image worker keep their lease by heartbeats.
     */
    concurrency: 8,
    /** A call whose task ended so long ago is awaited by nobody any more. Longer than any call takes. */
    abandonedMs: 10 * 60_000,
    /** How long a stopping server waits for aborted work. */
    abortMs: 1_000,
    /** Interval between two looks at the queue when nothing wakes the runner. */
    pollMs: 1_000,
    minPollMs: 50,
    /**
     * Shortest interval between two looks, however often the runner is woken. Tasks that end within it are followed by
     * one claim together.
     */
    minClaimIntervalMs: 10,
    /**
     * Longest time until the next step of a task. A later due time was written before the clock went back.
     */
    maxDelayMs: 3_600_000,
    /** Of DARKROOM_KEEP_TASKS: photo links live so long, idempotency keys and tries of webhooks less. */
    minKeptMs: 7 * 86_400_000,
    /** Old tasks leave in commits of so many, so often, with a rest of the same length after each: 300,000 an hour. */
    leave: { everyMs: 60_000, batch: 25, batches: 200 },
    /** Interval of the housekeeping: it deletes expired assets and keys, and vacuums the embedded database. */
    housekeepingMs: 10 * 60_000,
  },
  access: {
    /** How long it holds who a key belongs to, on each replica: so long after a revocation it may still be taken. */
    cachedMs: 3_000,
    cachedCallers: 10_000,
    /** Interval at which an open WebSocket is asked again whose it is. */
    socketMs: 1_500,
    /** How often it is written down which keys were used. */
    usedMs: 60_000,
    /** Of an authorization; a JWT has a few hundred. */
    tokenChars: 8_000,
    nameChars: 100,
    /** For fetching the keys of the issuer of JWTs, and the shortest time between two tries. */
    jwksMs: 5_000,
    jwksPauseMs: 5_000,
    /** Then they are fetched anew, and while that fails the old ones go on for so long: one may have been withdrawn. */
    jwksRenewMs: 10 * 60_000,
    jwksKeptMs: 24 * 3_600_000,
    clockToleranceSeconds: 30,
  },
  ...CALLER_LIMITS,
  painting: { textChars: 100, images: 6 },
  vendor: {
    connectMs: 5_000,
    /** From the last byte of the request to the first byte of the answer. */
    answerMs: 30_000,
    /** For Leqi's origin beauty, which takes up to 40 s more. */
    slowAnswerMs: 75_000,
    /** Longest pause between two chunks of an answer. */
    bodyMs: 20_000,
    keepAliveMs: 20_000,
    /** JSON answers are short; Fegine's and Leqi's stay far below. */
    answerBytes: 2_000_000,
    /** A result picture. */
    resultBytes: 30_000_000,
    /** What is told of a source's latest calls: of how long, of how many at most, and how long that is believed. */
    recentMs: 3_600_000,
    recentCalls: 1_000,
    recentKeptMs: 5_000,
    /** Calls for one part that cannot have been charged, before the part fails or the next vendor takes over. */
    tries: 3,
    /** The longest `Retry-After` of a vendor that is kept to. */
    maxRetryAfterMs: 10 * 60_000,
    /** How often a vendor is asked, after its deadline, whether it has finished all the same. */
    slowPoll: { minMs: 60_000, maxMs: 3_600_000, questions: 60 },
    /** Downloads of paid results. */
    downloadRetry: {
      minMs: 1_000,
      maxMs: 3_600_000,
      /** How long it is tried where the vendor does not say when it deletes a result. */
      withoutExpiryMs: 3_600_000,
      /** And how much longer where no server answers at all: our own network may be down. */
      offlineMs: 24 * 3_600_000,
    },
    /** How long a count of remaining units is cached, and how long a vendor may take to report it. */
    quotaMs: 60_000,
    quotaAnswerMs: 3_000,
    /** Between two counts of what is left of a package, while calls use it up. */
    recountMs: 250,
    /** Interval at which a replica reads what the others know of the vendors' health. */
    healthMs: 1_000,
    /** How long the one call that tries a vendor again keeps all others out, if its replica dies: as long as a call may take. */
    probeMs: 100_000,
  },
  /** Downloads from a URL that somebody else gave us. */
  outbound: {
    connectMs: 5_000,
    /** For one question to one name server, and how often it is asked. */
    nameServerMs: 1_500,
    nameServerTries: 2,
    /** Names that are looked up at once. They cost a socket, no thread. */
    lookUps: 200,
    /** From the first look-up to the last byte. It ends a server that sends one byte at a time. */
    downloadMs: 60_000,
    redirects: 5,
  },
  /** `npm run models -- get`. The file is held in memory until its hash is known. */
  mattingModel: { bytes: 1_000_000_000, downloadMs: 3_600_000 },
  ...WEBHOOK_LIMITS,
  /** Tasks with an unread state that one subscriber may have. */
  events: {
    mailboxTasks: 1_000,
    /** The same of one who follows a list. */
    listMailboxTasks: 10_000,
    /** Tasks in one message of `tasksUpdated`, and the least time between two. */
    listPageTasks: 100,
    listEveryMs: 100,
    /** Tasks that a snapshot has by default and at most; where more changed than the latter, a new one is sent. */
    snapshotTasks: 200,
    mostSnapshotTasks: 1_000,
    /** An empty message after so long without one: rates change without a task. */
    listSilentMs: 15_000,
    /** A cursor that is older begins again with a snapshot. */
    listCursorMs: 600_000,
    /** A row is stamped when its transaction begins, and can be seen this much later. */
    commitMs: 10_000,
    /** Subscribers that one state is handed to in one turn of the event loop: each makes and sends an answer in it. */
    handedAtOnce: 20,
  },
  page: { default: 50, max: 200 },
  store: {
    /** The embedded database runs on the main thread. After so much work in one turn of the event loop it yields. */
    turnMs: 8,
    /** Statements that the embedded database keeps parsed; the server has about 300 texts. */
    preparedStatements: 300,
    /** After so long their plans are made anew, from the sizes that tables have by then. */
    planMs: 60_000,
    /** Interval at which the embedded queue is vacuumed. 200 polls a second leave 0.3 MB of dead rows a minute. */
    queueVacuumMs: 60_000,
    /** A transaction that is open for longer is logged: on one connection all other queries wait for it. */
    slowTransactionMs: 1_000,
    /** How long a process waits for another one that claimed the directory in the same instant. */
    lockRaceMs: 800,
    templateBuildMs: 120_000,
    /** After a restore each start says so, for this long. */
    tellRestoredMs: 7 * 86_400_000,
    /** Of one replica to a Postgres server. Three replicas stay far below its default limit of 100. */
    connections: 10,
    /** For opening a connection, or waiting for a free one. */
    connectMs: 5_000,
    idleConnectionMs: 60_000,
    /** A server that was found read-only is not asked again for so long; meanwhile queries fail at once. */
    readOnlyPauseMs: 500,
    /** The server ends a statement that takes longer. Ours take milliseconds. */
    statementMs: 30_000,
    /** A transaction that is idle for so long has lost its client. The server ends it, and its locks are released. */
    idleTransactionMs: 15_000,
    /** Replicas on a Postgres server tell each other that they share one data directory. */
    replica: {
      beatMs: 20_000,
      /** A replica that was silent for so long counts as stopped. */
      aliveMs: 60_000,
      /** Then its row is removed. */
      forgetMs: 24 * 3_600_000,
    },
    feed: {
      /** Changes are collected for so long, then sent to the other replicas as one notice. */
      collectMs: 20,
      /** The payload of a NOTIFY has up to 8,000 bytes, and the id of a task has 31. */
      idsPerNotice: 200,
      /**
       * Changes that cannot be sent are kept up to this number. Beyond it, the other replicas are told to read
       * everything.
       */
      kept: 10_000,
      /** The listening connection counts as dead where our own heartbeat does not come back within this time. */
      heartbeatMs: 5_000,
      /** First delay before reconnecting. It doubles up to `heartbeatMs`. */
      reconnectMs: 100,
      /** Until LISTEN is tried again where it did not work through a pooler, whose mode may be changed meanwhile. */
      pooledRetryMs: 600_000,
      /**
       * Interval at which watched rows are read, for changes without a notice: a replica died between its commit and
       * its notice.
       */
      sweepMs: 15_000,
    },
  },
  asset: {
    urlMs: 3_600_000,
    /** Pictures that are being sent: by one link, of one tenant, and in all. Each holds a file and a connection. */
    downloadsPerLink: 32,
    downloadsPerTenant: 500,
    downloads: 1_000,
    /** A download whose reader takes nothing for so long is ended. */
    stalledMs: 30_000,
    /** With less room than five of the largest uploads a server is not ready. */
    freeBytes: 100_000_000,
    /**
     * On a shared disk, a file without a row that is younger may still be being written. An older one was left by a
     * crash.
     */
    orphanMs: 3_600_000,
    /** Until the sweep goes on after an error of the database or the disk. */
    sweepRetryMs: 60_000,
    /** How long a file that no row names is kept aside before it is deleted: time to notice a wrong or old database. */
    quarantineMs: 7 * 24 * 3_600_000,
  },
  ...BUCKET_LIMITS,
  secret: {
    /** How often a server that knows several secrets looks which one is active. */
    lookMs: 2_000,
    /** How long after a rotation a request that is sent again is still compared under the secret of before. */
    previousMs: 24 * 3_600_000,
  },
  /** How far the clock of a caller may be ahead of ours. */
  consent: { clockMs: 5 * 60_000 },
  /** Tasks that one request erases or exports; a receipt says where some are left. */
  erasure: { tasks: 500, auditEntries: 5_000, receiptChars: 500_000 },
  audit: {
    /** How long an entry waits for others before all of them are put into their chain. */
    chainMs: 1_000,
    /** Entries that one transaction puts into a chain. */
    chainRows: 500,
    /** The law on network security asks for six months. */
    minKeptMs: 183 * 86_400_000,
  },
  search: { chars: 100, words: 8 },
  /** Labels of generated content in the metadata of pictures. */
  aigc: {
    /** Of one label as JSON. One with a signature and its certificate has about 3,000; eight fit into a JPEG segment. */
    labelBytes: 6_000,
    labels: 8,
    /** What is kept of one that cannot be read. */
    unreadableChars: 500,
    /** Of the metadata of one picture: what is unpacked or put together, and what is looked through around a trace. */
    metadataBytes: 2_000_000,
    /** Places of one picture that look like a label. */
    traces: 32,
    providerChars: 100,
    agreementChars: 128,
  },
} as const;
