import 'reflect-metadata';
import { pino } from 'pino';
import { startDarkroom } from '../src/compose.js';
import { readConfig } from '../src/config.js';
import { CONFIGURABLE } from '../src/configurable.js';
import { KillPoints, type ToServer } from './kill-points.js';

/** The real server as a child process of the kill suite, which arms it over IPC and kills it where it stops. */
const points = new KillPoints(message => process.send!(message));
process.on('message', (order: ToServer) => points.arm(order));
// The suite is gone: nobody will kill this one.
process.on('disconnect', () => process.exit(1));

const config = readConfig(process.env, CONFIGURABLE);
const log = pino({ level: 'error', base: null }, pino.destination({ fd: 2, sync: true }));
startDarkroom(config, log, points.taps).then(
  darkroom => {
    process.on('SIGTERM', () => void darkroom.stop().then(() => process.exit()));
    process.send!({ kind: 'ready', url: darkroom.url });
  },
  error => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
