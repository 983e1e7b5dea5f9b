import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../src/kernel/paths.js';
import { eventually } from './eventually.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';

/** The image work of a photo, on a machine that may be busy. */
jest.setTimeout(120_000);

const TOKEN = 'metrics-token-of-thirty-two-characters';
const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')).toString('base64');
const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
beforeAll(async () => {
  folder = await temporaryFolder();
  server = await spawnServer(folder.path, { DARKROOM_METRICS_TOKEN: TOKEN });
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

// biome-ignore lint/suspicious/noExplicitAny: an untyped answer
type Answer = any;
async function ask(query: string, variables: object = {}, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { response, answer: (await response.json()) as Answer };
}

/** Name and labels of each sample, with its value. */
async function metrics(): Promise<Map<string, number>> {
  const response = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split('\n').filter(line => line !== '' && !line.startsWith('#'));
  return new Map(lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]));
}

const makePhoto = (vendor: string) =>
  ask(
    'mutation Make($input: CreateIdPhotoInput!) { createIdPhoto(input: $input, waitSeconds: 60) { id state } }',
    { input: { photo: { base64: PORTRAIT }, specId: 'yi-cun-295x413', vendor } },
    { 'x-request-id': 'shop-7', traceparent: TRACE },
  );

/** The log is written a moment after what it tells of. */
/** Lines of the log as objects. */
const logged = () =>
  server
    .log()
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as Answer);

test('a photo is counted from its request to the call of its vendor, and what is asked for now is there', async () => {
  for (const vendor of ['LOCAL', 'SANDBOX']) {
    const { answer } = await makePhoto(vendor);
    expect(answer.data.createIdPhoto.state).toBe('SUCCEEDED');
  }
  await ask('mutation { cancelTask(id: "task_00000000000000000000000000") { id } }');
  const found = await metrics();
  const of = (name: string) => [...found].filter(([sample]) => sample.startsWith(name));
  const played = [...found.keys()].find(
    sample => sample.startsWith('darkroom_tasks_accepted_total') && sample.includes('@SANDBOX'),
  );
  const source = /source="([^"]+)"/.exec(played!)![1];
  const task = (of: string) => `operation="ID_PHOTO",source="${of}"`;
  for (const each of ['LOCAL', source!]) {
    expect(found.get(`darkroom_tasks_accepted_total{${task(each)}}`)).toBe(1);
    expect(found.get(`darkroom_task_seconds_count{${task(each)},state="SUCCEEDED"}`)).toBe(1);
  }
  expect(
    found.get(`darkroom_vendor_call_seconds_count{source="LOCAL",operation="ID_PHOTO",call="submit",code="DONE"}`),
  ).toBe(1);
  expect(found.get(`darkroom_vendor_charges_total{source="${source}",billed="YES"}`)).toBe(1);
  expect(found.get(`darkroom_vendor_downloads_total{source="${source}",code="DONE"}`)).toBeGreaterThan(0);
  expect(found.get('darkroom_http_request_seconds_count{method="POST",route="/graphql",status="200"}')).toBe(3);
  expect(found.get('darkroom_engine_job_seconds_count{job="analyse",code="DONE"}')).toBeGreaterThan(0);
  expect(found.get('darkroom_cache_looks_total{cache="documents",result="hit"}')).toBe(1);
  expect(found.get('darkroom_database_seconds_count{kind="transaction",result="ok"}')).toBeGreaterThan(3);
  expect(found.get('darkroom_errors_total{code="NOT_FOUND"}')).toBe(1);
  expect(found.get('darkroom_ready')).toBe(1);
  expect(found.get('darkroom_sockets')).toBe(0);
  expect(of('darkroom_vendor_open').length).toBeGreaterThan(3);
  expect(of('darkroom_build_info{version="')).toHaveLength(1);
  expect(of('nodejs_eventloop_lag_p99_seconds')).toHaveLength(1);
});

test('what stands in the queue or waits for a person is asked of the database', async () => {
  const [first] = await Promise.all([metrics(), makePhoto('LOCAL')]);
  expect([...first.keys()].filter(name => name.startsWith('darkroom_tasks{'))).toEqual([]);
});

test('nobody reads the metrics without their token', async () => {
  for (const authorization of [undefined, 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`]) {
    const response = await fetch(`${server.url}/metrics`, { headers: authorization ? { authorization } : {} });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('darkroom_');
  }
});

test('the log leads from the id of a request to its task and to the calls for it', async () => {
  const { response, answer } = await makePhoto('SANDBOX');
  expect(response.headers.get('x-request-id')).toBe('shop-7');
  expect(response.headers.get('traceparent')).toBe(TRACE);
  const { id: taskId } = answer.data.createIdPhoto;
  await eventually(() => logged().some(line => line.taskId === taskId && line.msg === 'task succeeded'));
  const accepted = logged().find(line => line.taskId === taskId && line.msg === 'task accepted');
  expect(accepted).toMatchObject({ requestId: 'shop-7', traceparent: TRACE, operation: 'ID_PHOTO', version: '0.1.0' });
  const of = logged().filter(line => line.taskId === taskId);
  expect(of.map(line => line.msg)).toEqual(expect.arrayContaining(['task accepted', 'a vendor was called']));
  await ask('mutation { cancelTask(id: "task_00000000000000000000000000") { id } }', {}, { 'x-request-id': 'shop-8' });
  await eventually(() => logged().some(each => each.requestId === 'shop-8'));
  const line = logged().find(each => each.requestId === 'shop-8');
  expect(line).toMatchObject({ msg: 'request', status: 200, codes: ['NOT_FOUND'] });
});

test('the report of a house that is served is asked of its server, and of one that is not of its database', async () => {
  const report = async (environment: Record<string, string>) => {
    const program = path.join(ROOT, 'dist', 'src', 'maintenance', 'report.js');
    const env = { PATH: process.env.PATH, DARKROOM_DATA_DIR: folder.path, ...environment };
    const { stdout } = await promisify(execFile)(process.execPath, [program, '--since', '1h', '--json'], { env });
    const { ended, spent } = JSON.parse(stdout) as Answer;
    return { ended, spent };
  };
  const { port } = new URL(server.url);
  const own = { DARKROOM_PORT: port, DARKROOM_METRICS_TOKEN: TOKEN };
  const asked = await report(own);
  expect(asked.ended).toContainEqual(
    expect.objectContaining({ operation: 'ID_PHOTO', source: 'LOCAL', state: 'SUCCEEDED', count: expect.any(Number) }),
  );
  expect(asked.spent).toContainEqual(
    expect.objectContaining({ source: expect.stringContaining('@SANDBOX'), unitsInDoubt: 0 }),
  );
  await expect(report({ ...own, DARKROOM_METRICS_TOKEN: TOKEN.toUpperCase() })).rejects.toMatchObject({
    stderr: expect.stringContaining('401'),
  });
  await server.kill('SIGTERM');
  expect(await report({})).toEqual(asked);
});
