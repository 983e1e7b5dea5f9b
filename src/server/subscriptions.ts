import { type ExecutionArgs, type ExecutionResult, type FormattedExecutionResult, GraphQLError } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { DarkroomError } from '../kernel/errors.js';
import { findLanguage, languageOf } from '../kernel/language.js';
import { LIMITS } from '../kernel/limits.js';
import { CallerSockets } from './caller-sockets.js';
import { type Credential, CredentialChecks } from './credential-checks.js';
import { type Documents, operationOf } from './documents.js';
import type { Account, RequestSource, ServerParts } from './parts.js';
import type { PresentError, PresentedError } from './present-error.js';
import { withRates } from './rate-headers.js';
import { SharedSubscriptions } from './shared-subscriptions.js';
import type { ConnectionHooks, SocketConnection } from './socket-connection.js';
import type { Begun, Payload } from './socket-operation.js';
import type { Turns } from './turns.js';

type Parts<Context> = Pick<
  ServerParts<Context & object>,
  'schema' | 'context' | 'limits' | 'maxSockets' | 'audienceOf'
>;

/** What was found out of a connection that was admitted. */
interface Admitted<Context> {
  readonly account: Account | undefined;
  readonly credential: Credential;
  /** For the operation that follows at once, as it does nearly always: nothing is looked up a second time. */
  fresh: { readonly context: Context; readonly until: number } | undefined;
}

/** GraphQL on a WebSocket, by the same rules as on HTTP: rates, document limits, validation, context, error texts. */
export class Subscriptions<Context extends object> implements ConnectionHooks {
  readonly #sockets: CallerSockets;
  readonly #shared: SharedSubscriptions;
  /** A key that is revoked or past its time closes its sockets, which would go on being told of tasks. */
  readonly #checks = new CredentialChecks(credential => void this.#check(credential));

  constructor(
    private readonly parts: Parts<Context>,
    private readonly documents: Documents,
    private readonly presentError: PresentError,
    private readonly turns: Turns,
  ) {
    this.#sockets = new CallerSockets(parts.maxSockets);
    this.#shared = new SharedSubscriptions(parts.schema);
  }

  /**
   * A connection without a context is refused. The protocol has no message for that, so the code of the error is the reason
   * in the close frame. A context that never comes would leave the client waiting, hence the limit.
   */
  async connect(connection: SocketConnection): Promise<boolean> {
    const timer = setTimeout(
      () => connection.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'),
      LIMITS.webSocket.onConnectMs,
    );
    try {
      const context = await this.parts.context(sourceOf(connection));
      if (connection.isClosed) return false;
      const account = this.parts.limits?.accountOf(context);
      this.#sockets.open(account, connection);
      const fresh = { context, until: performance.now() + LIMITS.access.socketMs };
      connection.known = { account, credential: this.#checks.add(connection), fresh } satisfies Admitted<Context>;
      return true;
    } catch (error) {
      const { code } = this.presentError(error, 'en').extensions;
      connection.close(closeCodeOf(code), code);
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  closed(connection: SocketConnection): void {
    const admitted = connection.known as Admitted<Context> | undefined;
    if (admitted === undefined) return;
    this.#checks.delete(connection, admitted.credential);
    this.#sockets.close(admitted.account, connection);
  }

  async begin(connection: SocketConnection, payload: Payload): Promise<Begun | readonly GraphQLError[]> {
    try {
      return await this.#begin(connection, payload);
    } catch (error) {
      return [new GraphQLError('The operation was refused.', { originalError: error as Error })];
    }
  }

  present(connection: SocketConnection, errors: readonly GraphQLError[]): PresentedError[] {
    const { language } = sourceOf(connection);
    return errors.map(error => this.presentError(error, language));
  }

  async #begin(connection: SocketConnection, payload: Payload): Promise<Begun | readonly GraphQLError[]> {
    const { documents, parts, turns } = this;
    if (connection.running > LIMITS.webSocket.subscriptionsPerSocket) throw tooManyOperations();
    await turns.next(connection);
    const contextValue = await this.#contextOf(connection);
    this.#sockets.requireOperation(parts.limits?.accountOf(contextValue));
    const document = documents.read(documents.trustedText(payload) ?? payload.query);
    const operation = isErrors(document) ? undefined : operationOf(document, payload.operationName);
    await parts.limits?.admit(contextValue, documents.demandOf(operation));
    if (isErrors(document)) return document;
    const isKnown = documents.isValid(document);
    const errors = documents.errorsOf(document);
    if (errors.length > 0) return errors;
    if (!operation) return [noOperation()];
    documents.checkValues(document, operation, payload.variables ?? {});
    // As on HTTP: other work may run between validation and execution.
    if (!isKnown) await turns.next(connection);
    const args: ExecutionArgs = {
      schema: parts.schema,
      document,
      contextValue,
      variableValues: payload.variables ?? null,
      operationName: payload.operationName ?? null,
    };
    const present = (result: ExecutionResult) => this.#result(connection, args, result);
    const isSubscription = operation.operation === 'subscription';
    const { language } = sourceOf(connection);
    const audience = isSubscription ? parts.audienceOf?.(contextValue) : undefined;
    const place =
      audience === undefined
        ? undefined
        : this.#shared.find({
            ...{ args, operation, audience: `${language} ${audience}` },
            // Of no connection: that of who came first may close before the others.
            present: result => presented(result, each => this.presentError(each, language)),
          });
    return { args, isSubscription, place, present };
  }

