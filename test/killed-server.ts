import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';
import type { FromServer, ToServer, Victim } from './kill-points.js';
import type { KillResume } from './kill-resume.js';

/** A server that is started, killed and started again. */
export class KilledServer {
  /** Undefined while it is down. */
  url: string | undefined;
  private child: ChildProcess | undefined;
  /** Ended, and all that it said is heard. */
  private closed: Promise<void> | undefined;
  private reached: ((victim: Victim) => void) | undefined;
  private words = '';

  constructor(
    readonly name: string,
    private readonly environment: Record<string, string>,
    private readonly resume: KillResume,
  ) {}

  /** Resolves when it listens; rejects with what it wrote if it ends before. */
  start(): Promise<void> {
    const child = fork(path.join(ROOT, 'dist', 'test', 'kill-server.js'), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      env: { PATH: process.env.PATH, DARKROOM_PORT: '0', ...this.environment },
    });
    this.child = child;
    this.closed = new Promise(resolve => child.once('close', () => resolve()));
    this.words = '';
    child.stderr!.on('data', chunk => {
      this.words = `${this.words}${chunk}`.slice(-4_000);
    });
    return new Promise((resolve, reject) => {
      child.on('message', (message: FromServer) => {
        if (message.kind === 'claimed') this.resume.claimed(this.name, message.claims, message.at);
        else if (message.kind === 'released') this.resume.released(this.name, message.taskIds);
        else if (message.kind === 'reached') this.reached?.(message.victim);
        else {
          this.url = message.url;
          resolve();
        }
      });
      child.once('close', (code, signal) => {
        this.url = undefined;
        if (signal !== 'SIGKILL') reject(new Error(`the server ended with code ${code}: ${this.words}`));
      });
    });
  }

  /** Asks it to stop at a point, and waits until it is there. */
  async reach(order: ToServer): Promise<Victim> {
    const reached = new Promise<Victim>(resolve => {
      this.reached = resolve;
    });
    this.child!.send(order);
    return reached;
  }

  /** kill -9; gives when. What it had in hand is left from then on. */
  async kill(): Promise<number> {
    const at = Date.now();
    await this.end('SIGKILL');
    this.resume.killed(this.name, at);
    return at;
  }

  /** SIGKILL gives null. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child!;
    this.url = undefined;
    child.kill(signal);
    await this.closed;
    return child.exitCode;
  }

  /** What it wrote to its log since its last start. */
  get log(): string {
    return this.words;
  }
}
