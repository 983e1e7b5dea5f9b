import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { type Config, ConfigError, readConfig } from './config.js';
import { CONFIGURABLE } from './configurable.js';
import { explainError } from './kernel/explain-error.js';
import { keepToOwner } from './kernel/file-modes.js';
import { createLog } from './telemetry/log.js';
import { hasExporter, openTracing } from './telemetry/tracing.js';

async function main(): Promise<void> {
  keepToOwner();
  const words = process.argv.slice(2);
  if (words.length > 0) throw new ConfigError(`${words[0]}: it takes no arguments, but the variables of .env.example`);
  const config = readConfig(process.env, CONFIGURABLE);
  const log = createLog(config.logLevel, process.stderr.isTTY);
  if (config.serviceLinks.length > 0)
    log.info(
      { ignored: config.serviceLinks },
      'these variables are of services around this container, and none of Darkroom; `enableServiceLinks: false` keeps them away',
    );
  if (config.tracesTo !== undefined && !hasExporter())
    throw new ConfigError(
      'OTEL_EXPORTER_OTLP_ENDPOINT: what exports traces is not installed: npm ci --prefix optional/opentelemetry',
    );
  const closeTracing = config.tracesTo === undefined ? undefined : openTracing();
  // Not before: what is wrong with the configuration is told in 0.3 s instead of 1.1.
  const { startDarkroom } = await import('./compose.js');
  const darkroom = await startDarkroom(config, log);

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal, drainSeconds: config.drainMs / 1_000 }, 'stopping; a second signal stops at once');
    void darkroom
      .stop()
      .then(closeTracing)
      .catch(error => log.warn({ err: error }, 'the last traces were not taken'))
      .then(() => process.exit());
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  const lastResort = (error: unknown) => {
    log.fatal(
      { incident: randomBytes(8).toString('hex'), err: error },
      'an error that nobody handled; the process ends, and its tasks go on after the next start',
    );
    log.flush(() => process.exit(70));
    setTimeout(() => process.exit(70), 1_000);
  };
  process.on('uncaughtException', lastResort);
  process.on('unhandledRejection', lastResort);

  process.stdout.write(`${banner(darkroom.url, config, Math.round(performance.now()))}\n`);
}

function banner(url: string, config: Config, ms: number): string {
  const places = Object.entries({
    Dashboard: config.dashboard ? '/' : undefined,
    'GraphiQL (works offline)': config.graphiql ? '/graphiql' : undefined,
    [config.graphiql ? 'API and Apollo Sandbox' : 'API']: '/graphql',
    Health: '/health/ready',
  }).filter(([name, place]) => place !== undefined && (config.role !== 'worker' || name === 'Health'));
  return `
Darkroom is ready after ${ms} ms${config.role === 'worker' ? ', as a worker: it serves no API' : ''}.

${places.map(([name, place]) => `  ${name.padEnd(25)}  ${url}${place}\n`).join('')}${config.production || config.role === 'worker' ? '' : trials(url)}`;
}

/** Of a server for people who look around; in production the sandbox is off, and a key is needed. */
function trials(url: string): string {
  // The demo looks at port 4000 by itself. The Chinese word is two columns wider than its length.
  const at = new URL(url).port === '4000' ? [] : ['--url', url];
  const portrait = ['npm run demo', ...(at.length > 0 ? ['--', ...at] : [])].join(' ');
  const own = ['npm run demo --', ...at, 'photo.jpg --spec 护照 --color white'].join(' ');
  return `
Try it in a second terminal:
  ${portrait.padEnd(own.length + 2)}    the NASA portrait as a blue one-inch photo
  ${own}    your own photo
`;
}

main().catch(error => {
  const why =
    error instanceof ConfigError ? `wrong configuration\n${error.message.replace(/^/gm, '  ')}` : explainError(error);
  process.stderr.write(`Darkroom cannot start: ${why}\n`);
  process.exit(1);
});
