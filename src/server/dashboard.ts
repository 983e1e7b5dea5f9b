import type { FastifyInstance } from 'fastify';
import { DarkroomError } from '../kernel/errors.js';
import { type DashboardFiles, etagOf, type HashedFile } from './dashboard-files.js';

/** Where the page stands in each of its views; `web/src/app/routes.ts` has the same. */
export const VIEWS = ['/', '/tasks', '/tasks/:id', '/vendors', '/usage', '/keys', '/audit', '/more'];

/** Nothing from elsewhere, nothing inline. Photos that were just chosen are shown from memory (`blob:`). */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const YEAR = 'public, max-age=31536000, immutable';

/** The dashboard: one page for all views, and files whose names change with their content. */
export function addDashboard(app: FastifyInstance, { page, files }: DashboardFiles, graphiql: boolean): void {
  const html = graphiql ? page : page.replace(' data-graphiql', '');
  const etag = etagOf(html);
  for (const view of VIEWS)
    app.get(view, async (request, reply) => {
      reply.headers({
        'content-security-policy': POLICY,
        'cross-origin-opener-policy': 'same-origin',
        'permissions-policy': 'camera=(self), microphone=(), geolocation=()',
        'cache-control': 'no-cache',
        etag,
      });
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type('text/html; charset=utf-8').send(html);
    });
  app.get<{ Params: { name: string } }>('/web/:name', async (request, reply) => {
    const file = files.get(request.params.name);
    if (file === undefined) throw new DarkroomError('NOT_FOUND', 'There is no such file; load the page again.');
    const { encoding, body } = packedFor(file, String(request.headers['accept-encoding'] ?? ''));
    if (encoding !== undefined) reply.header('content-encoding', encoding);
    return reply.headers({ 'content-type': file.type, 'cache-control': YEAR, vary: 'accept-encoding' }).send(body);
  });
}

function packedFor({ br, gzip, plain }: HashedFile, accepted: string): { encoding?: string; body: Buffer } {
  if (br && /\bbr\b/.test(accepted)) return { encoding: 'br', body: br };
  if (gzip && /\bgzip\b/.test(accepted)) return { encoding: 'gzip', body: gzip };
  return { body: plain };
}
