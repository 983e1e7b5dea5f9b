/** Of what is asked by GraphQL. */
export const GRAPHQL_LIMITS = {
  graphql: {
    /** A longer document is refused before it is parsed. Photos belong in the variables. */
    documentChars: 64_000,
    tokens: 2_000,
    depth: 12,
    /** The standard introspection query is 14 deep. */
    introspectionDepth: 20,
    aliases: 30,
    fragments: 50,
    directives: 50,
    /** `@include` and `@skip` are all that there are. Each unknown one would be an error of its own. */
    directivesHere: 4,
    rootFields: 20,
    /** Fields as written. Validation of 480 equal fields with a selection took 65 ms, of 240 a quarter of that. */
    fields: 400,
    /** Fields after the fragments are expanded: what an execution has to visit. */
    expandedFields: 5_000,
    /** The same, each field of a list as often as the list may be long. All of all specs is 6,200, and takes 20 ms. */
    visitedFields: 10_000,
    /** What a search for specs counts for: the slowest 100 characters take 0.35 ms, as long as so many fields. */
    searchCost: 100,
    /** Items of a list that has no `first`, such as the backgrounds of a spec. */
    assumedListItems: 5,
    /** What the description of the whole schema counts for. */
    introspectionCost: 3_000,
    /** What the report of an ID photo counts for: it may be an analysis, and a page of tasks has hundreds of photos. */
    reportCost: 20,
    validationErrors: 20,
    /**
     * Without Apollo: compiled queries, the selections that one may have (see `compiledSize`; 500 take 30 ms) and all (4 KB
     * each); answers of the catalogue, their bytes in all, and the variables that one may have.
     */
    quick: {
      compiled: 300,
      compiledSize: 500,
      compiledSizes: 10_000,
      answers: 1_000,
      answerBytes: 16_000_000,
      keyChars: 1_000,
      maxAgeSeconds: 60,
    },
    /** Persisted queries: callers that have some, and how many documents and characters each may have. */
    persisted: { callers: 100, documents: 100, chars: 100_000 },
    /** Cache of parsed documents: how many, and up to which length. */
    cachedDocuments: 500,
    cachedDocumentChars: 16_000,
  },
  /** Reports of photos that came without one, made when they are asked for. */
  reports: {
    /** Made at a time, by one process; each is an analysis (0.6 s of CPU). Tasks need the engine, too. */
    atOnce: 4,
    /** An answer waits so long for them; the work goes on. */
    waitMs: 5_000,
    /** One that could not be made is not tried again for so long; so many are remembered. */
    againMs: 60_000,
    failed: 1_000,
  },
} as const;
