import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { VendorFigures, VendorFinished, VendorQuestion } from './painting-vendor.js';

/** The painting vendor in a process of its own, so that its work does not count in our figures. */
export interface CountingVendor {
  readonly origin: string;
  readonly pid: number;
  figures(since: number): Promise<VendorFigures>;
  finished(): Promise<VendorFinished>;
  close(): Promise<void>;
}

/** @param medianMs and `sigma` of the log-normal work times; 0: never finishes */
export async function startVendor(medianMs: number, sigma: number): Promise<CountingVendor> {
  const child = fork(path.join(__dirname, 'painting-vendor.js'), [String(medianMs), String(sigma)]);
  const next = async <T>() => ((await once(child, 'message')) as [T])[0];
  const ask = <T>(question: VendorQuestion) => {
    const answer = next<T>();
    child.send(question);
    return answer;
  };
  const port = await next<number>();
  return {
    origin: `http://127.0.0.1:${port}`,
    pid: child.pid!,
    figures: since => ask({ ask: 'FIGURES', since }),
    finished: () => ask({ ask: 'FINISHED' }),
    close: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
