import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { DarkroomError } from '../kernel/errors.js';
import type { Language } from '../kernel/language.js';
import type { DashboardFiles } from './dashboard-files.js';
import type { MetricsParts } from './metrics-route.js';
import type { RequestMark } from './request-mark.js';
import type { TrustedDocuments } from './trusted-documents.js';
import type { PhotoForms } from './upload/photo-form.js';

/** Who asks: the same for an HTTP request and for one operation on a WebSocket. */
export interface RequestSource {
  readonly headers: IncomingHttpHeaders;
  /** For `userMessage`. On a WebSocket the same for all its operations. */
  readonly language: Language;
  /** The payload of graphql-ws's `connection_init`; absent on HTTP. */
  readonly connectionParams?: Readonly<Record<string, unknown>>;
  /** The value of our cookie, where one of our own pages sent it. */
  readonly session?: string | undefined;
  /** By what an HTTP request is found again; absent on a WebSocket. */
  readonly mark?: RequestMark | undefined;
}

/** At whom it is counted what is held at a time. */
export interface Account {
  readonly caller: string;
  readonly tenant: string;
}

/** What an operation counts for in the rates of its caller. */
export interface Demand {
  /** Its root fields. */
  readonly operations: number;
  /** Fields that its execution may visit, and what a mutation costs beside that. */
  readonly cost: number;
}

/** One number of a caller's rates. */
export interface RateState {
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** What bounds a caller beside what bounds the server as a whole. */
export interface CallerLimits<Context> {
  /** Undefined: whoever it is, only the server as a whole is bounded. */
  accountOf(context: Context): Account | undefined;
  /** Called once for each operation, before it is validated. Throws RATE_LIMITED. */
  admit(context: Context, demand: Demand): Promise<void>;
  /** Called before a body is read. Throws RATE_LIMITED where nothing is left. */
  requireSome(context: Context): void;
  /** Empty where nothing is counted. */
  ratesOf(context: Context): readonly RateState[];
}

/** A picture; everything else is an error. */
export interface AssetAnswer {
  /** The link, as a caller, and the tenant whose picture it is. */
  readonly account?: Account;
  /** 200 if not given. */
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** What both the API server and the worker's server are given. */
export interface AppParts {
  /** GET and HEAD /assets/:id. Throws DarkroomError. */
  readAsset(id: string, query: Readonly<Record<string, string>>): Promise<AssetAnswer>;
  /** For /health/ready: why no work should come now. Empty: nothing is in the way. /health/live does not ask. */
  obstacles(): Promise<readonly DarkroomError[]>;
  /** What GET /metrics shows; absent: there is no such route. */
  readonly metrics?: MetricsParts | undefined;
  readonly log: Logger;
  readonly host: string;
  /** Whether no caller has to show who it is. Such a server listens on loopback, and takes no page of elsewhere. */
  isOpen(): boolean;
  /** 0: any free one. */
  readonly port: number;
  /** The origin under which clients reach us through a proxy, e.g. `https://photos.example.com`. */
  readonly publicUrl?: string | undefined;
  /** Foreign origins whose pages may call the API. */
  readonly allowedOrigins: readonly string[];
  /** How long a stop lets begun requests end, before their connections are cut. */
  readonly drainMs: number;
  /** Proxies whose `X-Forwarded-…` headers are believed: addresses, ranges, `loopback`. */
  readonly trustProxy: readonly string[];
}

/** What the server is given; it creates nothing of the product itself. */
export interface ServerParts<Context extends object> extends AppParts {
  readonly schema: GraphQLSchema;
  /**
   * What answers of fields with the extension `constant` depend on beside the request, such as the language; undefined: this
   * caller gets none that was made for another. Absent: no answer is kept.
   */
  scopeOf?(context: Context): string | undefined;
  /**
   * Callers with the same text get the same answer to the same subscription, in one language: one is made for all of them.
   * Absent: nothing is shared.
   */
  audienceOf?(context: Context): string;
  /** Called for each operation, and for an open WebSocket now and then. A throw refuses the operation, and closes the socket. */
  context(source: RequestSource): Context | Promise<Context>;
  /** Signs a page in by the key or JWT of its Authorization. Throws UNAUTHENTICATED, FORBIDDEN. Absent: nobody signs in. */
  startSession?(source: Pick<RequestSource, 'headers'>): Promise<{ value: string; expiresAt: Date }>;
  /** Absent: only what bounds the server as a whole. */
  readonly limits?: CallerLimits<Context> | undefined;
  /** WebSockets that may be open. */
  readonly maxSockets: number;
  /** Whether callers may read the schema: by introspection, and by suggestions in errors. */
  readonly introspection: boolean;
  /** Whether GraphiQL and the page of Apollo Sandbox are served. */
  readonly graphiql: boolean;
  /** The pages of the dashboard; absent: none are served. */
  readonly dashboard?: DashboardFiles | undefined;
  /** What POST /photos can ask for; absent: there is no such route. */
  readonly photoForms?: PhotoForms | undefined;
  /** The only documents that run; absent: every document that the limits and the schema allow. */
  readonly trustedDocuments?: TrustedDocuments | undefined;
  /** The operation that Sandbox and GraphiQL open with. */
  readonly sampleQuery?: string | undefined;
}

export interface RunningServer {
  /** Where clients reach it: the public URL if there is one. */
  readonly url: string;
  readonly port: number;
  /** Stops gracefully; resolves when nothing of the server is left open. Calling it again gives the same promise. */
  close(): Promise<void>;
}
