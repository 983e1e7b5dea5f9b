import fastify from 'fastify';
import { addSecurityHeaders } from './response-headers.js';

async function headersOf(type: string, own: Record<string, string> = {}) {
  const app = fastify({ logger: false });
  addSecurityHeaders(app);
  app.get('/', async (_request, reply) => reply.headers(own).type(type).send('x'));
  return (await app.inject('/')).headers;
}

test('no answer is guessed at by a browser, or tells where its reader came from', async () => {
  for (const type of ['application/json', 'text/html', 'image/png'])
    expect(await headersOf(type)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
});

test.each(['application/json; charset=utf-8', 'application/graphql-response+json'])(
  '%s may load nothing and be framed by nobody',
  async type => {
    expect(await headersOf(type)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
    });
  },
);

test('a page keeps its own policy, and a picture may be shown by other sites', async () => {
  const page = await headersOf('text/html', { 'content-security-policy': "script-src 'self'" });
  expect(page).toMatchObject({ 'content-security-policy': "script-src 'self'", 'x-frame-options': 'DENY' });
  const picture = await headersOf('image/png', { 'cross-origin-resource-policy': 'cross-origin' });
  expect(picture).toMatchObject({ 'cross-origin-resource-policy': 'cross-origin' });
});
