import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';
import type { FromServer, ToServer, Victim } from './kill-points.js';

/** A server that is started, killed and started again. */
export class KilledServer {
  /** Undefined while it is down. */
  url: string | undefined;
  private child: ChildProcess | undefined;
  private reached: ((victim: Victim) => void) | undefined;
  private words = '';

  constructor(
    readonly name: string,
    private readonly environment: Record<string, string>,
    private readonly onClaim: (taskIds: readonly string[], at: number) => void,
  ) {}

  /** Resolves when it listens; rejects with what it wrote if it ends before. */
  start(): Promise<void> {
    const child = fork(path.join(ROOT, 'dist', 'test', 'kill-server.js'), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      env: { PATH: process.env.PATH, DARKROOM_PORT: '0', ...this.environment },
    });
    this.child = child;
    this.words = '';
    child.stderr!.on('data', chunk => {
      this.words = `${this.words}${chunk}`.slice(-4_000);
    });
    return new Promise((resolve, reject) => {
      child.on('message', (message: FromServer) => {
        if (message.kind === 'claimed') this.onClaim(message.taskIds, message.at);
        else if (message.kind === 'reached') this.reached?.(message.victim);
        else {
          this.url = message.url;
          resolve();
        }
      });
      child.once('exit', (code, signal) => {
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

  /** SIGKILL gives null. */
  end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child!;
    this.url = undefined;
    return new Promise(resolve => {
      if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
      else {
        child.once('exit', code => resolve(code));
        child.kill(signal);
      }
    });
  }

  /** What it wrote to its log since its last start. */
  get log(): string {
    return this.words;
  }
}
