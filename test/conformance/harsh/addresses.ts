import { booked, type Expected, type HarshCase, harsh, usualCalls, well } from './case.js';
import { HOUR_MS, type Line } from './lines.js';
import { answer } from './replies.js';
import type { Script } from './server.js';
import { PLAIN_HOST } from './stand.js';

/** Results on a host of the vendor's that the operator did not configure, printed with `http:`, as guides print them. */
export function plainAddresses(line: Line): HarshCase[] {
  const script = (origin: string): Script => {
    const elsewhere = origin.replace('127.0.0.1', PLAIN_HOST);
    const bodies = Array.from({ length: line.parts }, (_, part) => line.good(origin, part)[line.tells]);
    return {
      [line.tells]: bodies.map(body =>
        answer(JSON.stringify(body).replaceAll(`${origin}/result`, `${elsewhere}/result`)),
      ),
    };
  };
  const { result, ...asked } = usualCalls(line);
  const waiting: Expected = {
    state: 'RUNNING',
    billed: booked(line, 'open'),
    delivered: 0,
    calls: { ...asked, tls: '1+' },
  };
  return [
    // It never answers by https, so for all we know our own network is down: a day more.
    harsh(
      'http: addresses',
      line,
      'not allowed: asked by https alone, to the end',
      script,
      { waits: 4, expected: waiting },
      { travelMs: line.keptMs - HOUR_MS / 2, waits: 1, expected: waiting },
      {
        travelMs: 26 * HOUR_MS,
        expected: { ...waiting, state: 'FAILED', code: 'VENDOR_RESULT_EXPIRED', billed: booked(line, 'FAILED') },
      },
    ),
    {
      ...harsh(
        'http: addresses',
        line,
        'allowed: by https, then as printed',
        script,
        well(line, { calls: { ...asked, result: result!, tls: result! } }),
      ),
      allowHttp: true,
    },
  ];
}
