import { type Request, requestOf } from './requests.js';
import type { Row } from './row.js';
import { type IdPath, walkIds } from './schema-ids.js';
import { TenantSocket } from './tenant-socket.js';
import { OTHER, TenantWorld } from './tenant-world.js';

/** What differs by chance between two equal answers. */
const BY_CHANCE: readonly [RegExp, string][] = [
  // It is less with each request.
  [/,"extensions":\{"rateLimit":\[[^\]]*\]\}/g, ''],
  [/"[\w-]+\.[\w-]{40,}\.[\w-]{40,}"/g, '"<jws>"'],
  [/"d[tl]_[0-9a-z]{26}_[0-9a-z]+_[\w-]{43}"/g, '"<token>"'],
  [/https?:\/\/[^"]+/g, '<url>'],
  [/\b(task|asset|photo|key|hook|msg|consent|receipt|link|token|budget)_[0-9a-hjkmnp-tv-z]{26}\b/g, '<$1>'],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'],
  [/"(sequence|number)":\d+/g, '"$1":0'],
  [/"(hash|previousHash|subject)":"[^"]*"/g, '"$1":"<hash>"'],
  // Of a followed list: a moment.
  [/"cursor":"[\w-]+"/g, '"cursor":"<moment>"'],
  [/"(accepted|ended|failed)PerMinute":[\d.]+/g, '"$1PerMinute":0'],
];
/** What a request is told that got nothing, so that it can be made again without leaving anything. */
const NOTHING = /^\{"errors":|^\{"data":\{"\w+":null\}/;
/** Of what the others may make under the names of the owner nothing is there yet when these are tried. */
const FIRST = ['tasksUpdated', 'withdrawConsent', 'erase', 'exportPerson', 'auditTrail'];
/** What stands in the objects of the owner, beside their ids. */
const CANARY = /owner (reference|consent|withdrawn|label|purpose)/;

/** By how much the median of a foreign id may differ from that of nobody's before it counts, and how often it is looked at anew. */
const NOISE = { ms: 3, share: 0.5, tries: 8 };

/**
 * One tenant asks for the objects of another, by every argument and input field that the schema has for it. It has to get
 * what it gets for an id of nobody, in the same time, and nothing of the other tenant may change.
 */
export async function tenantRows(rounds: number): Promise<Row[]> {
  const world = await TenantWorld.open();
  try {
    return await new TenantWalk(world, rounds).rows();
  } finally {
    await world.close();
  }
}

class TenantWalk {
  readonly #failures: string[] = [];
  readonly #slow: string[] = [];
  readonly #differences: number[] = [];

  constructor(
    private readonly world: TenantWorld,
    private readonly rounds: number,
  ) {}

  async rows(): Promise<Row[]> {
    const { paths, unknown, schema } = walkIds();
    this.#failures.push(...unknown.map(place => `${place}: test/hostile/schema-ids.ts does not say what it names`));
    const own = await this.world.fill();
    await this.world.stop();
    await this.world.park();
    const before = await this.world.possessions();
    await this.world.start();
    const socket = await TenantSocket.open(this.world.url, this.world.keys[OTHER]);
    const first = (at: IdPath) => FIRST.indexOf(at.field);
    for (const at of [...paths].sort((a, b) => first(b) - first(a))) {
      const request = (value: string) => requestOf(schema, at, value, own);
      const ask = ({ query, variables }: Request) =>
        at.operation === 'subscription' ? socket.ask(query, variables) : this.world.send(OTHER, query, variables);
      await this.#try(at, value => ask(request(value)));
    }
    await this.#tryLinks();
    socket.close();
    await this.world.stop();
    const after = await this.world.possessions();
    for (const [name, content] of before)
      if (after.get(name) !== content) this.#failures.push(`${name} of the owner has changed`);
    return [this.#walked(paths), this.#timed(paths)];
  }

  /** The two answers have to be equal, and to hold nothing of the owner. */
  async #try(at: IdPath, ask: (value: string) => Promise<string>): Promise<void> {
    const name = `${at.field}(${at.path.join('.')}) as ${at.kind}`;
    const ids = [this.world.ids.get(at.kind)!, this.world.nobodys.get(at.kind)!] as const;
    const answers = [await ask(ids[0]), await ask(ids[1])] as const;
    if (at.operation === 'mutation') await this.#cancelMade(answers);
    const [foreign, nobodys] = [withoutChance(answers[0], ids[0]), withoutChance(answers[1], ids[1])];
    if (foreign !== nobodys) this.#failures.push(`${name}: ${foreign} instead of ${nobodys}`);
    // What is wrong with it has to be the value that is tried. A link tells it as the mutation does that it will use.
    const told = at.field === 'createPhotoLink' ? [at.path[0], ...at.path.slice(3)] : at.path;
    if (/"code":"(INTERNAL|BAD_|GRAPHQL_)/.test(foreign) && !foreign.includes(`"path":"${told.join('.')}`))
      this.#failures.push(`${name}: the request itself is wrong: ${foreign}`);
    for (const [kind, id] of this.world.ids) {
      if (id !== ids[0] && kind !== 'tenant' && foreign.includes(id)) this.#failures.push(`${name}: tells the ${kind}`);
    }
    if (CANARY.test(foreign)) this.#failures.push(`${name}: tells ${CANARY.exec(foreign)![0]}`);
    if (NOTHING.test(foreign)) await this.#time(name, ids, ask);
  }

  /** What was made by the way would keep the engine busy. */
  async #cancelMade(answers: readonly string[]): Promise<void> {
    for (const answer of answers)
      for (const [, id] of answer.matchAll(/"id":"(task_[0-9a-z]{26})"/g))
        await this.world.send(OTHER, `mutation { cancelTask(id: "${id}") { id } }`);
  }

  async #time(name: string, ids: readonly [string, string], ask: (value: string) => Promise<string>): Promise<void> {
    let difference = 0;
    // What is told by the time is told by it each time; what else the machine does falls on the one and on the other.
    let direction: number | undefined;
    for (let tries = 0; tries < NOISE.tries; tries++) {
      const [foreign, nobodys] = await this.#medians(ids, ask);
      difference = foreign - nobodys;
      direction ??= Math.sign(difference);
      if (Math.abs(difference) < Math.max(NOISE.ms, NOISE.share * nobodys) || Math.sign(difference) !== direction)
        break;
      if (tries === NOISE.tries - 1)
        this.#slow.push(`${name}: ${foreign.toFixed(1)} ms, and ${nobodys.toFixed(1)} ms for an id of nobody`);
    }
    this.#differences.push(difference);
  }

  /** In turn, so that what else the machine does falls on both. */
  async #medians(ids: readonly [string, string], ask: (value: string) => Promise<string>): Promise<[number, number]> {
    const took: [number[], number[]] = [[], []];
    for (let round = 0; round < this.rounds; round++) {
      for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        const begun = performance.now();
        await ask(ids[which]);
        took[which].push(performance.now() - begun);
      }
    }
    return [median(took[0]), median(took[1])];
  }

  /** Beside the API there are the pictures. Without their signature they are nobody's. */
  async #tryLinks(): Promise<void> {
    for (const query of ['', '?expires=9999999999&signature=AAAA']) {
      const get = async (id: string) => {
        const answer = await fetch(`${this.world.url}/assets/${id}${query}`, {
          headers: { authorization: `Bearer ${this.world.keys[OTHER]}` },
        });
        return withoutChance(`${answer.status} ${await answer.text()}`, id);
      };
      const [foreign, nobodys] = [await get(this.world.ids.get('asset')!), await get(this.world.nobodys.get('asset')!)];
      if (foreign !== nobodys || !foreign.startsWith('403')) this.#failures.push(`/assets/${query}: ${foreign}`);
    }
  }

  #walked(paths: readonly IdPath[]): Row {
    const fields = new Set(paths.map(({ field }) => field)).size;
    return {
      what: 'cross-tenant paths',
      count: paths.length + 2,
      failures: this.#failures,
      measured: `${fields} root fields; each answers as for an id of nobody, and no row or file of the owner changed`,
    };
  }

  #timed(paths: readonly IdPath[]): Row {
    const sorted = [...this.#differences].sort((a, b) => Math.abs(a) - Math.abs(b));
    const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length;
    const failures = [...this.#slow];
    if (sorted.length < paths.length / 3) failures.push(`only ${sorted.length} paths could be timed`);
    return {
      what: 'cross-tenant paths, timed',
      count: sorted.length,
      failures,
      measured:
        `medians of ${this.rounds} in turn: foreign less nobody's ${mean.toFixed(2)} ms in the mean, ` +
        `${sorted.at(-1)?.toFixed(2)} ms at most`,
    };
  }
}

function withoutChance(answer: string, id: string): string {
  let text = answer.replaceAll(id, '<the id>');
  for (const [pattern, instead] of BY_CHANCE) text = text.replaceAll(pattern, instead);
  return text;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
