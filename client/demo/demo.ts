import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import { ROOT } from '../../src/kernel/paths.js';
import { DarkroomClient } from '../client.js';
import { checkPhoto } from './check-photo.js';
import { runEveryOperation } from './every-operation.js';
import { makeIdPhotos } from './one-photo.js';
import { findServer } from './server.js';

const HELP = `npm run demo [-- photo.jpg --spec 一寸 --color blue]
npm run demo -- photo.jpg --check --spec 护照
npm run demo -- --all

Makes an ID photo through the real API and writes it into out/.

  photo      a JPEG, PNG or WebP file; default: the NASA portrait
  --spec     what to search specs for: a title, pinyin, 295x413, 35x45 (default 一寸)
  --color    white, blue, red, blue_gradual, #RRGGBB, transparent ...; several with commas (default blue)
  --check    says instead how the photo stands to the rules of the spec, and draws that into out/
  --source   with --check: an ID photo is to be made of it, so only what that cannot mend is judged
  --all      every operation, local and at each vendor: for real where its keys are set, else in the sandbox
  --url      a running server (default: http://127.0.0.1:4000, or the port of DARKROOM_PORT, if it answers; else one is
             started and ended)
`;

const PORTRAIT = path.join(ROOT, 'test', 'fixtures', 'astronaut.png');

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      spec: { type: 'string', default: '一寸' },
      color: { type: 'string', default: 'blue' },
      all: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      source: { type: 'boolean', default: false },
      url: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const photo = positionals[0] === undefined ? PORTRAIT : path.resolve(process.env.INIT_CWD ?? '.', positionals[0]);
  const bytes = await readFile(photo).catch(() => {
    throw new Error(`the photo cannot be read: ${photo}`);
  });
  const server = await findServer(values.url);
  const client = new DarkroomClient(server.url, { webSocketImpl: WebSocket });
  try {
    const given = { name: path.parse(photo).name, bytes };
    if (values.all) await runEveryOperation(client, bytes);
    else if (values.check) await checkPhoto(client, given, values.spec, values.source ? 'SOURCE' : 'FINISHED');
    else
      await makeIdPhotos(
        client,
        given,
        values.spec,
        values.color.split(',').map(color => color.trim()),
      );
  } finally {
    await server.end();
  }
}

main().catch(error => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
