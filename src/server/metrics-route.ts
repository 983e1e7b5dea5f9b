import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { DarkroomError } from '../kernel/errors.js';

/** What Prometheus reads. */
export interface MetricsParts {
  /** What a reader shows as `Authorization: Bearer …`; undefined: see `addMetricsRoute`. */
  readonly token: string | undefined;
  /** The text exposition format. */
  render(): Promise<{ readonly type: string; readonly text: string }>;
}

/**
 * GET /metrics. How much of what fails at whom is nobody's business but the operator's: a reader shows the token; without one
 * it is served only where nobody has to show who it is, which is on loopback.
 */
export function addMetricsRoute(app: FastifyInstance, { token, render }: MetricsParts, isOpen: () => boolean): void {
  app.get('/metrics', async ({ headers }, reply) => {
    if (token === undefined ? !isOpen() : !isBearer(headers.authorization, token))
      throw new DarkroomError(
        'UNAUTHENTICATED',
        token === undefined
          ? 'DARKROOM_METRICS_TOKEN is not set; with API keys /metrics needs it.'
          : 'Send the value of DARKROOM_METRICS_TOKEN as `Authorization: Bearer …`.',
      );
    const { type, text } = await render();
    return reply.header('cache-control', 'no-store').type(type).send(text);
  });
}

function isBearer(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (given === undefined) return false;
  // Of one length, and the time says nothing of either.
  const [one, other] = [given, token].map(text => createHash('sha256').update(text).digest());
  return timingSafeEqual(one!, other!);
}
