import { connect } from 'node:net';
import { HOLD_MS, leastOf, type Row } from './row.js';
import type { HostileStand } from './stand.js';

/** Within all limits, and about as dear as a request may be. */
const DEAR = `{ ${Array.from({ length: 4 }, (_, i) => `a${i}: specs(first: 200, search: "照片") { nodes { id titleZh rows } }`).join(' ')} }`;

/** Many operations that come in one packet: the event loop turns between them. */
export async function crowdRows(stand: HostileStand, count: number): Promise<Row[]> {
  const rows: Row[] = [];
  const measure = async (what: string, work: () => Promise<number>) => {
    let answered = 0;
    const ms = await leastOf(() => stand.hold(async () => (answered = await work())), 2 * HOLD_MS);
    const failures = ms < 2 * HOLD_MS ? [] : [`held the event loop for ${ms.toFixed(0)} ms`];
    if (answered !== count) failures.push(`${answered} of ${count} were answered`);
    rows.push({ what, count, failures, measured: `longest hold ${ms.toFixed(0)} ms` });
  };
  await measure('pipelined requests', () => pipelined(stand, count));
  await measure('messages of a WebSocket at once', () => messages(stand, count));
  return rows;
}

function pipelined(stand: HostileStand, count: number): Promise<number> {
  const { port, host } = new URL(stand.url);
  const body = JSON.stringify({ query: DEAR });
  const request = [
    'POST /graphql HTTP/1.1',
    `host: ${host}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
  return new Promise(resolve => {
    let text = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(request.repeat(count)));
    // Of one connection a hundred may wait; one more is refused, which is an answer too.
    const answered = () => text.match(/HTTP\/1\.1 (200|503)/g)?.length ?? 0;
    socket.setTimeout(3_000, () => socket.destroy());
    socket
      .on('error', () => {})
      .on('data', chunk => {
        text += chunk.toString('latin1').replaceAll(/[^\x20-\x7e]|"(id|titleZh|rows)"/g, '');
        if (answered() === count && text.endsWith('}')) socket.destroy();
      });
    socket.on('close', () => resolve(answered()));
  });
}

async function messages(stand: HostileStand, count: number): Promise<number> {
  const socket = await stand.socket();
  // A socket carries 50 operations at a time; the others are refused, which is an answer too.
  const answers = await Promise.all(Array.from({ length: count }, () => socket.ask(DEAR, '{}')));
  socket.socket.terminate();
  return answers.filter(({ text }) => text !== '').length;
}
