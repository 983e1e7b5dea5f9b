/** The part of LIMITS that is about how much callers may ask for and keep. */
export const CALLER_LIMITS = {
  budget: {
    perTenant: 100,
    units: 1_000_000_000,
    /** How often a task is routed anew because others took what was left of its budgets. */
    tries: 5,
    /** Whose budgets are kept in memory, and how long. One that is out of date is found out by the commit of the next task. */
    cachedTenants: 1_000,
    cachedMs: 60_000,
  },
  /** Task tokens and photo links. */
  browserToken: {
    defaultMinutes: 60,
    maxMinutes: 10_080,
    maxUses: 100,
    /** Tasks that a link may make for each of its uses: one that failed without a charge gives its use back. */
    triesPerUse: 10,
    /** Of one tenant, both kinds together, that have not ended. */
    live: 10_000,
    /** How long it is kept after its end what a link has made. */
    keptMs: 7 * 24 * 3_600_000,
    /** The id of the link goes before the key of its page. */
    idempotencyKeyChars: 200,
  },
  /** How long a page stays signed in, unless its key or JWT ends before; and a cookie, of which browsers keep 4,096 bytes. */
  session: { keptMs: 12 * 3_600_000, chars: 3_900 },
  /** How often a caller may ask. The numbers of operations are defaults of the configuration. */
  rate: {
    windowMs: 60_000,
    /** 50 a second: fifty people who ask once each second. A loop that runs away asks several hundred times. */
    operationsPerKey: 3_000,
    /** All keys of a tenant together. Their cost is a third of the event loop. */
    operationsPerTenant: 15_000,
    maxOperations: 10_000_000,
    /** What an operation may cost on average, in fields that are visited; 250 of them take about 1 ms. */
    costPerOperation: 300,
    /** Of a mutation's root field, beside what it visits: 2 to 3 ms, with its commit. */
    mutationCost: 500,
    /** Replicas take a rate from the database in slices of this part of it. */
    slices: 50,
    /** While the database does not answer within this time, each replica counts by itself. */
    tableMs: 3_000,
    /** Whose windows are known at a time. */
    subjects: 20_000,
    /** A window that was last used so long ago is forgotten. */
    forgetMs: 3_600_000,
    /** Messages that one webhook is sent by hand in a window: by `testWebhook` and `resendWebhook`. */
    handSends: 60,
  },
  /** What a tenant may have. The first two are defaults of the configuration. */
  quota: {
    /** Tasks on which there is work: an hour of two image workers. */
    waitingTasks: 5_000,
    keptGb: 50,
    /** For how long a count holds; what is added here meanwhile is counted along. */
    tasksCountedMs: 1_000,
    bytesCountedMs: 60_000,
    /** A full tenant is counted anew no more often than this. */
    fullCountedMs: 1_000,
  },
} as const;
