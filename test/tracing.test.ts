import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../src/kernel/paths.js';
import { EXPORTER } from '../src/telemetry/tracing.js';
import { spawnServer, temporaryFolder } from './running-server.js';

/** The image work of a photo, on a machine that may be busy. */
jest.setTimeout(120_000);

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACED = `00-${TRACE_ID}-00f067aa0ba902b7-01`;
const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')).toString('base64');

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: { key: string; value: unknown }[];
}
interface Export {
  resourceSpans: { resource: { attributes: { key: string; value: unknown }[] }; scopeSpans: { spans: Span[] }[] }[];
}

/** Takes what an OpenTelemetry collector takes: OTLP over HTTP, as JSON. */
async function startCollector(): Promise<{ url: string; exports: Export[]; server: Server }> {
  const exports: Export[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url === '/v1/traces') exports.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Export);
    response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, exports, server };
}

const withExporter = existsSync(path.join(EXPORTER, 'node_modules')) ? test : test.skip;

withExporter('a trace leads from the request over its task to the vendor, in the trace of whoever called', async () => {
  const folder = await temporaryFolder();
  const collector = await startCollector();
  const server = await spawnServer(folder.path, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_SERVICE_NAME: 'photo-shop',
    OTEL_BSP_SCHEDULE_DELAY: '100',
  });
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      traceparent: TRACED,
    },
    body: JSON.stringify({
      query:
        'mutation Make($input: CreateIdPhotoInput!) { createIdPhoto(input: $input, waitSeconds: 60) { id state } }',
      variables: { input: { photo: { base64: PORTRAIT }, specId: 'yi-cun-295x413', vendor: 'SANDBOX' } },
    }),
  });
  // Asked every few seconds by an orchestrator and by Prometheus.
  const probes = ['/health/live', '/health/ready', '/metrics', '/metrics/report?seconds=60'];
  for (const probe of probes)
    expect(
      (await fetch(`${server.url}${probe}`, { headers: { traceparent: TRACED } })).headers.get('traceparent'),
    ).toBe(TRACED);
  const { data } = (await response.json()) as { data: { createIdPhoto: { id: string; state: string } } };
  expect(data.createIdPhoto.state).toBe('SUCCEEDED');
  const told = () =>
    collector.exports.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(each => each.scopeSpans.flatMap(({ spans }) => spans)),
    );
  for (const name of ['POST /graphql', 'work ID_PHOTO'])
    while (!told().some(span => span.name === name)) await sleep(50);
  await server.kill('SIGTERM');
  collector.server.close();
  await folder.remove();

  const spans = told().filter(({ traceId }) => traceId === TRACE_ID);
  const [request] = spans.filter(({ name }) => name === 'POST /graphql');
  expect(request).toMatchObject({ parentSpanId: '00f067aa0ba902b7', kind: 2 });
  expect(request!.attributes).toContainEqual({ key: 'graphql.operation.name', value: { stringValue: 'Make' } });
  expect(response.headers.get('traceparent')).toBe(`00-${TRACE_ID}-${request!.spanId}-01`);
  const work = spans.filter(({ name }) => name === 'work ID_PHOTO');
  for (const span of work) {
    expect(span).toMatchObject({ parentSpanId: request!.spanId, kind: 5 });
    expect(span.attributes).toContainEqual({ key: 'darkroom.task_id', value: { stringValue: data.createIdPhoto.id } });
  }
  const submits = spans.filter(({ name }) => name.endsWith(' submit'));
  expect(submits).toHaveLength(1);
  expect(submits[0]).toMatchObject({ kind: 3 });
  expect(work.map(({ spanId }) => spanId)).toContain(submits[0]!.parentSpanId);
  const [{ resource }] = collector.exports[0]!.resourceSpans as [Export['resourceSpans'][0]];
  expect(resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'photo-shop' } });
  // The stop has sent the last ones, and none is of a probe.
  expect(told().filter(({ name }) => /health|metrics/.test(name))).toEqual([]);
  // What was photographed is nobody's business.
  expect(JSON.stringify(collector.exports)).not.toContain(PORTRAIT.slice(0, 40));
});

test('a wrong endpoint is named without its value', async () => {
  const folder = await temporaryFolder();
  const start = (url: string) => spawnServer(folder.path, { OTEL_EXPORTER_OTLP_ENDPOINT: url });
  await expect(start('collector-secret:4318x')).rejects.toThrow(/OTEL_EXPORTER_OTLP_ENDPOINT: expected the URL/);
  await folder.remove();
});
