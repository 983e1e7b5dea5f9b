/** Of object storage; bytes, milliseconds and counts, as the names say. */
export const BUCKET_LIMITS = {
  bucket: {
    connectMs: 3_000,
    /** Between two signs of life of an answer. */
    answerMs: 10_000,
    /** One try, whatever its size, until it is answered; and then what is waited for the pieces of the answer. */
    requestMs: 120_000,
    /** Of an error, as far as it is read. */
    errorBytes: 16_000,
    /** The waits between the tries of one request, and for how long new ones are begun: a caller waits for them. */
    retryMs: [200, 800, 2_500],
    retryForMs: 15_000,
    /** Between two turns of the event loop: 2 ms. */
    hashedBytes: 1_000_000,
    /** Objects that one list names; more is not given. */
    listed: 1_000,
    /** A good answer to /health/ready: each look costs two requests, and they are billed. */
    probeKeptMs: 10_000,
    /** How long the address is good to which a link leads on. */
    presignedSeconds: 60,
    /** For so long a task whose photo cannot be read or written is tried again. */
    outageMs: 3_600_000,
  },
} as const;
