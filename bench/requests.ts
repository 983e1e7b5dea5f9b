import { type Agent, request } from 'node:http';
import { Pool } from 'undici';
import { processUs } from './measure.js';
import type { Peer } from './servers.js';

export const CONNECTIONS = 20;

/** Throws for any status but 200. */
export function ask({ port, headers }: Peer, body: string, agent?: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method: 'POST',
        path: '/graphql',
        headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      answer => {
        const chunks: Buffer[] = [];
        answer.on('data', chunk => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (answer.statusCode === 200) resolve(text);
          else reject(new Error(`HTTP ${answer.statusCode}: ${text.slice(0, 200)}`));
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The data of an answer. Throws where it has an error. */
export async function dataOf<Data>(peer: Peer, query: string, variables: object = {}, agent?: Agent): Promise<Data> {
  const { data, errors } = JSON.parse(await ask(peer, JSON.stringify({ query, variables }), agent));
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/**
 * CPU microseconds of the server for each of so many requests. The client is as light as it can be and reads no answer, so
 * that servers always have something to do: a server that waits for its client gets up for each request with cold caches,
 * which trebled the figure of 37 KB. Nor does the client sleep meanwhile: to wake it is an interrupt at another core, which
 * the kernel books to the server that writes. In a virtual machine that is 60 us an answer, and only a server that is slower
 * than the client would pay it.
 */
export async function cpuOfRequests(peer: Peer, body: string, requests: number): Promise<number> {
  const pool = new Pool(`http://127.0.0.1:${peer.port}`, { connections: CONNECTIONS, pipelining: 1 });
  const asked = {
    method: 'POST',
    path: '/graphql',
    headers: { ...peer.headers, 'content-type': 'application/json' },
    body,
  } as const;
  const send = () =>
    new Promise<void>((resolve, reject) => {
      pool.dispatch(asked, {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          if (status !== 200) reject(new Error(`HTTP ${status}`));
        },
        onResponseData() {},
        onResponseEnd: () => resolve(),
        onResponseError: (_controller, error) => reject(error),
      });
    });
  let left = requests;
  const stay = () => void (left > 0 && setImmediate(stay));
  stay();
  const before = processUs(peer.child.pid!);
  const connection = async () => {
    while (left-- > 0) await send();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  const us = (processUs(peer.child.pid!) - before) / requests;
  await pool.close();
  return us;
}
