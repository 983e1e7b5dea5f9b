import { cpus, loadavg, totalmem } from 'node:os';

/** `npm run bench -- <name>`. Prints a description of the machine, then the figures of the benchmark. */
const BENCHES: Record<string, () => Promise<{ run(args: readonly string[]): Promise<void> }>> = {
  engine: () => import('./engine.js'),
  quality: () => import('./quality.js'),
  vendors: () => import('./vendors.js'),
  poll: () => import('./poll.js'),
  wire: () => import('./wire.js'),
  fanout: () => import('./fanout.js'),
  metrics: () => import('./metrics.js'),
  task: () => import('./task.js'),
};

async function main([name, ...args]: readonly string[]): Promise<void> {
  const load = name === undefined ? undefined : BENCHES[name];
  if (!load) {
    console.error(`Usage: npm run bench -- ${Object.keys(BENCHES).join(' | ')}`);
    process.exitCode = 1;
    return;
  }
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  console.log(
    `machine   ${cpus().length} x ${cpu?.model.trim()}, ${memory} GiB, Node ${process.version}, ${process.platform}`,
  );
  // Other load on the machine changes the figures.
  console.log(`load      ${loadavg()[0]!.toFixed(2)} in the last minute, before this bench`);
  await (await load()).run(args);
}

void main(process.argv.slice(2));
