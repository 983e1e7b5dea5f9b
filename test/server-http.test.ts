import { request } from 'node:http';
import { serverAudits } from 'graphql-http';
import { answerOf, startToyServer, type ToyServer } from './server-fixture.js';

/** A request with headers that fetch does not let one set. */
function rawRequest(
  server: ToyServer,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
  body?: string,
): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, method, headers }, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          headers: response.headers,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('the HTTP server', () => {
  let server: ToyServer;
  beforeAll(async () => {
    server = await startToyServer({ allowedOrigins: ['https://kiosk.example'], sampleQuery: '{ hello }' });
  });
  afterAll(() => server.close());

  const codeOf = async (response: Response) => (await answerOf(response)).errors?.[0]?.extensions?.code;

  it('passes all 61 audits of GraphQL over HTTP', async () => {
    const audits = serverAudits({ url: `${server.origin}/graphql`, fetchFn: fetch });
    const results = [];
    for (const audit of audits) results.push(await audit.fn());
    const failed = results.filter(result => result.status !== 'ok').map(({ id, name }) => `${id} ${name}`);
    expect(failed).toEqual([]);
    expect(new Set(results.map(result => result.id)).size).toBe(61);
  });

  it('answers a query by POST and by GET', async () => {
    const posted = await server.post({
      query: 'query Hello($name: String) { hello(name: $name) }',
      variables: { name: '小明' },
    });
    expect(await posted.json()).toEqual({ data: { hello: 'hello 小明' } });
    const got = await fetch(`${server.origin}/graphql?query={hello}`);
    expect(await got.json()).toEqual({ data: { hello: 'hello you' } });
  });

  it('takes a photo in base64: a JSON body of 20 MB', async () => {
    const weigh = (chars: number) =>
      server.post({
        query: 'query ($photo: Photo) { weigh(photo: $photo) }',
        variables: { photo: { base64: 'A'.repeat(chars) } },
      });
    expect(await answerOf(await weigh(20_000_000))).toEqual({ data: { weigh: 20_000_000 } });
    const tooLarge = await weigh(29_000_000);
    expect(tooLarge.status).toBe(413);
  });

  it('executes nothing that a page of another site can send without a preflight', async () => {
    const query = encodeURIComponent('{ hello }');
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=b'];
    for (const cookie of [{}, { cookie: 'session=1' }]) {
      for (const type of types) {
        const posted = await rawRequest(
          server,
          '/graphql',
          { 'content-type': type, ...cookie },
          'POST',
          '{"query":"mutation { count }"}',
        );
        expect([400, 415]).toContain(posted.status);
        const got = await rawRequest(server, `/graphql?query=${query}`, { 'content-type': type, ...cookie });
        expect([400, 415]).toContain(got.status);
        expect(got.body).not.toContain('hello you');
      }
      for (const site of ['cross-site', 'same-site']) {
        const got = await rawRequest(server, `/graphql?query=${query}`, { 'sec-fetch-site': site, ...cookie });
        expect(got.status).toBe(400);
      }
    }
    const mutation = await rawRequest(server, `/graphql?query=${encodeURIComponent('mutation { count }')}`, {});
    expect(mutation.status).toBe(405);
    expect(server.seen.mutations).toBe(0);
  });

  it('refuses a Host that is not ours, everywhere', async () => {
    for (const path of ['/graphql?query={hello}', '/health/live', '/graphiql', '/assets/known', '/none']) {
      for (const host of [
        'evil.example',
        `evil.example:${server.port}`,
        'localhost.evil.example',
        '127.0.0.1.nip.io',
        'localhost@evil.example',
      ]) {
        const { status, body } = await rawRequest(server, path, { host });
        expect([path, host, status]).toEqual([path, host, 403]);
        expect(JSON.parse(body).errors[0].extensions.code).toBe('FORBIDDEN_ORIGIN');
      }
    }
    for (const host of ['localhost', `localhost:${server.port}`, `[::1]:${server.port}`, '127.0.0.1:8080']) {
      expect((await rawRequest(server, '/health/live', { host })).status).toBe(200);
    }
  });

  it('refuses an Origin that is neither ours nor allowed', async () => {
    const ask = (origin: string) =>
      rawRequest(server, '/graphql', { origin, 'content-type': 'application/json' }, 'POST', '{"query":"{ hello }"}');
    const foreign = [
      'https://evil.example',
      'null',
      'http://localhost:3000',
      `https://127.0.0.1:${server.port}`,
      'https://kiosk.example.evil.example',
    ];
    for (const origin of foreign) expect([origin, (await ask(origin)).status]).toEqual([origin, 403]);
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      expect((await ask(`http://${name}:${server.port}`)).status).toBe(200);
    }
    const allowed = await ask('https://kiosk.example');
    expect(allowed.status).toBe(200);
    expect(allowed.headers['access-control-allow-origin']).toBe('https://kiosk.example');
    expect((await rawRequest(server, '/health/live', { origin: 'https://monitor.example' })).status).toBe(200);
  });

  it('answers the preflight of an allowed origin and of no other', async () => {
    const preflight = (origin: string) =>
      rawRequest(
        server,
        '/graphql',
        { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
        'OPTIONS',
      );
    const { status, headers } = await preflight('https://kiosk.example');
    expect(status).toBe(204);
    expect(headers['access-control-allow-headers']).toContain('apollo-require-preflight');
    expect((await preflight('https://evil.example')).status).toBe(403);
  });

  it('refuses a batch, bad JSON and poisoned JSON with 400', async () => {
    for (const body of [
      '[{"query":"{ hello }"},{"query":"{ hello }"}]',
      '{"query":',
      '{"query":"{ hello }","__proto__":{"polluted":1}}',
    ]) {
      const response = await server.post(body);
      expect([body, response.status]).toEqual([body, 400]);
      expect(await codeOf(response)).toBe('BAD_REQUEST');
    }
  });

  it('gives an error of the product with its code, fields and words for the user', async () => {
    const response = await server.post({ query: '{ refused }' }, { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' });
    const { errors } = await answerOf(response);
    expect(errors).toEqual([
      {
        message: 'There is no such spec; search with the query `specs`.',
        locations: [{ line: 1, column: 3 }],
        path: ['refused'],
        extensions: {
          code: 'SPEC_NOT_FOUND',
          retryable: false,
          userFixable: true,
          userMessage: '没有该证件照规格，请用 specs 查询。',
          fields: [{ path: 'spec', code: 'UNKNOWN', allowed: 'a spec id' }],
        },
      },
    ]);
  });

  it('keeps the inside of an unexpected error to the log', async () => {
    const response = await server.post({ query: '{ boom }' });
    const text = await response.text();
    expect(text).not.toMatch(/secret|SELECT|\.js|stack/);
    const { code, incident } = JSON.parse(text).errors[0].extensions;
    expect(code).toBe('INTERNAL');
    const line = server.log.find(entry => entry.incident === incident);
    expect(line?.err).toMatchObject({ message: 'SELECT secret FROM /srv/secret.db' });
  });

  it("keeps Apollo's codes for what is wrong with the request", async () => {
    const codes = [];
    for (const body of [
      { query: '{' },
      { query: '{ nothing }' },
      { query: 'query($ms: Int!) { slow(ms: $ms) }', variables: { ms: 'soon' } },
      { query: 'query A { hello } query B { hello }' },
    ]) {
      codes.push(await codeOf(await server.post(body)));
    }
    expect(codes).toEqual([
      'GRAPHQL_PARSE_FAILED',
      'GRAPHQL_VALIDATION_FAILED',
      'BAD_USER_INPUT',
      'OPERATION_RESOLUTION_FAILURE',
    ]);
  });

  it('serves assets by GET and HEAD and says not found in JSON', async () => {
    const asset = await fetch(`${server.origin}/assets/known?signature=1&signature=2`);
    expect(await asset.text()).toBe('a picture');
    expect(asset.headers.get('x-query')).toBe('{"signature":"1"}');
    expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
    const head = await fetch(`${server.origin}/assets/known`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const missing = await fetch(`${server.origin}/assets/other`);
    expect([missing.status, await codeOf(missing)]).toEqual([404, 'NOT_FOUND']);
  });

  it('names its URLs where there is nothing', async () => {
    const response = await fetch(`${server.origin}/graphqll`);
    expect(response.status).toBe(404);
    expect((await answerOf(response)).errors?.[0]?.message).toContain('/graphql');
    expect((await fetch(`${server.origin}/%zz`)).status).toBe(400);
  });

  it('offers Sandbox to a browser, and GraphiQL without internet', async () => {
    const page = await fetch(`${server.origin}/graphql`, { headers: { accept: 'text/html,*/*;q=0.8' } });
    const sandbox = await page.text();
    expect(sandbox).toContain('EmbeddedSandbox');
    expect(sandbox).toContain('href="/graphiql"');
    const graphiql = await fetch(`${server.origin}/graphiql`);
    expect(graphiql.headers.get('content-security-policy')).toContain("script-src 'self'");
    for (const [, path] of (await graphiql.text()).matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      const file = await fetch(`${server.origin}${path}`);
      expect([path, file.status]).toEqual([path, 200]);
    }
  });

  it('logs one line a request, without document, variables or query string', async () => {
    server.log.length = 0;
    await server.post({ query: 'query Secret { hello(name: "canary") }', variables: { photo: 'canary' } });
    await fetch(`${server.origin}/assets/known?signature=canary`);
    const lines = server.log.filter(line => line.msg === 'request');
    expect(lines).toMatchObject([
      { level: 30, method: 'POST', route: '/graphql', operation: 'Secret', status: 200 },
      { level: 30, method: 'GET', route: '/assets/:id', status: 200 },
    ]);
    expect(JSON.stringify(server.log)).not.toContain('canary');
  });
});

describe('the HTTP server in production', () => {
  it('hides its schema and its tools', async () => {
    const server = await startToyServer({ introspection: false, graphiql: false, publicUrl: 'https://photos.example' });
    try {
      expect(server.url).toBe('https://photos.example');
      const introspected = await answerOf(await server.post({ query: '{ __schema { types { name } } }' }));
      expect(introspected.data).toBeUndefined();
      const misspelt = await (await server.post({ query: '{ hell }' })).text();
      expect(misspelt).not.toContain('Did you mean');
      const page = await fetch(`${server.origin}/graphql`, { headers: { accept: 'text/html' } });
      expect(page.status).toBe(406);
      expect((await fetch(`${server.origin}/graphiql`)).status).toBe(404);
      const proxied = await rawRequest(server, '/health/ready', { host: 'photos.example' });
      expect(proxied.status).toBe(200);
      // There are no API keys: by the public name nobody reaches more than signed links.
      const spent = await rawRequest(server, '/graphql?query=%7B__typename%7D', { host: 'photos.example' });
      expect(spent.status).toBe(403);
    } finally {
      await server.close();
    }
  });

  it('can show the schema without the tools, and the tools without the schema', async () => {
    for (const [introspection, graphiql] of [
      [true, false],
      [false, true],
    ] as const) {
      const server = await startToyServer({ introspection, graphiql });
      const shown = await answerOf(await server.post({ query: '{ __schema { queryType { name } } }' }));
      expect(shown.data !== undefined).toBe(introspection);
      expect((await fetch(`${server.origin}/graphiql`)).status).toBe(graphiql ? 200 : 404);
      const page = await fetch(`${server.origin}/graphql`, { headers: { accept: 'text/html' } });
      expect(page.status).toBe(graphiql ? 200 : 406);
      for (const path of ['/', '/none'])
        expect((await (await fetch(server.origin + path)).text()).includes('/graphiql')).toBe(graphiql);
      await server.close();
    }
  });

  it('does not listen beyond loopback', async () => {
    await expect(startToyServer({ host: '0.0.0.0' })).rejects.toThrow('loopback');
  });
});
