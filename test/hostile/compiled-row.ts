import { HOLD_MS, type Row } from './row.js';
import type { HostileStand } from './stand.js';

/** Tries of each: the shortest hold counts, since other work of the machine takes its time once. */
const TRIES = 5;
const TASK = `fragment F on Task { id operation state stage sequence createdAt updatedAt endedAt vendor sandbox waitingOn
  labels failure { code } attempts { number outcome } warnings retryOf { id state attempts { number } } }`;

/**
 * Queries within all limits whose code would be large: an interface is written anew for each type that may stand for it. A
 * document is compiled the second time that it is asked, so that each try is another document, asked three times.
 */
const FAMILIES: Record<string, (name: string) => string> = {
  'aliases of an interface': name => `query ${name} { ${aliases(20, `task(id: "task_0") { ...F }`)} } ${TASK}`,
  'nodes of an interface': name => `query ${name} { ${aliases(20, `node(id: "task_0") { id ...F }`)} } ${TASK}`,
  'lists of an interface': name => `query ${name} { ${aliases(10, `tasks(first: 1) { nodes { ...F } }`)} } ${TASK}`,
};

function aliases(count: number, field: string): string {
  return Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ');
}

export async function compiledRow(stand: HostileStand): Promise<Row> {
  const failures: string[] = [];
  let longest = { ms: 0, name: '' };
  for (const [name, make] of Object.entries(FAMILIES)) {
    let least = Number.POSITIVE_INFINITY;
    for (let n = 0; n < TRIES && least >= HOLD_MS; n += 1) {
      const body = JSON.stringify({ query: make(`q${n}`) });
      let most = 0;
      for (let asked = 0; asked < 3; asked += 1) {
        let codes: string[] = [];
        most = Math.max(most, await stand.hold(async () => ({ codes } = await stand.post(body))));
        // What was refused is not compiled.
        failures.push(...codes.map(code => `${name}: ${code}`));
      }
      least = Math.min(least, most);
    }
    if (least > longest.ms) longest = { ms: least, name };
    if (least >= HOLD_MS) failures.push(`${name}: held the event loop for ${least.toFixed(0)} ms`);
  }
  const count = Object.keys(FAMILIES).length;
  return {
    what: 'queries that are compiled',
    count,
    failures,
    measured: `longest hold ${longest.ms.toFixed(0)} ms (${longest.name})`,
  };
}
