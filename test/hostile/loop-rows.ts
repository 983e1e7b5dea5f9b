import { documentBombs } from './documents.js';
import { HOLD_MS, leastOf, type Row } from './row.js';
import type { Answer, HostileSocket, HostileStand } from './stand.js';
import { CANARIES, variableBombs } from './variables.js';

/** With the variables as JSON. */
type Ask = (query: string, variables: string) => Promise<Answer>;
/** What a request may be answered with. Whatever else comes is a fault. */
const UNEXPECTED = new Set(['INTERNAL', 'NO_CODE']);

/** By how much memory may grow meanwhile. A document is small; of variables one body of 26 MB is there at a time, in its steps. */
const GROWTH_MB = { documents: 100, variables: 400 };

interface Bomb {
  name: string;
  query: string;
  variables?: () => string;
}

export async function documentRows(stand: HostileStand, count: number): Promise<Row[]> {
  return overBoth(stand, 'query bombs', GROWTH_MB.documents, () => documentBombs(count));
}

export async function variableRows(stand: HostileStand, count: number): Promise<Row[]> {
  return overBoth(stand, 'variable bombs', GROWTH_MB.variables, chars => variableBombs(count, chars));
}

async function overBoth(
  stand: HostileStand,
  what: string,
  growthMb: number,
  bombs: (chars: number) => Bomb[],
): Promise<Row[]> {
  const http = await rowOf(stand, `${what}, HTTP`, growthMb, bombs(26_000_000), (query, variables) =>
    stand.post(`{"query":${JSON.stringify(query)},"variables":${variables}}`),
  );
  let socket: HostileSocket | undefined;
  const webSocket = await rowOf(stand, `${what}, WebSocket`, growthMb, bombs(60_000), async (query, variables) => {
    // A message over the limit closes it.
    if (!socket?.open) socket = await stand.socket();
    return socket.ask(query, variables);
  });
  socket?.socket.terminate();
  return [http, webSocket];
}

async function rowOf(stand: HostileStand, what: string, growthMb: number, bombs: Bomb[], ask: Ask): Promise<Row> {
  const failures: string[] = [];
  let longest = { ms: 0, name: '' };
  const { beforeMb, mostMb } = await stand.memory(async () => {
    for (const { name, query, variables } of bombs) {
      const given = variables?.() ?? '{}';
      let answer: Answer | undefined;
      const ms = await leastOf(() => stand.hold(async () => (answer = await ask(query, given))), HOLD_MS);
      if (ms > longest.ms) longest = { ms, name };
      if (ms >= HOLD_MS) failures.push(`${name}: held the event loop for ${ms.toFixed(0)} ms`);
      failures.push(...faultsOf(answer!).map(fault => `${name}: ${fault}`));
    }
  });
  if (mostMb - beforeMb > growthMb) failures.push(`memory grew by ${(mostMb - beforeMb).toFixed(0)} MB`);
  const memory = `memory ${beforeMb.toFixed(0)} to ${mostMb.toFixed(0)} MB`;
  return {
    what,
    count: bombs.length,
    failures,
    measured: `longest hold ${longest.ms.toFixed(0)} ms (${longest.name}), ${memory}`,
  };
}

function faultsOf({ status, text, codes }: Answer): string[] {
  const faults = codes.filter(code => UNEXPECTED.has(code));
  if (status === 0) faults.push('no answer');
  if (codes.some(code => code.startsWith('CLOSED_') && code !== 'CLOSED_1009')) faults.push(codes.join(' '));
  return [...faults, ...CANARIES.filter(canary => text.includes(canary)).map(() => 'the answer quotes a value')];
}
