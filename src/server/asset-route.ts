import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerParts } from './parts.js';

/** GET and HEAD /assets/:id; what is served, to whom and with which headers is for `readAsset` to say. */
export function addAssetRoute(app: FastifyInstance, readAsset: ServerParts<object>['readAsset']): void {
  const handler = async (request: FastifyRequest<{ Params: { id: string } }>, reply: FastifyReply) => {
    const { headers, body } = await readAsset(request.params.id, singleValues(request.query));
    reply.headers(headers);
    if (request.method === 'GET') return reply.send(body);
    body.destroy();
    return reply.send(null);
  };
  app.get('/assets/:id', { exposeHeadRoute: false }, handler);
  app.head('/assets/:id', handler);
}

/** A parameter given twice is an array; the first one counts. */
function singleValues(query: unknown): Record<string, string> {
  const entries = Object.entries(query as Record<string, string | string[]>);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(Array.isArray(value) ? value[0] : value)]));
}
