/** One yuan. Money is a whole number of 1/10,000 yuan: a unit of a large package costs less than a fen. */
const YUAN = 10_000;

/** The amount of a decimal number of yuan, such as `0.35`; undefined where the text is none. */
export function readYuan(text: string): number | undefined {
  const [, whole, part = ''] = /^(\d{1,9})(?:\.(\d{1,4}))?$/.exec(text) ?? [];
  return whole === undefined ? undefined : Number(whole) * YUAN + Number(part.padEnd(4, '0'));
}

/** Yuan as a decimal number: `0.35`, `12`. */
export function writeYuan(amount: number): string {
  const part = String(Math.abs(amount) % YUAN)
    .padStart(4, '0')
    .replace(/0+$/, '');
  const whole = `${amount < 0 ? '-' : ''}${Math.trunc(Math.abs(amount) / YUAN)}`;
  return part === '' ? whole : `${whole}.${part}`;
}
