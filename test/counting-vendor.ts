import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { plainPng } from './plain-png.js';

/** From an upload that was taken until `status` says that it is done. */
const WORK_MS = 150;

/** An upload that the vendor took and charged, whose answer it keeps to itself. */
export interface HeldUpload {
  color: string;
  answer(): void;
}

/**
 * Fangtang as its guide has it, over real HTTP, with one thing more: it counts what it charged. The background of a task
 * is its name here, since a call carries nothing else that tells tasks apart.
 */
export interface CountingVendor {
  /** The variables of a server that is to use it. Several servers are told apart by `client`. */
  environment(client: string): Record<string, string>;
  /** Uploads charged, by colour (`#RRGGBB`). */
  readonly charged: ReadonlyMap<string, number>;
  /** Charges the `nth` upload of this client from now on, and does not answer it. */
  hold(client: string, nth: number): Promise<HeldUpload>;
  /** Holds none of its uploads any more that has not come yet. */
  letGo(client: string): void;
  close(): Promise<void>;
}

/** @param answerMs how long it takes to answer an upload that it has charged */
export async function startCountingVendor(answerMs = 0): Promise<CountingVendor> {
  const charged = new Map<string, number>();
  const doneAt = new Map<string, number>();
  const waiting: { client: string; left: number; taken(upload: HeldUpload): void }[] = [];
  const picture = plainPng(64);

  const upload = (client: string, body: string, send: (value: unknown) => void) => {
    const color = hexOf(field(body, 'rgb'));
    charged.set(color, (charged.get(color) ?? 0) + 1);
    const mdf = `mdf${color.slice(1)}`;
    const answer = () => {
      doneAt.set(mdf, Date.now() + WORK_MS);
      send({ code: 200, data: { img_url: '', mdf } });
    };
    const place = waiting.findIndex(held => held.client === client && --held.left === 0);
    if (place < 0) setTimeout(answer, answerMs);
    else waiting.splice(place, 1)[0]!.taken({ color, answer });
  };

  const server = createServer(async (request, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('latin1');
    const [, client = '', call = ''] = /^\/(\w+)\/.*?(\w+)$/.exec(request.url ?? '') ?? [];
    const send = (value: unknown) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (request.method === 'GET') response.writeHead(200, { 'content-type': 'image/png' }).end(picture);
    else if (call === 'upload') upload(client, body, send);
    else if (call === 'nums') send({ code: 200, data: { nums: 1_000_000 } });
    else if (call === 'status') {
      const done = (doneAt.get(field(body, 'mdf')) ?? Number.POSITIVE_INFINITY) <= Date.now();
      send({ code: 200, data: { msg: '', status: done ? 200 : 100 } });
    } else send({ code: 200, data: { url: `${origin}/${client}/results/${field(body, 'mdf')}` } });
  });
  // A server that is killed in the middle of an upload ends its connection here.
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    environment: client => ({
      FANGTANG_BASE_URL: `${origin}/${client}`,
      FANGTANG_THIRD_CODE: 'made-up',
      FANGTANG_SECRET_KEY: 'made-up-as-well',
    }),
    charged,
    hold: (client, nth) => new Promise(taken => waiting.push({ client, left: nth, taken })),
    letGo: client => {
      const left = waiting.filter(held => held.client !== client);
      waiting.splice(0, waiting.length, ...left);
    },
    close: () =>
      new Promise(closed => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function field(form: string, name: string): string {
  return new RegExp(`name="${name}"\\r\\n\\r\\n(.*)\\r\\n`).exec(form)?.[1] ?? '';
}

function hexOf(rgb: string): string {
  return `#${rgb
    .split(',')
    .map(part => Number(part).toString(16).padStart(2, '0').toUpperCase())
    .join('')}`;
}
