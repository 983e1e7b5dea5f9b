import { Socket, type SocketConstructorOpts } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Messages between the pool and a worker process: a JSON text, then the bytes of its arrays as they are. Node's own
 * channel between processes copies large messages in one piece: 20 MB held the event loop for 100 ms, and 13-28 ms here.
 * It also hands the bytes of the other side to V8's deserializer, which is not made for data from an attacker. A worker
 * that a hostile picture has taken over can send nothing but JSON and bytes.
 */

/** The arrays that messages hold. */
const ARRAYS = { Uint8Array, Int16Array } as const;
type ArrayName = keyof typeof ARRAYS;

/** Stands in the JSON where an array was. */
interface Placeholder {
  $array: ArrayName;
  length: number;
}

const LENGTH_BYTES = 4;
/** No message has more than some kilobytes beside its arrays. */
const MAX_TEXT_BYTES = 1_000_000;
/** The largest message holds the bands of an enlarged picture; an upload has 20 MB. */
const MAX_ARRAY_BYTES = 256_000_000;

export function sendMessage(stream: Duplex, message: unknown): void {
  const arrays: Uint8Array[] = [];
  const text = Buffer.from(JSON.stringify(withoutArrays(message, arrays)));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(text.byteLength);
  stream.cork();
  for (const part of [length, text, ...arrays]) if (part.byteLength > 0) stream.write(part);
  stream.uncork();
}

function withoutArrays(value: unknown, arrays: Uint8Array[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    const $array = (Object.keys(ARRAYS) as ArrayName[]).find(name => value instanceof ARRAYS[name]);
    if (!$array) throw new TypeError(`a message cannot hold a ${value.constructor.name}`);
    arrays.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return { $array, length: (value as Uint8Array | Int16Array).length } satisfies Placeholder;
  }
  if (Array.isArray(value)) return value.map(each => withoutArrays(each, arrays));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutArrays(each, arrays)]));
}

/** What arrives on the stream, as messages. `onBroken` is called once for what is none, and nothing more is read then. */
export function receiveMessages(
  stream: Duplex,
  onMessage: (message: unknown) => void,
  onBroken: (error: unknown) => void,
): void {
  const reader = new MessageReader(onMessage);
  const onData = (chunk: Buffer) => {
    try {
      for (let at = 0; at < chunk.length; ) {
        const taken = chunk.copy(reader.room, 0, at);
        at += taken;
        reader.filled(taken);
      }
    } catch (error) {
      stream.off('data', onData);
      onBroken(error);
    }
  };
  stream.on('data', onData);
}

/**
 * The worker's end. The kernel writes straight into the arrays: of the few milliseconds in which a worker draws another
 * background, copies of what came in pieces were a third.
 */
export function openWire(fd: number, onMessage: (message: unknown) => void): Duplex {
  const reader = new MessageReader(onMessage);
  const callback = (bytes: number) => {
    reader.filled(bytes);
    return true;
  };
  const options: SocketConstructorOpts = { fd, readable: true, writable: true };
  // The type has `onread` for sockets that connect only.
  return new Socket({ ...options, onread: { buffer: () => reader.room, callback } } as SocketConstructorOpts);
}

/** Collects one part after another: the length of the text, the text, and each of its arrays. */
class MessageReader {
  /** Where the next bytes belong. Never empty. */
  room: Buffer = Buffer.alloc(LENGTH_BYTES);
  private part: Buffer = this.room;
  private reading: 'length' | 'text' | 'array' = 'length';
  private message: unknown;
  private arrays: Buffer[] = [];

  constructor(private readonly onMessage: (message: unknown) => void) {}

  /** So many bytes were written into the room. Throws for what is no message. */
  filled(bytes: number): void {
    this.room = this.room.subarray(bytes);
    if (this.room.length === 0) this.onPart();
  }

  private onPart(): void {
    if (this.reading === 'length') {
      const length = this.part.readUInt32LE();
      if (length === 0 || length > MAX_TEXT_BYTES) throw new RangeError('the length of a message is out of range');
      this.expect('text', Buffer.allocUnsafe(length));
      return;
    }
    if (this.reading === 'text') this.parse(this.part.toString('utf8'));
    const next = this.arrays.shift();
    if (next) {
      this.expect('array', next);
      return;
    }
    this.expect('length', Buffer.alloc(LENGTH_BYTES));
    this.onMessage(this.message);
  }

  private expect(reading: MessageReader['reading'], part: Buffer): void {
    this.reading = reading;
    this.part = part;
    this.room = part;
  }

  /** The reviver meets the placeholders in the order in which they were written, so the bytes follow in the same. */
  private parse(text: string): void {
    let total = 0;
    this.message = JSON.parse(text, (_key, value: unknown) => {
      if (!isPlaceholder(value)) return value;
      const array = ARRAYS[value.$array];
      total += value.length * array.BYTES_PER_ELEMENT;
      if (!(value.length >= 0 && total <= MAX_ARRAY_BYTES)) throw new RangeError('an array is out of range');
      const revived = new array(value.length);
      if (revived.length > 0) this.arrays.push(Buffer.from(revived.buffer));
      return revived;
    });
  }
}

function isPlaceholder(value: unknown): value is Placeholder {
  return typeof value === 'object' && value !== null && Object.hasOwn(ARRAYS, (value as Placeholder).$array);
}
