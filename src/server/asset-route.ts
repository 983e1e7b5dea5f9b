import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DarkroomError } from '../kernel/errors.js';
import { LIMITS } from '../kernel/limits.js';
import type { AssetAnswer, ServerParts } from './parts.js';
import { Shares } from './shares.js';

/** GET and HEAD /assets/:id; what is served, to whom and with which headers is for `readAsset` to say. */
export function addAssetRoute(
  app: FastifyInstance,
  readAsset: ServerParts<object>['readAsset'],
  limits: DownloadLimits = LIMITS.asset,
): void {
  const downloads = new Downloads(limits);
  const handler = async (request: FastifyRequest<{ Params: { id: string } }>, reply: FastifyReply) => {
    const answer = await readAsset(request.params.id, singleValues(request.query));
    const { status = 200, headers, body } = answer;
    if (request.method === 'GET') {
      downloads.begin(answer);
      // Whoever takes nothing would hold the file as long as it likes.
      reply.raw.setTimeout(limits.stalledMs, () => reply.raw.destroy());
      return reply.code(status).headers(headers).send(body);
    }
    body.destroy();
    return reply.code(status).headers(headers).send(null);
  };
  app.get('/assets/:id', { exposeHeadRoute: false }, handler);
  app.head('/assets/:id', handler);
}

type DownloadLimits = {
  readonly [Name in 'downloadsPerLink' | 'downloadsPerTenant' | 'downloads' | 'stalledMs']: number;
};

/** Pictures that are being sent: each holds a file and a connection for as long as its reader takes. */
class Downloads {
  readonly #shares: Shares;
  #all = 0;

  constructor(private readonly limits: DownloadLimits) {
    const { downloadsPerLink: caller, downloadsPerTenant: tenant } = limits;
    const names = { caller: 'picture', tenant: 'tenant' };
    this.#shares = new Shares(
      { caller, tenant },
      (of, limit) =>
        new DarkroomError(
          'QUOTA_EXCEEDED',
          `At most ${limit} downloads of one ${names[of]} at a time; try again soon.`,
        ),
    );
  }

  /** Until the picture has been read, or its reader is gone. Throws QUOTA_EXCEEDED, OVERLOADED. */
  begin({ body, account }: AssetAnswer): void {
    try {
      if (this.#all >= this.limits.downloads)
        throw new DarkroomError('OVERLOADED', 'Too many pictures are being sent; try again soon.');
      this.#shares.take(account, 1);
    } catch (error) {
      body.destroy();
      throw error;
    }
    this.#all++;
    body.once('close', () => {
      this.#all--;
      this.#shares.give(account, 1);
    });
  }
}

/** A parameter given twice is an array; the first one counts. */
function singleValues(query: unknown): Record<string, string> {
  const entries = Object.entries(query as Record<string, string | string[]>);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(Array.isArray(value) ? value[0] : value)]));
}
