import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import type { Duplex } from 'node:stream';
import type { ErrorCode, FieldError } from '../kernel/errors.js';
import { receiveMessages, sendMessage } from './wire.js';

export interface ToWorker {
  id: number;
  job: unknown;
}

export type FromWorker =
  | { kind: 'ready' }
  | { id: number; kind: 'progress'; value: unknown }
  | { id: number; kind: 'done'; value: unknown }
  | { id: number; kind: 'failed'; error: { code: ErrorCode; message: string; fields: readonly FieldError[] } };

/** What a worker gets on its command line, as JSON. It sees nothing of our environment. */
export interface WorkerArguments {
  parentPid: number;
  memoryMb: number;
  settings?: unknown;
}

export interface WorkerOptions {
  /** The compiled script. It calls `serveJobs`. */
  script: string;
  /** Files and folders (ending in a separator) that the worker may read; it may write nothing. */
  reads: readonly string[];
  /** Limit of the JavaScript heap. */
  heapMb: number;
  /** Limit of the whole process, native code included. Looked at ten times a second. */
  memoryMb: number;
  /** What the script is told at its start. It is seen by whoever lists processes. */
  settings?: unknown;
}

export interface WorkerEnd {
  exitCode: number | null;
  signal: string | null;
  error?: string | undefined;
  /** The last that it wrote. */
  output: string;
}

interface Listener {
  onMessage(message: FromWorker): void;
  /** Called once, when the process is gone. */
  onEnd(end: WorkerEnd): void;
}

/** The descriptor of the pipe for messages, after stdin, stdout and stderr. */
export const WIRE_FD = 3;
/**
 * Workers decode bytes from strangers, so they get nothing of our environment, which holds secrets. These are for glibc,
 * which is told nothing in another way. By itself it serves blocks of up to 32 MB from its heap as soon as one was freed, and
 * gives nothing back before 64 MB lie free at the end: of several large photos a worker kept 100 MB that nobody used.
 * Blocks of a large picture are mapped each by itself instead, and go back when they are freed. With 256 KB in place of
 * 4 MB the blocks of an ID photo would be mapped too, and drawing one would take half as much CPU again.
 */
const ENVIRONMENT = {
  MALLOC_MMAP_THRESHOLD_: `${4 * 1_048_576}`,
  MALLOC_TRIM_THRESHOLD_: `${16 * 1_048_576}`,
  MALLOC_ARENA_MAX: '2',
};
const NICE = 10;
const OUTPUT_CHARS = 1_000;

/** A child process that works for the pool. */
export class WorkerProcess {
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;
  private readonly pipe: Duplex;
  private output = '';

  /** Throws where the system can start no process. */
  constructor(options: WorkerOptions, listener: Listener) {
    const { memoryMb, settings } = options;
    const words: WorkerArguments = { parentPid: process.pid, memoryMb, settings };
    this.child = spawn(process.execPath, [...nodeFlags(options), options.script, JSON.stringify(words)], {
      env: ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.pipe = this.child.stdio[WIRE_FD] as Duplex;
    // The pipe breaks when the process dies, and its end tells why.
    this.pipe.on('error', () => {});
    receiveMessages(
      this.pipe,
      message => listener.onMessage(message as FromWorker),
      () => this.kill(),
    );
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-OUTPUT_CHARS);
      });
    }
    this.ended = this.untilGone(end => listener.onEnd(end));
    this.yieldToServer();
  }

  send(message: ToWorker): void {
    sendMessage(this.pipe, message);
  }

  /** SIGKILL: a worker holds nothing that has to be put away, and native code that hangs heeds no other signal. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** What it wrote since the last call, at most the last 1,000 characters. It is for the log. */
  takeOutput(): string {
    const { output } = this;
    this.output = '';
    return output.trim();
  }

  /** 'close' comes after 'exit', when the last of the output has been read; a process that did not start has 'error'. */
  private untilGone(onEnd: (end: WorkerEnd) => void): Promise<void> {
    return new Promise(resolve => {
      let error: string | undefined;
      this.child.on('error', (failure: NodeJS.ErrnoException) => {
        error = failure.code;
        if (this.child.pid === undefined) gone(null, null);
      });
      const gone = (exitCode: number | null, signal: string | null) => {
        this.child.removeAllListeners('close');
        this.pipe.destroy();
        resolve();
        onEnd({ exitCode, signal, error, output: this.takeOutput() });
      };
      this.child.on('close', gone);
    });
  }

  /**
   * Lets the server go first where there are no more cores than workers, and where memory runs out: the kernel ends a
   * worker then. A core file of a worker that crashes holds no memory, so no photo.
   */
  private yieldToServer(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      setPriority(pid, NICE);
    } catch {
      // A sandbox forbids the call, or the process has ended already.
    }
    if (process.platform !== 'linux') return;
    for (const [name, value] of [
      ['oom_score_adj', '500'],
      ['coredump_filter', '0'],
    ] as const) {
      writeFile(`/proc/${pid}/${name}`, value).catch(() => {});
    }
  }
}

/**
 * Node's permission model: no file but those named, no process of its own, nothing written. It binds JavaScript. It is
 * no sandbox for native code, which the decoders are, hence the warnings that are silenced.
 */
function nodeFlags({ reads, heapMb }: WorkerOptions): string[] {
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  return [
    `--max-old-space-size=${heapMb}`,
    // For `freePlanes` of serve-jobs.ts.
    '--expose-gc',
    permission,
    '--allow-addons',
    '--allow-worker',
    ...reads.map(file => `--allow-fs-read=${file}`),
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
  ];
}
