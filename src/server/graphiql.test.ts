import fastify from 'fastify';
import { addGraphiQL } from './graphiql.js';

const app = fastify({ logger: false });
addGraphiQL(app, 'query Sample { hello(name: "</script>") }');
afterAll(() => app.close());

test('the page runs no script of its own and loads nothing from elsewhere', async () => {
  const { body, headers } = await app.inject('/graphiql');
  expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
  expect(body.match(/<script[^>]*>[^<]/)).toBeNull();
  for (const [, target] of body.matchAll(/(?:src|href)="([^"]+)"/g)) expect(target).toMatch(/^(\/graphiql\/|data:,$)/);
});

test('everything that the page names is served, with its type', async () => {
  for (const [file, type] of [
    ['start.js', 'text/javascript'],
    ['graphiql.js', 'text/javascript'],
    ['graphiql.css', 'text/css'],
    ['graphql.worker.js', 'text/javascript'],
  ]) {
    const { statusCode, headers, body } = await app.inject(`/graphiql/${file}`);
    expect([file, statusCode, headers['content-type']]).toEqual([file, 200, `${type}; charset=utf-8`]);
    expect(body.length).toBeGreaterThan(100);
  }
});

test('the editor opens with the sample and sends the header without which uploads are refused', async () => {
  const { body } = await app.inject('/graphiql/start.js');
  expect(body).toContain('query Sample');
  expect(body).toContain('graphql-require-preflight');
});

test('a photo is uploaded by the form of the page, and shown as what a mutation takes', async () => {
  expect((await app.inject('/graphiql')).body).toContain('<input type="file"');
  const { body } = await app.inject('/graphiql/start.js');
  expect(body).toContain("fetch('/photos'");
  expect(body).toContain('assetId');
  // It is a script that a browser can read.
  expect(() => new Function(body)).not.toThrow();
});
