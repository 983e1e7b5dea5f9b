export interface Part {
  name: string;
  fileName: string | undefined;
  bytes: Buffer;
}

/** The parts of a multipart/form-data body; undefined if the header or the body is none. */
export function readMultipart(contentType: string, body: Buffer): Part[] | undefined {
  const boundary = /^multipart\/form-data;.*?boundary="?([^";]{1,70})"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const mark = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(mark);
  while (at !== -1) {
    const start = at + mark.length;
    if (body.toString('latin1', start, start + 2) === '--') return parts;
    const next = body.indexOf(Buffer.from(`\r\n--${boundary}`), start);
    const part = next === -1 ? undefined : readPart(body.subarray(start + 2, next));
    if (!part) return undefined;
    parts.push(part);
    at = next + 2;
  }
  return undefined;
}

function readPart(bytes: Buffer): Part | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.toString('utf8', 0, Math.max(end, 0));
  const disposition = /^content-disposition:\s*form-data;(.*)$/im.exec(head)?.[1] ?? '';
  const name = /(?:^|[\s;])name="([^"]*)"/.exec(disposition)?.[1];
  if (end === -1 || name === undefined) return undefined;
  return { name, fileName: /filename="([^"]*)"/.exec(disposition)?.[1], bytes: bytes.subarray(end + 4) };
}
