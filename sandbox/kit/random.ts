import { randomInt } from 'node:crypto';

/** Seeded (mulberry32), so that the same seed gives the same ids and waiting times. */
export class Random {
  private state: number;

  constructor(seed: number = randomInt(2 ** 31)) {
    this.state = seed;
  }

  /** 0 <= x < 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  text(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet[Math.floor(this.next() * alphabet.length)]).join('');
  }

  digits(length: number): string {
    return this.text('123456789', 1) + this.text('0123456789', length - 1);
  }

  hex(length: number): string {
    return this.text('0123456789abcdef', length);
  }

  /** Log-normal, as waiting times in queues are. */
  logNormal(median: number, sigma: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
    return median * Math.exp(sigma * normal);
  }
}
