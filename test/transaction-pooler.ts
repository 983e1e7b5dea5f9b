import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Client } from 'pg';

/** What PgBouncer 1.18 lets a client set as it connects. */
const STARTUP_PARAMETERS = ['user', 'database', 'client_encoding', 'application_name', 'datestyle', 'timezone'];
const SSL_REQUEST = 80_877_103;

/**
 * A pooler in transaction mode, as PgBouncer 1.18 is one, on the wire of Postgres. It is stricter: each transaction runs
 * on the server connection that rested longest, so what a client leaves on one it never finds again. It asks for no
 * password, and it has one database.
 */
export interface TransactionPooler {
  /** Through it, to the database that it was started for. */
  readonly url: string;
  close(): Promise<void>;
}

export async function startTransactionPooler(target: string, connections = 4): Promise<TransactionPooler> {
  const pool = new ServerPool(target);
  for (let index = 0; index < connections; index++) await pool.add();
  const clients = new Set<Socket>();
  const server = createServer(socket => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    serve(socket, pool);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.port = `${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    close: async () => {
      server.close();
      for (const socket of clients) socket.destroy();
      pool.close();
      await once(server, 'close');
    },
  };
}

/** A connection to the server that has logged in. What it says goes to `listener`, or nowhere. */
interface ServerConnection {
  readonly socket: Socket;
  listener: ((message: Buffer) => void) | undefined;
}

class ServerPool {
  private readonly idle: ServerConnection[] = [];
  private readonly all = new Set<ServerConnection>();
  private readonly waiting: ((connection: ServerConnection) => void)[] = [];

  constructor(private readonly url: string) {}

  /** `pg` logs in; then its socket is ours. */
  async add(): Promise<void> {
    const client = new Client({ connectionString: this.url, application_name: 'pooler' });
    client.on('error', () => undefined);
    await client.connect();
    const socket = (client as unknown as { connection: { stream: Socket } }).connection.stream;
    socket.removeAllListeners('data');
    const connection: ServerConnection = { socket, listener: undefined };
    socket.on(
      'data',
      frames(message => connection.listener?.(message)),
    );
    this.all.add(connection);
    this.put(connection);
  }

  take(): Promise<ServerConnection> {
    const connection = this.idle.shift();
    return connection === undefined ? new Promise(resolve => this.waiting.push(resolve)) : Promise.resolve(connection);
  }

  put(connection: ServerConnection): void {
    connection.listener = undefined;
    const next = this.waiting.shift();
    if (next === undefined) this.idle.push(connection);
    else next(connection);
  }

  /** In place of one whose client went away inside a transaction. */
  replace(connection: ServerConnection): void {
    connection.socket.destroy();
    if (this.all.delete(connection)) void this.add().catch(() => undefined);
  }

  close(): void {
    const open = [...this.all];
    this.all.clear();
    for (const { socket } of open) socket.destroy();
  }
}

function serve(socket: Socket, pool: ServerPool): void {
  let linked: Promise<ServerConnection> | undefined;
  /** Queries and syncs that the server has not answered. */
  let asked = 0;
  const onAnswer = (connection: ServerConnection) => (message: Buffer) => {
    socket.write(message);
    if (message[0] !== code('Z')) return;
    asked -= 1;
    if (asked > 0 || message[5] !== code('I')) return;
    linked = undefined;
    pool.put(connection);
  };
  const onMessage = (message: Buffer) => {
    if (message[0] === code('X')) {
      socket.end();
      return;
    }
    if (message[0] === code('Q') || message[0] === code('S')) asked += 1;
    linked ??= pool.take().then(connection => {
      connection.listener = onAnswer(connection);
      return connection;
    });
    void linked.then(connection => connection.socket.write(message));
  };
  const onFrames = frames(onMessage);
  const onStart = (packet: Buffer) => {
    if (packet.readInt32BE(4) === SSL_REQUEST) return socket.write('N');
    const refused = parametersOf(packet).find(name => !STARTUP_PARAMETERS.includes(name.toLowerCase()));
    if (refused !== undefined) return socket.end(fatal(`unsupported startup parameter: ${refused}`));
    socket.off('data', onStart);
    socket.on('data', onFrames);
    const key = reply('K', randomBytes(8));
    return socket.write(Buffer.concat([reply('R', Buffer.alloc(4)), key, reply('Z', Buffer.from('I'))]));
  };
  socket.on('data', onStart);
  socket.on('error', () => undefined);
  socket.on('close', () => void linked?.then(connection => pool.replace(connection)));
}

/** Cuts what arrives into messages: a letter, a length that counts itself, and the rest. */
function frames(onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return chunk => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5) {
      const end = 1 + rest.readInt32BE(1);
      if (rest.length < end) return;
      const message = rest.subarray(0, end);
      rest = rest.subarray(end);
      onMessage(message);
    }
  };
}

/** The names in a start-up packet: length, version, then names and values, each ended by a zero. */
function parametersOf(packet: Buffer): string[] {
  return packet
    .subarray(8)
    .toString()
    .split('\0')
    .filter((text, index) => index % 2 === 0 && text !== '');
}

function reply(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

function fatal(message: string): Buffer {
  return reply('E', Buffer.from(`SFATAL\0VFATAL\0C08P01\0M${message}\0\0`));
}

function code(letter: string): number {
  return letter.charCodeAt(0);
}
