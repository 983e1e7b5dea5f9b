import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { badInput, DarkroomError } from '../kernel/errors.js';

/** What Prometheus reads. */
export interface MetricsParts {
  /** What a reader shows as `Authorization: Bearer …`; undefined: see `addMetricsRoute`. */
  readonly token: string | undefined;
  /** The text exposition format. */
  render(): Promise<{ readonly type: string; readonly text: string }>;
  /** What has happened in that time, as `npm run report` shows it. */
  report(sinceMs: number): Promise<object>;
  readonly mostReportMs: number;
}

/**
 * GET /metrics, and GET /metrics/report?seconds=86400, which `npm run report` asks of a server that has the embedded database
 * for itself. How much of what fails at whom is nobody's business but the operator's: a reader shows the token; without one
 * they are served only where nobody has to show who it is, which is on loopback.
 */
export function addMetricsRoutes(app: FastifyInstance, parts: MetricsParts, isOpen: () => boolean): void {
  const { token, mostReportMs } = parts;
  const admit = (authorization: string | undefined) => {
    if (token === undefined ? isOpen() : isBearer(authorization, token)) return;
    throw new DarkroomError(
      'UNAUTHENTICATED',
      token === undefined
        ? 'DARKROOM_METRICS_TOKEN is not set; with API keys /metrics needs it.'
        : 'Send the value of DARKROOM_METRICS_TOKEN as `Authorization: Bearer …`.',
    );
  };
  app.get('/metrics', async ({ headers }, reply) => {
    admit(headers.authorization);
    const { type, text } = await parts.render();
    return reply.header('cache-control', 'no-store').type(type).send(text);
  });
  app.get<{ Querystring: { seconds?: string } }>('/metrics/report', async ({ headers, query }, reply) => {
    admit(headers.authorization);
    const ms = Number(query.seconds ?? 86_400) * 1_000;
    if (!(ms > 0 && ms <= mostReportMs)) throw badInput('seconds', 'RANGE', `1 to ${mostReportMs / 1_000}`);
    return reply.header('cache-control', 'no-store').send(await parts.report(ms));
  });
}

function isBearer(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (given === undefined) return false;
  // Of one length, and the time says nothing of either.
  const [one, other] = [given, token].map(text => createHash('sha256').update(text).digest());
  return timingSafeEqual(one!, other!);
}
