import { request } from 'undici';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import { agentFor, type OutboundPolicy } from './outbound-policy.js';

export interface SendOptions {
  headers: Readonly<Record<string, string>>;
  body: string;
  signal: AbortSignal;
  /** For the whole of it. */
  timeoutMs: number;
  /** Origins that the operator configured. They are exempt from the policy: http and private addresses are allowed. */
  allowOrigins: readonly string[];
}

/** What came of a POST: the status, or why there was none. */
export type Sent =
  | { status: number; retryAfter: string | undefined }
  | { status: null; failure: 'NOT_ALLOWED' | 'UNREACHABLE' | 'TIMEOUT' };

/**
 * Posts to a URL that a caller chose, on a connection of its own. No redirect is followed, no credential, cookie or
 * referrer is sent, no proxy of the environment is used, and of the answer the status counts alone. Rejects with the reason
 * of the signal when it is aborted.
 */
export async function send(policy: OutboundPolicy, url: string, options: SendOptions): Promise<Sent> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, timeout]);
  try {
    return await post(policy, new URL(url), options, signal);
  } catch (error) {
    options.signal.throwIfAborted();
    if (DarkroomError.is(error) && error.code === 'URL_NOT_ALLOWED') return { status: null, failure: 'NOT_ALLOWED' };
    return { status: null, failure: timeout.aborted ? 'TIMEOUT' : 'UNREACHABLE' };
  }
}

async function post(policy: OutboundPolicy, url: URL, options: SendOptions, signal: AbortSignal): Promise<Sent> {
  const { headers, body, allowOrigins } = options;
  const agent = agentFor(url, policy, allowOrigins);
  // undici observes the signal of a request only once it is connected.
  const destroy = () => void agent.destroy();
  signal.addEventListener('abort', destroy);
  try {
    signal.throwIfAborted();
    const response = await request(url, {
      method: 'POST',
      dispatcher: agent,
      signal,
      headers: { 'user-agent': 'darkroom', 'accept-encoding': 'identity', ...headers },
      body,
    });
    const { statusCode: status } = response;
    const retryAfter = response.headers['retry-after'];
    response.body.on('error', () => {});
    // A receiver that still writes its answer would see its connection break; but the answer was given with the status.
    const { answerBytes, answerMs } = LIMITS.webhook;
    await response.body.dump({ limit: answerBytes, signal: AbortSignal.timeout(answerMs) }).catch(() => {});
    return { status, retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter };
  } finally {
    signal.removeEventListener('abort', destroy);
    await agent.destroy();
  }
}
