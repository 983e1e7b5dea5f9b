import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { ConfigError, readConfig } from '../config.js';
import { CONFIGURABLE } from '../configurable.js';
import { Engine } from '../engine/engine.js';
import {
  descriptionFile,
  KNOWN_MODELS,
  parseDescription,
  readMattingModel,
  requireRuntime,
} from '../engine/matting-description.js';
import { MattingModelError } from '../engine/matting-model.js';
import { explainError } from '../kernel/explain-error.js';
import { keepToOwner } from '../kernel/file-modes.js';
import { LIMITS } from '../kernel/limits.js';
import { download } from '../net/download.js';

const HELP = `Models for DARKROOM_MATTING_MODEL. None comes with Darkroom.

  npm run models -- list                      what is described here, with licence and size
  npm run models -- get <name> [--url <url>]  fetches one into the folder models of DARKROOM_DATA_DIR; its sha256 has to
                                              be that of the description, wherever it comes from. Instead of a name: the
                                              file of a description of your own, such as own.json
  npm run models -- check <file.onnx>         reads file and description, and runs the model once
`;

async function main([command, name, ...rest]: string[]): Promise<void> {
  if (command === 'list' && name === undefined) return list();
  if (command === 'check' && name !== undefined && rest.length === 0) return check(name);
  if (command === 'get' && name !== undefined && (rest.length === 0 || (rest[0] === '--url' && rest.length === 2)))
    return get(name, rest[1]);
  print(HELP);
  process.exitCode = command === '--help' ? 0 : 64;
}

async function list(): Promise<void> {
  for (const name of await names()) {
    const { title, licence, bytes, origin } = parseDescription(await describe(name));
    const size = bytes === undefined ? '' : `, ${Math.round(bytes / 1e6)} MB`;
    print(`${name.padEnd(10)} ${title}; ${licence}${size}${origin === undefined ? '' : `; ${origin}`}\n`);
  }
}

async function get(name: string, ownUrl: string | undefined): Promise<void> {
  const isOwn = name.endsWith('.json');
  if (!isOwn && !(await names()).includes(name))
    throw new MattingModelError('no model of this name is described; see `list`');
  const text = isOwn ? await readFile(name, 'utf8') : await describe(name);
  const { url: knownUrl, sha256, licence } = parseDescription(text);
  const url = ownUrl ?? knownUrl;
  if (url === undefined) throw new MattingModelError('its description names no address; give one with --url');
  const folder = path.join(readConfig(process.env, CONFIGURABLE).dataDirectory, 'models');
  const { bytes } = await download(url, {
    maxBytes: LIMITS.mattingModel.bytes,
    timeoutMs: LIMITS.mattingModel.downloadMs,
    signal: new AbortController().signal,
    // The operator typed this address; one of a description has to be public.
    allowOrigins: ownUrl !== undefined && URL.canParse(ownUrl) ? [new URL(ownUrl).origin] : [],
  });
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256)
    throw new MattingModelError(`what came has the sha256 ${found}, the description asks ${sha256}; nothing was kept`);
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${path.parse(name).name}.onnx`);
  await writeFile(descriptionFile(file), text);
  // Whole or not at all: a server may be reading.
  await writeFile(`${file}.new`, bytes);
  await rename(`${file}.new`, file);
  print(`${file}\nIts licence is ${licence}. Start the server with DARKROOM_MATTING_MODEL=${file}\n`);
}

async function check(file: string): Promise<void> {
  requireRuntime();
  const mattingModel = readMattingModel(path.resolve(file));
  const engine = new Engine({ workers: 1, log: pino({ level: 'silent' }), mattingModel });
  try {
    const { fault, loadCpuMs, cpuMs } = await engine.tryMattingModel();
    if (fault !== undefined) throw new MattingModelError(fault);
    print(`It runs: ${loadCpuMs} ms of CPU to load it, ${cpuMs} ms for a picture.\n`);
  } finally {
    await engine.close();
  }
}

async function names(): Promise<string[]> {
  return (await readdir(KNOWN_MODELS)).map(file => path.parse(file).name).sort();
}

function describe(name: string): Promise<string> {
  return readFile(path.join(KNOWN_MODELS, `${name}.json`), 'utf8');
}

function print(text: string): void {
  process.stdout.write(text);
}

function explained(error: unknown): string {
  return error instanceof ConfigError ? `wrong configuration\n  ${error.message}` : explainError(error);
}

keepToOwner();
main(process.argv.slice(2)).catch(error => {
  const why = error instanceof MattingModelError ? `The model cannot be used: ${error.message}.` : explained(error);
  process.stderr.write(`${why}\n`);
  process.exitCode = 1;
});
