import { createInterface } from 'node:readline/promises';
import { runVendors } from './vendors.js';

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

runVendors(process.argv.slice(2), process.env, {
  say: line => process.stdout.write(`${line.trimEnd()}\n`),
  ask: process.stdin.isTTY ? ask : undefined,
}).then(
  code => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 70;
  },
);
