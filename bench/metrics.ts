import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../src/kernel/paths.js';
import { numberOption, quantile } from './measure.js';
import { ask } from './requests.js';
import { type Peer, readProbe, startDarkroom } from './servers.js';

const CONNECTIONS = 20;
const REQUESTS_PER_SECOND = 500;
/** Between two looks at how many requests are due. */
const DUE_MS = 10;
const SCRAPE_MS = 1_000;
/** Not kept: it is worked out for each request, as a query of a caller's own things is. */
const BODY = JSON.stringify({
  query: '{ viewer { kind } spec(id: "yi-cun-295x413") { id title widthPx heightPx } }',
});
const TOKEN = randomBytes(24).toString('hex');

interface Served {
  name: string;
  peer: Peer;
  isScraped: boolean;
  /** CPU in microseconds a request, one a round. */
  figures: number[];
}

/**
 * What metrics cost at 500 requests a second: three servers in one run, in turns. One counts and is read once a second, one
 * counts and is never read, and in one nobody listens. `--rounds 9`, `--seconds 4` a round.
 */
export async function run(args: readonly string[]): Promise<void> {
  const rounds = numberOption(args, 'rounds', 9);
  const seconds = numberOption(args, 'seconds', 4);
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-metrics-'));
  const servers: Served[] = [];
  try {
    const start = async (name: string, isScraped: boolean, ...loaded: string[]) => {
      const peer = await startDarkroom(path.join(folder, `data-${servers.length}`), {
        scopes: 'catalogue:read',
        env: { DARKROOM_SANDBOX: 'off', DARKROOM_METRICS_TOKEN: TOKEN },
        node: ['probe', ...loaded].flatMap(module => ['--require', path.join(ROOT, 'dist', 'bench', `${module}.js`)]),
      });
      servers.push({ name, peer, isScraped, figures: [] });
    };
    await start('counted, read each second', true);
    await start('counted, never read', false);
    await start('not counted', false, 'deaf');
    // The first round warms up. Each begins with another server: what a round leaves behind is nobody's disadvantage.
    for (let round = 0; round <= rounds; round += 1)
      for (let turn = 0; turn < servers.length; turn += 1) {
        const served = servers[(round + turn) % servers.length]!;
        const figure = await measure(served, seconds);
        if (round > 0) served.figures.push(figure);
      }
    print(servers);
  } finally {
    for (const { peer } of servers) peer.child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

/** CPU in microseconds of each request, all that the server did meanwhile included. */
async function measure({ peer, isScraped }: Served, seconds: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  await readProbe(peer, 'times');
  const scraping = isScraped ? setInterval(() => void scrape(peer), SCRAPE_MS) : undefined;
  const begun = performance.now();
  const asked: Promise<unknown>[] = [];
  while (asked.length < seconds * REQUESTS_PER_SECOND) {
    const due = Math.min(seconds, (performance.now() - begun) / 1_000) * REQUESTS_PER_SECOND;
    while (asked.length < due) asked.push(ask(peer, BODY, agent));
    await sleep(DUE_MS);
  }
  await Promise.all(asked);
  clearInterval(scraping);
  agent.destroy();
  return (await readProbe(peer, 'times')).cpuUs / asked.length;
}

async function scrape({ port }: Peer): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const text = await answer.text();
  if (answer.status !== 200 || !text.includes('darkroom_')) throw new Error(`/metrics answered ${answer.status}`);
}

/** The ratio is the median of those of the rounds: what slows the machine down slows all servers of a round. */
function print(servers: readonly Served[]): void {
  const base = servers.at(-1)!;
  console.log(`\n${'at 500 requests a second'.padEnd(28)}CPU us a request    least    ratio, median (least to most)`);
  for (const { name, figures } of servers) {
    const ratios = figures.map((figure, round) => figure / base.figures[round]!);
    const [least, median, most] = [0, 0.5, 1].map(share => quantile(ratios, share).toFixed(3));
    console.log(
      `  ${name.padEnd(26)}${quantile(figures, 0.5).toFixed(0).padStart(16)}${quantile(figures, 0).toFixed(0).padStart(9)}` +
        `    ${median} (${least} to ${most})`,
    );
  }
}
