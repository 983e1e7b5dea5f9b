import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import WebSocket from 'ws';
import { ROOT } from '../../src/kernel/paths.js';
import { temporaryFolder } from '../running-server.js';
import type { Measured } from './loop-monitor.js';

export interface Answer {
  /** 0: no answer came. */
  status: number;
  /** As it came. */
  text: string;
  codes: string[];
  data: unknown;
}

/** The real server, embedded and with its sandbox, which tells how long its event loop was held. */
export class HostileStand {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly folder: { remove(): Promise<void> },
    private readonly log: () => string,
  ) {}

  static async open(environment: Record<string, string> = {}): Promise<HostileStand> {
    const folder = await temporaryFolder();
    const words = ['--require', path.join(__dirname, 'loop-monitor.js'), path.join(ROOT, 'dist', 'src', 'main.js')];
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...{ PATH: process.env.PATH, DARKROOM_PORT: '0', DARKROOM_DATA_DIR: folder.path, DARKROOM_SANDBOX: 'off' },
        ...environment,
      },
    });
    let output = '';
    let log = '';
    child.stderr!.on('data', chunk => {
      log += chunk;
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.once('close', code => reject(new Error(`the server ended with code ${code}: ${log}`)));
      child.stdout!.on('data', chunk => {
        output += chunk;
        const found = /(http:\/\/\S+)\/health\/ready/.exec(output);
        if (found) resolve(found[1]!);
      });
    });
    return new HostileStand(url, child, folder, () => log);
  }

  get pid(): number {
    return this.child.pid!;
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** All that it wrote to its log. */
  get logged(): string {
    return this.log();
  }

  async post(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    try {
      const response = await fetch(`${this.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: text as string,
        // Forty image bombs wait for each other.
        signal: AbortSignal.timeout(150_000),
      });
      return read(response.status, await response.text());
    } catch {
      return { status: 0, text: '', codes: [], data: undefined };
    }
  }

  async socket(): Promise<HostileSocket> {
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await once(socket, 'message');
    return new HostileSocket(socket);
  }

  /** How long the event loop of the server was held at most, while this went on. */
  async hold(work: () => Promise<unknown>): Promise<number> {
    await this.#measure();
    await work();
    return this.#measure();
  }

  /** The largest memory of the server and of the processes that it started, in MB, while this went on. */
  async memory(work: () => Promise<unknown>): Promise<{ beforeMb: number; mostMb: number }> {
    const beforeMb = await memoryOf(this.child.pid!);
    let mostMb = beforeMb;
    const timer = setInterval(async () => {
      mostMb = Math.max(mostMb, await memoryOf(this.child.pid!));
    }, 20);
    await work().finally(() => clearInterval(timer));
    return { beforeMb, mostMb };
  }

  /** Of the server and of the processes that it started, in MB. */
  memoryNow(): Promise<number> {
    return memoryOf(this.pid);
  }

  async close(): Promise<void> {
    if (this.alive) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
    await this.folder.remove();
  }

  async #measure(): Promise<number> {
    const told = once(this.child, 'message');
    this.child.send('measure');
    const [{ holdMs }] = (await told) as [Measured];
    return holdMs;
  }
}

export class HostileSocket {
  #last = 0;

  constructor(readonly socket: WebSocket) {
    // One listener for each operation that waits.
    socket.setMaxListeners(0).on('error', () => {});
  }

  get open(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** The first answer to one operation. `variables` are JSON. */
  ask(query: string, variables: string): Promise<Answer> {
    const id = String(++this.#last);
    return new Promise(resolve => {
      const done = (answer: Answer) => {
        this.socket.off('message', onMessage).off('close', onClose);
        resolve(answer);
      };
      const onMessage = (data: WebSocket.RawData) => {
        const message = JSON.parse(String(data)) as { id?: string; type: string; payload?: unknown };
        if (message.id !== id || message.type === 'complete') return;
        const result = message.type === 'error' ? { errors: message.payload } : message.payload;
        done(read(200, JSON.stringify(result)));
      };
      const onClose = (code: number) => done({ status: code, text: '', codes: [`CLOSED_${code}`], data: undefined });
      this.socket.on('message', onMessage).once('close', onClose);
      const payload = `{"query":${JSON.stringify(query)},"variables":${variables}}`;
      this.socket.send(`{"id":"${id}","type":"subscribe","payload":${payload}}`);
    });
  }
}

function read(status: number, text: string): Answer {
  const { data, errors = [] } = JSON.parse(text) as { data?: unknown; errors?: { extensions?: { code?: string } }[] };
  return { status, text, data, codes: errors.map(error => error.extensions?.code ?? 'NO_CODE') };
}

/** From Linux's /proc; pages that processes share are counted in each. */
async function memoryOf(pid: number): Promise<number> {
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const own = Number(/VmRSS:\s+(\d+) kB/.exec(await read('status'))?.[1] ?? 0) / 1_000;
  const children = (await read(`task/${pid}/children`)).split(' ').filter(Boolean);
  const below = await Promise.all(children.map(child => memoryOf(Number(child))));
  return below.reduce((sum, each) => sum + each, own);
}
