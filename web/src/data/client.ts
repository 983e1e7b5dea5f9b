import { type AnyVariables, Client, fetchExchange, mapExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import { language } from '../i18n/language.ts';
import { connectionEvents } from './connection.ts';
import { ApiError, toApiError } from './errors.ts';
import type { Text } from './generated.ts';

/** No page of elsewhere can send it without asking first; the session is in a cookie that no script can read. */
const HEADERS = { 'graphql-require-preflight': 'dashboard' };
const UNAUTHORIZED = 4401;
const LONGEST_WAIT_MS = 5_000;
const PONG_MS = 5_000;

let wake = () => {};
let pong: ReturnType<typeof setTimeout> | undefined;

const isCloseEvent = (event: unknown): event is CloseEvent => typeof (event as CloseEvent | null)?.code === 'number';

const socket = createClient({
  url: `${location.protocol.replace('http', 'ws')}//${location.host}/graphql`,
  connectionParams: () => ({ language: language() }),
  keepAlive: 10_000,
  connectionAckWaitTimeout: 10_000,
  retryAttempts: Number.POSITIVE_INFINITY,
  // A server that restarts refuses connections for a while: that is no reason to end.
  shouldRetry: () => true,
  async retryWait(tries) {
    const ms = Math.min(LONGEST_WAIT_MS, 250 * 2 ** tries) * (0.7 + 0.6 * Math.random());
    await new Promise<void>(resolve => {
      wake = resolve;
      setTimeout(resolve, ms);
    });
  },
  on: {
    connected: connectionEvents.connected,
    // A cable that was pulled closes nothing: what is not answered is closed here.
    ping(received) {
      if (!received) pong = setTimeout(() => socket.terminate(), PONG_MS);
    },
    pong: () => clearTimeout(pong),
    closed(event) {
      clearTimeout(pong);
      if (!isCloseEvent(event)) return connectionEvents.lost();
      if (event.code === UNAUTHORIZED) return connectionEvents.refused();
      // 1000: nothing is followed any more.
      return event.code === 1000 ? connectionEvents.idle() : connectionEvents.lost();
    },
  },
});

/** Tries the connection again at once. */
export const reconnectNow = () => wake();
addEventListener('online', reconnectNow);

/** Begins all subscriptions anew: the texts of errors come in the language of the connection. */
export const restartSocket = () => socket.terminate();

export const client = new Client({
  url: '/graphql',
  preferGetMethod: false,
  fetchOptions: () => ({ headers: { ...HEADERS, 'accept-language': language() } }),
  // No cache: what lives comes by subscription, and a document is sent as it is listed for servers that want that.
  exchanges: [
    mapExchange({
      onError(error) {
        if (toApiError(error).code === 'UNAUTHENTICATED') connectionEvents.refused();
      },
    }),
    fetchExchange,
  ],
});

interface Sink<Data> {
  next(data: Data): void;
  /** The subscription has ended by it. */
  error(error: ApiError): void;
}

/**
 * Follows a subscription through lost connections and restarts of the server.
 * @param variables asked at each connection: a list says by its newest cursor where it was
 * @returns what ends it
 */
export function follow<Data, Variables extends Record<string, unknown>>(
  document: Text<Data, Variables>,
  variables: () => Variables,
  sink: Sink<Data>,
): () => void {
  let ended = false;
  let stop = () => {};
  const begin = () => {
    const payload = {
      query: document as unknown as string,
      get variables() {
        return variables();
      },
    };
    stop = socket.subscribe<Data>(payload as never, {
      next({ data, errors }) {
        const [error] = errors ?? [];
        if (error) sink.error(ApiError.of(error));
        else sink.next(data as Data);
      },
      error(error) {
        if (ended) return;
        if (Array.isArray(error)) return sink.error(ApiError.of(error[0]));
        // The server had an error of its own while it connected. It may be well again in a moment.
        if (!isCloseEvent(error) || error.code !== UNAUTHORIZED) setTimeout(() => !ended && begin(), 2_000);
      },
      complete() {},
    });
  };
  begin();
  return () => {
    ended = true;
    stop();
  };
}

async function answerOf<Data>(asked: Promise<{ data?: Data | undefined; error?: unknown }>): Promise<Data> {
  const { data, error } = await asked;
  if (error) throw toApiError(error);
  return data as Data;
}

/** Throws ApiError. */
export function change<Data, Variables extends AnyVariables & Record<string, unknown>>(
  document: Text<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  return answerOf(client.mutation(document, variables).toPromise());
}

/** Throws ApiError. */
export function ask<Data, Variables extends AnyVariables & Record<string, unknown>>(
  document: Text<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  return answerOf(client.query(document, variables).toPromise());
}
