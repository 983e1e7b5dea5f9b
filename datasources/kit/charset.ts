import { isUtf8 } from 'node:buffer';

/**
 * The text of a body as UTF-8 without a byte order mark. Its bytes decide, since gateways write `charset=utf-8` over
 * whatever a vendor sends: a byte order mark, else UTF-8 where it is valid, else GB 18030, which holds GBK and GB 2312.
 */
export function toUtf8(body: Buffer): Buffer {
  const mark = BYTE_ORDER_MARKS.find(({ bytes }) => body.subarray(0, bytes.length).equals(bytes));
  if (mark?.charset === 'utf-8') return body.subarray(mark.bytes.length);
  if (mark === undefined && isUtf8(body)) return body;
  return Buffer.from(new TextDecoder(mark?.charset ?? 'gb18030').decode(body));
}

const BYTE_ORDER_MARKS = [
  { charset: 'utf-8', bytes: Buffer.from('efbbbf', 'hex') },
  { charset: 'utf-16le', bytes: Buffer.from('fffe', 'hex') },
  { charset: 'utf-16be', bytes: Buffer.from('feff', 'hex') },
];
