import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fetch } from 'undici';
import { ROOT } from '../src/kernel/paths.js';
import { DarkroomClient, RequestError } from './client.js';
import {
  CreateIdPhotoDocument,
  FindSpecsDocument,
  type IdPhotoTaskFieldsFragment,
  TaskUpdatedDocument,
} from './generated.js';

const HELP = `npm run demo [-- photo.jpg --spec 一寸 --color blue]

Makes an ID photo through the real API and writes it into out/.

  photo      a JPEG, PNG or WebP file; default: the NASA portrait
  --spec     what to search specs for: a title, pinyin, 295x413, 35x45 (default 一寸)
  --color    white, blue, red, blue_gradual, #RRGGBB, transparent ...; several with commas (default blue)
  --url      a running server (default: http://127.0.0.1:4000 if it answers, else one is started and ended)
`;

const PORTRAIT = path.join(ROOT, 'test', 'fixtures', 'astronaut.png');
const BAR = 30;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      spec: { type: 'string', default: '一寸' },
      color: { type: 'string', default: 'blue' },
      url: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const photo = positionals[0] === undefined ? PORTRAIT : path.resolve(process.env.INIT_CWD ?? '.', positionals[0]);
  const bytes = await readFile(photo).catch(() => {
    throw new Error(`the photo cannot be read: ${photo}`);
  });
  const server = await findServer(values.url);
  try {
    await makeIdPhotos(
      new DarkroomClient(server.url),
      { name: path.parse(photo).name, bytes },
      values.spec,
      values.color.split(','),
    );
  } finally {
    await server.end();
  }
}

async function makeIdPhotos(
  client: DarkroomClient,
  photo: { name: string; bytes: Buffer },
  search: string,
  colors: string[],
): Promise<void> {
  const { specs } = await client.request(FindSpecsDocument, { search, first: 1 });
  const spec = specs.nodes[0];
  if (spec === undefined) throw new Error(`no spec is found for ${search}; try 一寸, 护照, 295x413 or jiazhao`);
  const others = specs.totalCount - 1;
  console.log(
    `${spec.title}: ${spec.widthPx}x${spec.heightPx} px, ${spec.dpi} dpi${others > 0 ? ` (and ${others} more for ${search})` : ''}`,
  );

  const started = performance.now();
  const { createIdPhoto: task } = await client.request(CreateIdPhotoDocument, {
    input: {
      photo: { upload: new Blob([photo.bytes]) },
      specId: spec.id,
      backgrounds: colors.map(color => ({ color: color.trim() })),
    },
  });
  let last: IdPhotoTaskFieldsFragment = task;
  for await (const { taskUpdated } of client.subscribe(TaskUpdatedDocument, { id: task.id, afterSequence: null })) {
    last = taskUpdated;
    showProgress(last);
  }
  if (last.state !== 'SUCCEEDED')
    throw new Error(`${last.state}: ${last.failure?.code ?? ''} ${last.failure?.message ?? ''}`);
  console.log(`done in ${((performance.now() - started) / 1_000).toFixed(1)} s`);

  const folder = path.join(ROOT, 'out');
  await mkdir(folder, { recursive: true });
  for (const [index, made] of ('photos' in last ? last.photos : []).entries()) {
    const picture = await client.download(made.clean!.url!);
    const color = colors[index]!.trim().replace('#', '');
    const file = path.join(
      folder,
      `${photo.name}-${spec.id}-${color}.${made.clean!.mime === 'image/png' ? 'png' : 'jpg'}`,
    );
    await writeFile(file, picture);
    console.log(
      `${path.relative(process.cwd(), file)}  ${made.widthPx}x${made.heightPx} px  ${(picture.length / 1_000).toFixed(1)} KB  ${made.dpi} dpi  matte ${made.matteQuality.toFixed(2)}${made.warnings.map(warning => `  ${warning}`).join('')}`,
    );
  }
}

let lastLine = '';

function showProgress({ state, stage, progress }: IdPhotoTaskFieldsFragment): void {
  const percent = progress.percent ?? 0;
  const full = Math.round((percent / 100) * BAR);
  const line = `[${'#'.repeat(full)}${' '.repeat(BAR - full)}] ${String(percent).padStart(3)} %  ${state === 'RUNNING' ? stage : state}`;
  if (line === lastLine) return;
  lastLine = line;
  if (!process.stdout.isTTY) console.log(line);
  else process.stdout.write(`\r\x1b[K${line}${['QUEUED', 'RUNNING'].includes(state) ? '' : '\n'}`);
}

interface RunningServer {
  url: string;
  end(): Promise<void>;
}

async function findServer(url: string | undefined): Promise<RunningServer> {
  const candidate = url ?? `http://127.0.0.1:${process.env.DARKROOM_PORT ?? 4000}`;
  const alive = await fetch(`${candidate}/health/live`, { signal: AbortSignal.timeout(2_000) }).then(
    answer => answer.ok,
    () => false,
  );
  if (alive) return { url: candidate, end: async () => {} };
  if (url !== undefined) throw new Error(`no server answers at ${url}`);
  return startServer();
}

async function startServer(): Promise<RunningServer> {
  console.log('No server runs; one is started for this demo.');
  const child = spawn(process.execPath, [path.join(ROOT, 'dist', 'src', 'main.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DARKROOM_PORT: '0', DARKROOM_LOG_LEVEL: 'warn' },
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', chunk => {
      text += chunk;
      const found = /(http:\/\/\S+)\/graphql/.exec(text);
      if (found) resolve(found[1]!);
    });
    child.once('exit', code => reject(new Error(`the server ended with code ${code}`)));
  });
  return { url, end: () => endProcess(child) };
}

function endProcess(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

main().catch(error => {
  process.stderr.write(`${error instanceof RequestError || error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
