import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Random } from '../sandbox/kit/random.js';
import { plainPng } from '../test/plain-png.js';

/** Messages of the benchmark to this process, and its answers. */
export type VendorQuestion = { ask: 'FIGURES'; since: number } | { ask: 'FINISHED' };
export interface VendorFigures {
  submits: number;
  polls: number;
  /** The highest number of requests, submissions and polls together, within any one second. */
  mostInASecond: number;
}
/** Keyed by the text of the task: when the vendor had finished it (epoch milliseconds), and how often it was polled. */
export type VendorFinished = Record<string, { doneAt: number; polls: number }>;

interface Painting {
  text: string;
  doneAt: number;
  polls: number;
}

/**
 * A painting vendor for the benchmarks, in a process of its own. It implements the HTTP contract and counts requests.
 * Its work times are log-normal with `medianMs` (0: never finishes) and `sigma`.
 * The work time depends on the digits of the text only, so that two schedules with the same texts wait equally long.
 */
function serve(medianMs: number, sigma: number): void {
  const paintings = new Map<string, Painting>();
  const requests: { at: number; submit: boolean }[] = [];
  // Small on purpose, so that decoding it is not what is measured.
  const picture = plainPng(256);

  const server = http.createServer((request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': picture.length }).end(picture);
      return;
    }
    const { pathname, searchParams: parameters } = new URL(request.url ?? '', 'http://vendor');
    const now = Date.now();
    const submit = pathname === '/submit';
    requests.push({ at: now, submit });
    let data: unknown;
    if (submit) {
      const text = parameters.get('text') ?? '';
      const taskId = `1${String(paintings.size).padStart(18, '0')}`;
      const random = new Random(Number(text.replace(/\D/g, '')));
      const work = medianMs === 0 ? Number.POSITIVE_INFINITY : random.logNormal(medianMs, sigma);
      paintings.set(taskId, { text, doneAt: now + work, polls: 0 });
      data = { taskId };
    } else {
      const taskId = parameters.get('taskId') ?? '';
      const painting = paintings.get(taskId);
      if (painting !== undefined) painting.polls += 1;
      const done = painting !== undefined && painting.doneAt <= now;
      const { port } = server.address() as AddressInfo;
      const image = `http://127.0.0.1:${port}/results/${taskId}.jpg`;
      data = done ? { img: image, imgUrls: [{ image }], status: 1 } : { img: '', imgUrls: [], status: 0 };
    }
    const answer = JSON.stringify({ code: 200, msg: '成功', taskNo: '1', data });
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  });

  process.on('message', (question: VendorQuestion) => {
    if (question.ask === 'FINISHED') {
      const finished: VendorFinished = {};
      for (const { text, doneAt, polls } of paintings.values()) finished[text] = { doneAt, polls };
      process.send!(finished);
      return;
    }
    const since = requests.filter(({ at }) => at >= question.since);
    const submits = since.filter(({ submit }) => submit).length;
    const figures: VendorFigures = {
      submits,
      polls: since.length - submits,
      mostInASecond: maxInOneSecond(since.map(({ at }) => at)),
    };
    process.send!(figures);
  });
  // The benchmark has ended.
  process.on('disconnect', () => process.exit());
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
}

function maxInOneSecond(times: readonly number[]): number {
  let most = 0;
  let first = 0;
  times.forEach((at, last) => {
    while (times[first]! <= at - 1_000) first += 1;
    most = Math.max(most, last - first + 1);
  });
  return most;
}

if (require.main === module) serve(Number(process.argv[2]), Number(process.argv[3]));
