import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { parse } from 'yaml';
import { ROOT } from '../../src/kernel/paths.js';
import { type ServerProcess, spawnServer, temporaryFolder } from '../running-server.js';

jest.setTimeout(300_000);

const TOKEN = 'metrics-token-of-thirty-two-characters';
const DEPLOY = path.join(ROOT, 'deploy');
const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')).toString('base64');
/** Debian's package `prometheus` has both; where they are not installed these are skipped, and counted as that. */
const have = spawnSync('promtool', ['--version']).status === 0 && spawnSync('prometheus', ['--version']).status === 0;
const withPrometheus = have ? test : test.skip;

interface Panel {
  title: string;
  targets?: { expr: string }[];
}
const dashboard = JSON.parse(readFileSync(path.join(DEPLOY, 'grafana', 'darkroom.json'), 'utf8')) as {
  panels: Panel[];
  annotations: { list: { expr: string }[] };
};
/** As Grafana fills them in. */
const filled = (expr: string) => expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', '.*');
const queries = [
  ...dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, filled(expr)] as const)),
  ...dashboard.annotations.list.map(({ expr }) => ['annotation', filled(expr)] as const),
];

withPrometheus('the rules and the configuration are what Prometheus takes, and each alert comes when it should', () => {
  execFileSync('promtool', ['check', 'config', '--syntax-only', path.join(DEPLOY, 'prometheus', 'prometheus.yml')]);
  execFileSync('promtool', ['check', 'rules', path.join(DEPLOY, 'prometheus', 'alerts.yml')]);
  const here = path.join(ROOT, 'test', 'deploy');
  execFileSync('promtool', ['test', 'rules', 'alerts.test.yml'], { cwd: here });
  const rules = (file: string) => readFileSync(file, 'utf8');
  const tested = rules(path.join(here, 'alerts.test.yml'));
  const alerts = parse(rules(path.join(DEPLOY, 'prometheus', 'alerts.yml'))).groups[0].rules as { alert: string }[];
  expect(alerts.length).toBeGreaterThan(10);
  expect(alerts.filter(({ alert }) => !tested.includes(`alertname: ${alert}`))).toEqual([]);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** A real Prometheus that reads a real server. */
async function startPrometheus(folder: string, server: ServerProcess): Promise<{ url: string; child: ChildProcess }> {
  const config = parse(readFileSync(path.join(DEPLOY, 'prometheus', 'prometheus.yml'), 'utf8'));
  const tokenFile = path.join(folder, 'token');
  writeFileSync(tokenFile, TOKEN);
  config.global.scrape_interval = '1s';
  config.global.scrape_timeout = '1s';
  config.rule_files = [path.join(DEPLOY, 'prometheus', 'alerts.yml')];
  config.scrape_configs[0].authorization.credentials_file = tokenFile;
  config.scrape_configs[0].static_configs[0].targets = [new URL(server.url).host];
  const file = path.join(folder, 'prometheus.yml');
  // YAML takes JSON.
  writeFileSync(file, JSON.stringify(config));
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const ready = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (ready?.ok) return { url, child };
    if (child.exitCode !== null) throw new Error(`Prometheus ended with ${child.exitCode}`);
    await sleep(200);
  }
}

async function ask(server: ServerProcess, query: string, input: object, codes: string[] = []): Promise<void> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const answer = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  expect(answer.errors?.map(({ extensions }) => extensions.code) ?? []).toEqual(codes);
}

/** Photos that come about here and at a vendor, one that does not (there is nobody in it), and a refusal. */
async function work(server: ServerProcess): Promise<void> {
  const query = `mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input, waitSeconds: 60) { state } }`;
  const photo = { base64: PORTRAIT };
  for (const vendor of ['LOCAL', 'SANDBOX']) await ask(server, query, { photo, specId: 'yi-cun-295x413', vendor });
  const wall = sharp({ create: { width: 600, height: 800, channels: 3, background: '#ccd' } });
  const nobody = { base64: (await wall.jpeg().toBuffer()).toString('base64') };
  await ask(server, query, { photo: nobody, specId: 'yi-cun-295x413', vendor: 'LOCAL' });
  await ask(server, query, { photo, specId: 'no-such-spec', vendor: 'LOCAL' }, ['SPEC_NOT_FOUND']);
}

/** A task that is under way for some seconds. */
const begin = (server: ServerProcess) =>
  ask(server, 'mutation ($input: GeneratePaintingInput!) { generatePainting(input: $input) { state } }', {
    text: 'a lighthouse at night',
    style: 'ANIME',
    vendor: 'SANDBOX',
  });

withPrometheus('every query of the Grafana dashboard runs on a real Prometheus over real metrics', async () => {
  const folder = await temporaryFolder();
  const server = await spawnServer(path.join(folder.path, 'data'), { DARKROOM_METRICS_TOKEN: TOKEN });
  const prometheus = await startPrometheus(folder.path, server);
  try {
    expect(queries.length).toBeGreaterThan(30);
    // A rate needs the counter twice: the first reading of it is no growth.
    await work(server);
    await sleep(3_000);
    await work(server);
    // What the database says is kept for 5 s: there is one under way at each look.
    for (let each = 0; each < 7; each++) {
      await begin(server);
      await sleep(1_000);
    }
    const empty: string[] = [];
    for (const [title, expr] of queries) {
      const response = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(expr)}`);
      const answer = (await response.json()) as { status: string; error?: string; data?: { result: unknown[] } };
      expect({ title, expr, status: answer.status, error: answer.error }).toMatchObject({ status: 'success' });
      if (answer.data!.result.length === 0) empty.push(`${title}: ${expr}`);
    }
    // Nobody set a budget, registered a webhook or told how large a package is.
    const without = /darkroom_(budget_taken_ratio|webhook_tries_total|vendor_units_left)|annotation/;
    expect(empty.filter(each => !without.test(each))).toEqual([]);
    const targets = (await (await fetch(`${prometheus.url}/api/v1/targets`)).json()) as {
      data: { activeTargets: unknown[] };
    };
    expect(targets.data.activeTargets).toMatchObject([{ health: 'up', lastError: '' }]);
  } finally {
    prometheus.child.kill('SIGTERM');
    await server.kill('SIGTERM');
    await folder.remove();
  }
});