  async #contextOf(connection: SocketConnection): Promise<Context> {
    const admitted = connection.known as Admitted<Context>;
    const { fresh } = admitted;
    admitted.fresh = undefined;
    return fresh && performance.now() < fresh.until ? fresh.context : this.parts.context(sourceOf(connection));
  }

  /** Each answer tells what is left; an event of a subscription would tell it over and over. */
  #result(
    connection: SocketConnection,
    { document, operationName, contextValue }: ExecutionArgs,
    result: ExecutionResult,
  ): FormattedExecutionResult {
    const { limits } = this.parts;
    const answer = presented(result, error => this.presentError(error, sourceOf(connection).language));
    if (!limits || operationOf(document, operationName)?.operation === 'subscription') return answer;
    const extensions = withRates(undefined, limits.ratesOf(contextValue as Context));
    return extensions ? { ...answer, extensions } : answer;
  }

  async #check({ sockets }: Credential): Promise<void> {
    const [first] = sockets;
    try {
      if (first !== undefined) await this.parts.context(sourceOf(first));
    } catch (error) {
      const { code } = this.presentError(error, 'en').extensions;
      // A database that is away says nothing of the key.
      if (code !== 'UNAUTHENTICATED') return;
      for (const socket of sockets) socket.close(CloseCode.Unauthorized, code);
    }
  }
}

function presented(
  { errors, ...result }: ExecutionResult,
  present: (error: GraphQLError) => PresentedError,
): FormattedExecutionResult {
  return errors ? ({ ...result, errors: errors.map(present) } as FormattedExecutionResult) : result;
}

function closeCodeOf(code: string): CloseCode {
  if (code === 'UNAUTHENTICATED') return CloseCode.Unauthorized;
  return code === 'INTERNAL' ? CloseCode.InternalServerError : CloseCode.Forbidden;
}

/** A page cannot set the headers of a WebSocket, so `connectionParams.language` goes before Accept-Language. */
function sourceOf({ shown: { headers, session }, params }: SocketConnection): RequestSource {
  return {
    headers,
    session,
    language: findLanguage(params?.language) ?? languageOf(headers['accept-language']),
    ...(params && { connectionParams: params }),
  };
}

function isErrors(value: unknown): value is readonly GraphQLError[] {
  return Array.isArray(value);
}

/** As Apollo says it on HTTP. */
function noOperation(): GraphQLError {
  return new GraphQLError('The document has no such operation, or several and `operationName` names none.', {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
  });
}

function tooManyOperations(): DarkroomError {
  const message = `A socket carries at most ${LIMITS.webSocket.subscriptionsPerSocket} operations at a time.`;
  return new DarkroomError('OVERLOADED', message);
}
