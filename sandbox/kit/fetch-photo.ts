import http from 'node:http';
import https from 'node:https';

const LIMIT_BYTES = 20_000_000;
const TIMEOUT_MS = 10_000;

/** Downloads the photo of a client, as a vendor does, without redirects. Undefined: unreachable, not 200, or too large. */
export function fetchPhoto(url: string): Promise<Buffer | undefined> {
  return new Promise(resolve => {
    if (!URL.canParse(url) || !/^https?:/.test(url)) return resolve(undefined);
    const { get } = url.startsWith('https:') ? https : http;
    const failed = () => resolve(undefined);
    const request = get(url, { agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }, answer => {
      if (answer.statusCode !== 200) {
        request.destroy();
        return failed();
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes > LIMIT_BYTES) request.destroy();
      });
      answer.on('end', () => resolve(Buffer.concat(chunks)));
      answer.on('close', failed);
    });
    request.on('error', failed);
  });
}
