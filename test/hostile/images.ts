/** A WebP (VP8L, RFC 9649) of one colour: 40 bytes, however many pixels it decodes to. */
export function onePixelColour(width: number, height: number): Buffer {
  const bits = new Bits();
  bits.put(width - 1, 14);
  bits.put(height - 1, 14);
  bits.put(0, 1 + 3); // no alpha, version 0
  bits.put(0, 1 + 1 + 1); // no transform, no colour cache, no meta prefix codes
  // Five prefix codes of one symbol each: a pixel takes no bit.
  for (let code = 0; code < 5; code++) {
    bits.put(1, 1); // simple
    bits.put(0, 1); // one symbol
    bits.put(0, 1); // of one bit
    bits.put(0, 1); // which is 0
  }
  const data = Buffer.concat([Buffer.from([0x2f]), bits.bytes()]);
  const chunk = Buffer.concat([Buffer.from('VP8L'), uint32(data.length), data, Buffer.alloc(data.length % 2)]);
  return Buffer.concat([Buffer.from('RIFF'), uint32(4 + chunk.length), Buffer.from('WEBP'), chunk]);
}

class Bits {
  readonly #bytes: number[] = [];
  #used = 0;

  put(value: number, count: number): void {
    for (let bit = 0; bit < count; bit++, this.#used++) {
      if (this.#used % 8 === 0) this.#bytes.push(0);
      this.#bytes[this.#bytes.length - 1]! |= ((value >> bit) & 1) << (this.#used % 8);
    }
  }

  bytes(): Buffer {
    return Buffer.from(this.#bytes);
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
