import { randomBytes } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { DarkroomError } from '../../kernel/errors.js';
import { LIMITS } from '../../kernel/limits.js';

const { http: limits } = LIMITS;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Takes the long texts out of a JSON body while it comes, so that what is left can be parsed on the event loop:
 * JSON.parse of 28 MB held it for 100 to 200 ms, whatever was in it. A text of more than `longTextBytes` is a photo in
 * base64, if it is anything. It is decoded by its pieces, and a name stands in its place until the rest is parsed.
 *
 * Whatever is no long text has to fit into `plainJsonBytes`: millions of small values are refused before they are made.
 */
export class JsonText {
  #plain: Buffer[] = [];
  #plainBytes = 0;
  /** Of the string that is being read, without its quotes. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  #long: LongText | undefined;
  #inString = false;
  #escaped = false;
  readonly #texts: string[] = [];
  #namePart: string | undefined;

  /** No body can hold it but by chance. Most bodies have no long text, and chance is dear. */
  get #name(): string {
    this.#namePart ??= randomBytes(12).toString('hex');
    return this.#namePart;
  }

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
        this.#keep([block.subarray(from, at + 1)]);
        from = at + 1;
        inString = true;
      } else if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) {
        this.#readString(block.subarray(from, at));
        this.#endString();
        from = at;
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
      this.#keep([Buffer.from(`${this.#name}${this.#texts.length}`)]);
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

/** Decodes a text piece by piece, as JSON means it: base64 comes with `\/` from PHP, `\u002b` from .NET, `\r\n` from MIME. */
class LongText {
  #text = '';
  /** The beginning of an escape whose rest is still to come. */
  #cut = '';
  readonly #decoder = new StringDecoder('utf8');

  write(piece: Buffer): void {
    const text = this.#cut + this.#decoder.write(piece);
    if (!text.includes('\\')) {
      this.#text += text;
      return;
    }
    const end = text.length - cutEscape(text).length;
    this.#cut = text.slice(end);
    this.#text += decodeEscapes(text.slice(0, end));
  }

  end(): string {
    return this.#text + decodeEscapes(this.#cut + this.#decoder.end());
  }
}

/** A backslash at the end begins an escape if it is not itself escaped. */
function cutEscape(text: string): string {
  const cut = /\\(u[0-9a-fA-F]{0,3})?$/.exec(text.slice(-5))?.[0] ?? '';
  const before = /\\*$/.exec(text.slice(0, text.length - cut.length))![0].length;
  return before % 2 === 0 ? cut : '';
}

function decodeEscapes(text: string): string {
  if (text === '') return '';
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    throw new DarkroomError('BAD_REQUEST', 'The body is not valid JSON.');
  }
}

function tooLarge(): DarkroomError {
  const most = `A JSON body has at most ${limits.plainJsonBytes} bytes beside ${limits.longTexts} photos in base64.`;
  return new DarkroomError('BODY_TOO_LARGE', most);
}
