import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

/** A name server on loopback that answers for the names it knows, and says nothing to any other question. */
export class NameServer {
  /** Of every question, in lower case. */
  readonly asked: string[] = [];

  private constructor(
    private readonly socket: Socket,
    readonly address: string,
  ) {}

  /** @param records IPv4 addresses by name, or what gives them at each question */
  static async start(records: Readonly<Record<string, string[] | (() => string[])>>): Promise<NameServer> {
    const socket = createSocket('udp4');
    await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve));
    const server = new NameServer(socket, `127.0.0.1:${(socket.address() as AddressInfo).port}`);
    socket.on('message', (question, from) => {
      const { name, type, end } = readQuestion(question);
      server.asked.push(name);
      const known = Object.hasOwn(records, name) ? records[name]! : undefined;
      if (!known) return;
      const addresses = type === 1 ? (typeof known === 'function' ? known() : known) : [];
      socket.send(answer(question.subarray(0, end), addresses), from.port, from.address);
    });
    return server;
  }

  close(): Promise<void> {
    return new Promise(resolve => this.socket.close(() => resolve()));
  }
}

function readQuestion(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}

/** Header and question again, then a record for each address; a name without one gives NOERROR and no record. */
function answer(question: Buffer, addresses: readonly string[]): Buffer {
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  const records = addresses.map(address =>
    Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([head, ...records]);
}
