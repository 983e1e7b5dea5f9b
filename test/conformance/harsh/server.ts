import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

/** What a reply consists of on the wire: bytes, and pauses between them: so many ms, or until something happens. */
export type Piece = Buffer | number | Promise<void>;

/** What the server does with one request, to the byte. */
export interface Reply {
  pieces: readonly Piece[];
  /**
   * What becomes of the connection after the last piece. `close`: it ends in order; `reset`: it breaks; `keep`: it stays
   * open for the next request.
   */
  end: 'close' | 'reset' | 'keep';
}

export interface Seen {
  /** The name of its endpoint, or its path where it is none's. */
  endpoint: string;
  method: string;
  target: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** The replies of one endpoint in their order; the last one is given for ever. */
export type Replies = Reply | readonly (Reply | ((seen: Seen) => Reply))[];

/** By endpoint. Result pictures are `result/<name>`. */
export type Script = Readonly<Record<string, Replies>>;

const PATHS: Readonly<Record<string, string>> = {
  '/id-photo/create': 'create',
  '/painting/submit': 'submit',
  '/painting/query': 'query',
  '/aliyun_api/pic_handle_3': 'make',
  '/get_pic_3': 'fetch',
  '/api/third/photo/upload': 'upload',
  '/api/third/photo/status': 'status',
  '/api/third/photo/download': 'download',
  '/api/third/company/nums': 'nums',
  '/face': 'face',
};
/** The first byte of a TLS handshake. */
const HANDSHAKE = 0x16;

/**
 * The servers of all vendors at once, on raw sockets: node:http would send no broken answer. It knows nothing of vendors
 * beyond their paths, records every request and gives the replies that it is told to give.
 */
export class HarshServer {
  seen: Seen[] = [];
  /** TLS handshakes, which it does not answer: whoever asks by https first is seen here. */
  private handshakes = 0;
  private script: Script = {};
  private given = new Map<string, number>();

  private constructor(
    private readonly server: Server,
    private readonly sockets: Set<Socket>,
  ) {}

  static async open(): Promise<HarshServer> {
    const sockets = new Set<Socket>();
    const server = createServer(socket => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => {});
      harsh.attend(socket);
    });
    const harsh: HarshServer = new HarshServer(server, sockets);
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
    return harsh;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  play(script: Script): void {
    this.script = script;
    this.seen = [];
    this.handshakes = 0;
    this.given.clear();
  }

  /** Requests by endpoint; pictures are counted together as `result`, handshakes as `tls`. */
  calls(): Record<string, number> {
    const calls: Record<string, number> = this.handshakes === 0 ? {} : { tls: this.handshakes };
    for (const { endpoint } of this.seen) {
      const name = endpoint.startsWith('result/') ? 'result' : endpoint;
      calls[name] = (calls[name] ?? 0) + 1;
    }
    return calls;
  }

  close(): Promise<void> {
    return new Promise(closed => {
      this.server.close(() => closed());
      for (const socket of this.sockets) socket.destroy();
    });
  }

  private attend(socket: Socket): void {
    let received = Buffer.alloc(0);
    let answering = false;
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk]);
      if (received[0] === HANDSHAKE) {
        this.handshakes += 1;
        socket.destroy();
        return;
      }
      const request = answering ? undefined : readRequest(received);
      if (request === undefined) return;
      received = received.subarray(request.length);
      this.seen.push(request.seen);
      answering = true;
      void send(socket, this.replyTo(request.seen)).then(() => {
        answering = false;
      });
    });
  }

  private replyTo(seen: Seen): Reply {
    const replies = this.script[seen.endpoint];
    if (replies === undefined)
      return { pieces: [Buffer.from('HTTP/1.1 418 I am\r\ncontent-length: 0\r\n\r\n')], end: 'close' };
    const list = 'pieces' in replies ? [replies] : replies;
    const nth = this.given.get(seen.endpoint) ?? 0;
    this.given.set(seen.endpoint, nth + 1);
    const reply = list[Math.min(nth, list.length - 1)]!;
    return typeof reply === 'function' ? reply(seen) : reply;
  }
}

async function send(socket: Socket, { pieces, end }: Reply): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed) return;
    if (piece instanceof Promise) await piece;
    else if (typeof piece === 'number') await new Promise(resolve => setTimeout(resolve, piece));
    else await new Promise<void>(written => socket.write(piece, () => written()));
  }
  if (end === 'close') socket.end();
  if (end === 'reset') socket.resetAndDestroy();
}

/** Undefined until the request is whole. Our own client sends a length with every body. */
function readRequest(received: Buffer): { seen: Seen; length: number } | undefined {
  const head = received.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const [first = '', ...lines] = received.subarray(0, head).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const length = head + 4 + Number(headers['content-length'] ?? 0);
  if (received.length < length) return undefined;
  const [method = '', target = ''] = first.split(' ');
  const path = target.split('?')[0]!;
  const endpoint = PATHS[path] ?? path.slice(1);
  return {
    seen: { endpoint, method, target, headers, body: received.subarray(head + 4, length).toString('latin1') },
    length,
  };
}
