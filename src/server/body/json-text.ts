import { isAscii } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';

const { http: limits } = LIMITS;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Takes the long texts out of a JSON body while it comes, so that what is left can be parsed on the event loop:
 * JSON.parse of 28 MB held it for 100 to 200 ms, whatever was in it. A text of more than `longTextBytes` can only be a
 * photo in base64, so it is kept as it came, without the work on Unicode and escapes that JSON asks for; a name stands
 * in its place until the rest is parsed.
 *
 * Whatever is no long text has to fit into `plainJsonBytes`: millions of small values are refused before they are made.
 */
export class JsonText {
  #plain: Buffer[] = [];
  #plainBytes = 0;
  /** Of the string that is being read, its quotes included. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  #long: LongText | undefined;
  #inString = false;
  #escaped = false;
  readonly #texts: string[] = [];
  /** No body can hold it but by chance. */
  readonly #name = randomBytes(12).toString('hex');

  /** The characters of all long texts. */
  get longChars(): number {
    return this.#texts.reduce((sum, { length }) => sum + length, 0);
  }

  /** Throws BODY_TOO_LARGE, BAD_REQUEST. Keeps the block; a body of tiny chunks has to be collected before. */
  write(block: Buffer): void {
    let from = 0;
    // A copy of the state: a field would be looked up for each of 28 million bytes.
    let inString = this.#inString;
    let escaped = this.#escaped;
    for (let at = 0; at < block.length; at++) {
      const byte = block[at];
      if (!inString) {
        if (byte !== QUOTE) continue;
        this.#keep([block.subarray(from, at)]);
        from = at;
        inString = true;
      } else if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) {
        this.#readString(block.subarray(from, at + 1));
        this.#endString();
        from = at + 1;
        inString = false;
      }
    }
    if (inString) this.#readString(block.subarray(from));
    else this.#keep([block.subarray(from)]);
    this.#inString = inString;
    this.#escaped = escaped;
  }

  /** The body without its long texts, to be parsed. */
  end(): string {
    // Of a string that does not end; the parser says so.
    this.#keep(this.#pieces);
    return Buffer.concat(this.#plain).toString('utf8');
  }

  /** Puts the long texts into what was parsed. */
  restore(parsed: unknown): unknown {
    if (this.#texts.length === 0) return parsed;
    const top = { parsed };
    const open: Record<string, unknown>[] = [top];
    for (let holder = open.pop(); holder; holder = open.pop()) {
      for (const key in holder) {
        const value = holder[key];
        if (typeof value === 'object' && value !== null) open.push(value as Record<string, unknown>);
        else if (typeof value === 'string' && value.startsWith(this.#name))
          holder[key] = this.#texts[Number(value.slice(this.#name.length))];
      }
    }
    return top.parsed;
  }

  #readString(piece: Buffer): void {
    if (this.#long) {
      this.#long.write(piece);
      return;
    }
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
    if (this.#pieceBytes <= limits.longTextBytes) return;
    if (this.#texts.length >= limits.longTexts) throw tooLarge();
    this.#long = new LongText();
    for (const each of this.#pieces) this.#long.write(each);
    this.#clearString();
  }

  #endString(): void {
    if (this.#long) {
      this.#keep([Buffer.from(`"${this.#name}${this.#texts.length}"`)]);
      this.#texts.push(this.#long.end());
      this.#long = undefined;
    } else this.#keep(this.#pieces);
    this.#clearString();
  }

  #clearString(): void {
    this.#pieces = [];
    this.#pieceBytes = 0;
  }

  #keep(pieces: readonly Buffer[]): void {
    for (const piece of pieces) {
      this.#plainBytes += piece.length;
      if (this.#plainBytes > limits.plainJsonBytes) throw tooLarge();
      if (piece.length > 0) this.#plain.push(piece);
    }
  }
}

/** Single escapes that encoders put into base64: `\/` (PHP), `\r\n` (MIME). .NET writes `\u002b`. */
const ESCAPES: ReadonlyMap<number | undefined, number> = new Map([
  [0x2f, 0x2f],
  [0x6e, 0x0a],
  [0x72, 0x0d],
]);

class LongText {
  #text = '';
  /** An escape of which the rest is still to come. */
  #cut: Uint8Array = Buffer.alloc(0);

  write(piece: Buffer): void {
    if (!isAscii(piece)) throw notBase64();
    if (this.#cut.length === 0 && !piece.includes(BACKSLASH)) this.#text += piece.toString('latin1');
    else this.#unescape(Buffer.concat([this.#cut, piece]));
  }

  /** Without its quotes. */
  end(): string {
    return this.#text.slice(1, -1);
  }

  #unescape(from: Buffer): void {
    const to = Buffer.allocUnsafe(from.length);
    let length = 0;
    let at = 0;
    for (; at < from.length; at++) {
      let byte = from[at];
      if (byte === BACKSLASH) {
        const unicode = from[at + 1] === 0x75;
        const last = at + (unicode ? 5 : 1);
        if (last >= from.length) break;
        byte = unicode ? Number.parseInt(from.toString('latin1', at + 2, last + 1), 16) : ESCAPES.get(from[last]);
        if (byte === undefined || !(byte < 0x80)) throw notBase64();
        at = last;
      }
      to[length++] = byte!;
    }
    this.#cut = from.subarray(at);
    this.#text += to.toString('latin1', 0, length);
  }
}

function notBase64(): DarkroomError {
  return new DarkroomError('BAD_REQUEST', 'A text of this length has to be base64.');
}

function tooLarge(): DarkroomError {
  const most = `A JSON body has at most ${limits.plainJsonBytes} bytes beside ${limits.longTexts} photos in base64.`;
  return new DarkroomError('BODY_TOO_LARGE', most);
}
