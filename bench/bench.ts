import { cpus, totalmem } from 'node:os';

/** `npm run bench -- <name>`; each bench prints its own figures under the machine's. */
const BENCHES: Record<string, () => Promise<{ run(): Promise<void> }>> = {
  engine: () => import('./engine.js'),
};

async function main(name: string | undefined): Promise<void> {
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
  await (await load()).run();
}

void main(process.argv[2]);
