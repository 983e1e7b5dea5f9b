import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { filePart, mapPart, multipartBody, operations } from '../upload-fixture.js';
import type { Row } from './row.js';
import type { HostileStand } from './stand.js';

/** By how much memory may stay larger: buffers of a few bodies wait for the garbage collector. */
const MEMORY_MB = 60;
/** The server opens one now and then by itself. A leak would be as many as there are uploads. */
const DESCRIPTORS = 5;
const QUERY = 'mutation ($file: Upload!) { uploadPhoto(file: $file) { id } }';
const BODY = multipartBody([operations(QUERY), mapPart(), filePart('0', Buffer.alloc(2_000_000))]);

/** Uploads whose client leaves at some byte, ten at a time; then all that they held is free again. */
export async function abortRow(stand: HostileStand, count: number): Promise<Row> {
  await abortSome(stand, 20);
  const before = { files: await openFiles(stand.pid), ...(await stand.memory(settled)) };
  for (let done = 0; done < count; done += 10) await abortSome(stand, Math.min(10, count - done), done);
  const { mostMb } = await stand.memory(settled);
  let files = await openFiles(stand.pid);
  for (let tries = 0; tries < 100 && files > before.files + DESCRIPTORS; tries++) {
    await new Promise(resolve => setTimeout(resolve, 50));
    files = await openFiles(stand.pid);
  }
  const failures: string[] = [];
  if (!stand.alive) failures.push('the server ended');
  if (files > before.files + DESCRIPTORS) failures.push(`${files - before.files} descriptors are still open`);
  if (mostMb - before.beforeMb > MEMORY_MB) failures.push(`memory grew by ${(mostMb - before.beforeMb).toFixed(0)} MB`);
  // What an aborted upload holds of the budget for bodies it would hold for ever: 64 of them are all of it.
  const { codes } = await stand.post({ query: '{ specs(first: 1) { totalCount } }' });
  if (codes.length > 0) failures.push(`a query is answered with ${codes}`);
  return {
    what: 'uploads aborted at some byte',
    count,
    failures,
    measured: `${files - before.files} descriptors more, memory ${before.beforeMb.toFixed(0)} to ${mostMb.toFixed(0)} MB`,
  };
}

async function abortSome(stand: HostileStand, count: number, seed = 0): Promise<void> {
  const { host, port } = new URL(stand.url);
  const head = [
    'POST /graphql HTTP/1.1',
    `host: ${host}`,
    'apollo-require-preflight: 1',
    'content-type: multipart/form-data; boundary=darkroom-boundary',
    `content-length: ${BODY.length}`,
    '',
    '',
  ].join('\r\n');
  await Promise.all(
    Array.from({ length: count }, (_, index) => {
      // Spread over the whole body, the same places in each run.
      const sent = ((seed + index) * 7_919_317) % BODY.length;
      return new Promise<void>(resolve => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(head);
          socket.write(BODY.subarray(0, sent), () => socket.destroy());
        });
        socket.on('error', () => {}).once('close', () => resolve());
      });
    }),
  );
}

/** From Linux's /proc. */
async function openFiles(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

const settled = () => new Promise(resolve => setTimeout(resolve, 500));
