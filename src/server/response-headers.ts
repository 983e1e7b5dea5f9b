import type { FastifyInstance, FastifyReply } from 'fastify';

/** On every answer. */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onSend', (_request, reply, _payload, done) => {
    setSecurityHeaders(reply);
    done();
  });
}

/** A page that needs more sets its own content-security-policy; JSON needs nothing. */
export function setSecurityHeaders(reply: FastifyReply): void {
  reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
  const type = String(reply.getHeader('content-type') ?? '');
  if (type.startsWith('text/html')) reply.header('x-frame-options', 'DENY');
  if (/^application\/[a-z-+]*json/.test(type)) {
    reply
      .header('x-frame-options', 'DENY')
      .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
      .header('cross-origin-resource-policy', 'same-origin');
  }
}
