import { hostname } from 'node:os';
import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { VERSION } from '../kernel/version.js';

/**
 * To stderr: JSON, a line each, for whatever collects logs; in a terminal as people read it. Every line of JSON says which
 * replica and version wrote it.
 */
export function createLog(level: string, isTerminal: boolean, to?: DestinationStream): Logger {
  const base = isTerminal ? null : { replica: hostname(), version: VERSION };
  const options = { level, base, redact: ['req.headers', 'headers.authorization'] };
  return pino(options, isTerminal ? terminal(to) : (to ?? pino.destination({ fd: 2, sync: false })));
}

function terminal(to?: DestinationStream): DestinationStream {
  return pretty({ colorize: true, sync: true, translateTime: 'SYS:HH:MM:ss', destination: to ?? 2 });
}
