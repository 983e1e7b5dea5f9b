import { MAGIC } from '../../sandbox/magic.js';
import type { Cell, Expected } from './cell.js';
import { CONFORMANCE, type RemoteVendor } from './flows.js';
import type { Outcome, Stand } from './stand.js';

/** What is wrong with a cell, a line each; none if it is as it should be. */
export async function judge(stand: Stand, cell: Cell): Promise<string[]> {
  let outcome: Outcome;
  try {
    outcome = await stand.run(cell.trial);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  return compare(cell.expected, outcome);
}

/** What of a vendor nothing is tried on: operations that it offers, codes that the guide has. */
export function gaps(stand: Stand, vendor: RemoteVendor): string[] {
  const source = stand.openSource();
  if (source === undefined) return [`${vendor}: the sandbox does not play it, or it has no line in the registry`];
  void source.close?.();
  const { flows } = CONFORMANCE[vendor];
  const operations = Object.keys(source.capabilities)
    .filter(operation => !flows.some(flow => flow.operation === operation))
    .map(operation => `${vendor}: nothing tries ${operation}`);
  const codes = MAGIC.filter(row => row.vendor === vendor && /^-?\d+$/.test(row.code))
    .filter(({ call, code }) => flows.some(flow => call in flow.codes && !(code in flow.codes[call]!)))
    .map(({ call, code }) => `${vendor}: nothing says what ${code} of ${call} leads to`);
  return [...operations, ...codes];
}

function compare(expected: Expected, outcome: Outcome): string[] {
  const { task, attempts, calls, foreign } = outcome;
  const wrong: string[] = [];
  const expect = (what: string, wanted: unknown, seen: unknown) => {
    const same = wanted === '1+' ? Number(seen) >= 1 : wanted === seen;
    if (!same) wrong.push(`${what}: expected ${wanted}, got ${seen}`);
  };
  const failure = task.failure;
  expect('state', expected.state, task.state);
  expect('code', expected.code, failure?.code);
  if (expected.vendorCode !== undefined) expect('vendor code', expected.vendorCode, failure?.vendorCode);
  expect(
    'attempts',
    expected.attempts,
    attempts.map(({ outcome: ended, billed }) => `${ended ?? 'open'} ${billed}`).join(', '),
  );
  for (const call of new Set([...Object.keys(expected.requests), ...Object.keys(calls)])) {
    // The house asks for what is left of a package whenever it likes; it costs nothing.
    if (call === 'nums') continue;
    // What else a question that was asked more than once brings with it is not counted.
    const wanted = expected.requests[call] ?? (Object.values(expected.requests).includes('1+') ? undefined : 0);
    if (wanted !== undefined) expect(`requests of ${call}`, wanted, calls[call]?.requests ?? 0);
  }
  expect(
    'units',
    expected.units,
    Object.values(calls).reduce((sum, { billed }) => sum + billed, 0),
  );
  if (expected.pictures !== undefined) expect('pictures', expected.pictures, task.result?.pictures.length ?? 0);
  if (expected.state === 'SUCCEEDED') expect('missing parts', expected.missing ?? 0, task.result?.missing.length);
  if (expected.outcome !== undefined) expect('outcome', expected.outcome, task.result?.facts.faceOutcome);
  if (expected.waited !== undefined)
    expect(`a wait of ${expected.waited} ms`, true, Math.max(0, ...outcome.waits) >= expected.waited - 500);
  expect('breaches', expected.breaches ?? '', outcome.breaches.join(', '));
  expect('credentials on a foreign host', 0, foreign.withCredentials);
  if (expected.foreignRequests !== undefined) expect('foreign requests', expected.foreignRequests, foreign.requests);
  // While a call is open, its answer is what it is resumed with.
  const kept = JSON.stringify([
    task,
    attempts.map(attempt => (attempt.endedAt === null ? { ...attempt, answer: null } : attempt)),
  ]);
  expect('vendor URLs that are left', '', outcome.vendorOrigins.filter(origin => kept.includes(origin)).join(' '));
  return wrong;
}
