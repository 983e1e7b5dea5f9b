/** What webhooks are told, how often, and how much of them is kept; a part of LIMITS. */
export const WEBHOOK_LIMITS = {
  webhook: {
    perTenant: 20,
    urlChars: 2_048,
    /** Of a whole try. Standard Webhooks: 15 to 30 s. */
    timeoutMs: 20_000,
    /** So much of an answer is read, and no longer than this; only its status counts. */
    answerBytes: 16_384,
    answerMs: 1_000,
    /** Messages that one process sends to one webhook at once. */
    perWebhook: 2,
    /**
     * Messages that one process sends at once to webhooks that are well, and as many to those that fail: dead targets,
     * each of which takes all of `timeoutMs`, take no place of a living one. One tenant can take 40.
     */
    places: 128,
    /** The pauses after each failed try, those of Standard Webhooks: 76 hours in all. Then it is a dead letter. */
    retryMs: [
      5_000,
      5 * 60_000,
      30 * 60_000,
      2 * 3_600_000,
      5 * 3_600_000,
      10 * 3_600_000,
      14 * 3_600_000,
      20 * 3_600_000,
      24 * 3_600_000,
    ],
    /** Each pause is longer by up to this share: what failed together does not come back together. */
    jitter: 0.1,
    /** The longest `Retry-After` of a receiver that is kept to. */
    maxRetryAfterMs: 24 * 3_600_000,
    /** The longest pause; a later due time was written before the clock went back. */
    maxDelayMs: 27 * 3_600_000,
    /** A webhook that took nothing for so long is disabled when the next message becomes a dead letter. */
    failingMs: 72 * 3_600_000,
    /** Messages that were delivered, and dead letters. */
    keptMs: 30 * 24 * 3_600_000,
    /** Deleted by one statement. */
    dropBatch: 1_000,
    /** How long the old secret still signs after a rotation. */
    oldSecretHours: 24,
    maxOldSecretHours: 168,
  },
} as const;
