import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { MAGIC } from './magic.js';

function start(...words: string[]): { child: ChildProcess; printed: () => string } {
  const child = spawn(process.execPath, [path.join(__dirname, 'main.js'), ...words]);
  let text = '';
  child.stdout!.setEncoding('utf8').on('data', chunk => {
    text += chunk;
  });
  return { child, printed: () => text };
}

test('--help prints every magic input', async () => {
  const { child, printed } = start('--help');
  await once(child, 'close');
  for (const row of MAGIC) expect(printed()).toContain(`${row.parameter} ${row.value}`);
});

test('an argument that it does not know is named, and it does not start', async () => {
  const { child, printed } = start('--prot', '0');
  let errors = '';
  child.stderr!.setEncoding('utf8').on('data', chunk => {
    errors += chunk;
  });
  expect(await once(child, 'close')).toEqual([1, null]);
  expect([printed(), errors]).toEqual(['', expect.stringContaining('--prot')]);
});

test('it starts alone, prints the variables to export, and ends on SIGTERM', async () => {
  const { child, printed } = start('--port', '0');
  await once(child.stdout!, 'data');
  expect(printed()).toMatch(/^export LEQI_BASE_URL=http:\/\/127\.0\.0\.1:\d+$/m);
  const control = /control: (\S+)/.exec(printed())?.[1] ?? '';
  expect((await fetch(control)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
});
