// One run of jest, with its count as the last line.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { jestArguments } from './jest-arguments.mjs';

/**
 * Whether all tests passed, and there was one.
 * @param signal ends the run; its tests, and the servers that they started, get SIGINT as by Ctrl-C
 */
export async function runTests(args, signal) {
  let words;
  try {
    words = jestArguments(args);
  } catch (error) {
    console.error(error.message);
    console.log('0 passed, 1 failed');
    return false;
  }
  const { code, count } = await jest(words, signal);
  if (signal?.aborted) return false;
  // Nothing was to run: `--listTests`, `--help`.
  if (count === undefined && code === 0) return true;
  const { passed, failed, skipped } = count ?? { passed: 0, failed: 1, skipped: 0 };
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  return code === 0 && failed === 0 && passed > 0;
}

function jest(words, signal) {
  const inspect = words.filter(isInspect);
  const flags = [...inspect, '--enable-source-maps', '--experimental-vm-modules', '--no-warnings'];
  const jestWords = words.filter(word => !isInspect(word));
  // Whoever stands at a breakpoint wants one process, and no time limit.
  if (inspect.length > 0) jestWords.push('--runInBand', '--testTimeout', '3600000');
  const child = spawn(process.execPath, [...flags, join('node_modules', 'jest', 'bin', 'jest.js'), ...jestWords], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // A group of its own, so that the signal reaches the children of the tests as well.
    detached: signal !== undefined,
  });
  const stop = () => {
    // It may have ended already.
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGINT');
  };
  signal?.addEventListener('abort', stop);
  let count;
  child.on('message', message => {
    count = message;
  });
  return new Promise(resolve => {
    child.once('close', code => {
      signal?.removeEventListener('abort', stop);
      resolve({ code, count });
    });
  });
}

/** `--inspect`, `--inspect-brk`: flags of node, which opens a port for a debugger. */
function isInspect(word) {
  return word.startsWith('--inspect');
}
