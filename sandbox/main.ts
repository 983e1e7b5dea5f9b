import { parseArgs } from 'node:util';
import { Engine } from '../src/engine/engine.js';
import { enginePictures } from './engine-pictures.js';
import { FAULTS } from './kit/faults.js';
import { MAGIC } from './magic.js';
import { startSandbox } from './sandbox.js';

/** A fixed one, so that exported variables stay valid over a restart. */
const PORT = 4100;

const HELP = `
npm run sandbox [-- --port ${PORT}] [--seed 1] [--help]

Plays the five vendors on loopback, on seven ports from the given one (0: any free ones).
Its control endpoint:
  GET  /control                                           counters, units left, breaches of the guides
  POST /control           { "vendor": "LEQI", "fault": "drop-after", "times": 1, "ms": 1000, "call": "fetch" }
  POST /control           { "next": { "vendor": "JUMEI_ID_PHOTO", "code": "APIG.0308" } }
  POST /control/clock     { "advanceMs": 3600000, "loginSkewMs": 0 }
  POST /control/quota     { "vendor": "FANGTANG", "units": 0 }
  POST /control/settings  { "leqiPrefix": true, "jumeiPaintingParamsIn": "form" }
  POST /control/reset     {}
Faults: ${FAULTS.join(', ')}.

Values that make a vendor answer with a code:
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(`${HELP}${magicTable()}\n`);
    return;
  }
  const seed = wholeNumber('--seed', values.seed);
  const port = wholeNumber('--port', values.port) ?? PORT;
  const engine = new Engine({ workers: 1, log: { info: () => undefined, warn } });
  const sandbox = await startSandbox({
    pictures: enginePictures(engine),
    // With 0 as the base the seven ports would be 0 to 6.
    ports: port || 'any',
    ...(seed === undefined ? {} : { seed }),
  }).catch(async error => {
    await engine.close();
    throw error;
  });

  const exports = Object.entries(sandbox.environment).map(([name, value]) => `export ${name}=${value}`);
  process.stdout.write(`# The sandbox plays five vendors; control: ${sandbox.controlUrl}\n${exports.join('\n')}\n`);
  const stop = () => void Promise.all([sandbox.close(), engine.close()]);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function magicTable(): string {
  const rows = MAGIC.map(row => [row.vendor, row.call, `${row.parameter} ${row.value}`, row.code, row.meaning]);
  const widths = [0, 1, 2, 3].map(column => Math.max(...rows.map(row => displayWidth(row[column]!))));
  return rows
    .map(row =>
      row.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(cell)))).join('  '),
    )
    .map(line => `  ${line.trimEnd()}`)
    .join('\n');
}

/** A Chinese character takes two columns of a terminal. */
function displayWidth(text: string): number {
  return [...text].reduce((width, character) => width + (character > '\u2e7f' ? 2 : 1), 0);
}

function wholeNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new Error(`${name} takes a whole number`);
  return Number(value);
}

function warn(_details: object, message: string): void {
  process.stderr.write(`${message}\n`);
}

main().catch((error: Error & { code?: string }) => {
  const reason = error.code === 'EADDRINUSE' ? 'a port is taken; choose others with -- --port 4200' : error.message;
  process.stderr.write(`The sandbox cannot start: ${reason}\n`);
  process.exitCode = 1;
});
