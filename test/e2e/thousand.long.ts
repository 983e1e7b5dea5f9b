import type { Browser, Page } from 'playwright-core';
import { type ServerProcess, spawnServer, temporaryFolder } from '../running-server.js';
import { measureWork, openBrowser, openWindow, shoot } from './house.js';

jest.setTimeout(300_000);

const TASKS = 1_000;
const SECONDS = 10;
/** So many a second are canceled, and as many accepted. */
const EACH_PER_SECOND = 10;
/** Milliseconds of script a change, and of one piece of work that lets nobody in between; both of the page's own CPU. */
const MOST_SCRIPT_MS = 8;
const MOST_HELD_MS = 50;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let browser: Browser;

beforeAll(async () => {
  folder = await temporaryFolder();
  server = await spawnServer(folder.path);
  browser = await openBrowser();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await server?.kill('SIGTERM');
  await folder?.remove();
});

async function ask(query: string, variables: object): Promise<{ id: string }> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: { task: { id: string } }; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data.task;
}

/** A painting of the sandbox takes seconds, and four are painted at once: the others wait. */
const MAKE = 'mutation ($input: GeneratePaintingInput!) { task: generatePainting(input: $input) { id } }';
const make = (number: number) =>
  ask(MAKE, { input: { text: 'a lighthouse', style: 'ANIME', vendor: 'SANDBOX', reference: `A-${number}` } });
const cancel = (id: string) => ask('mutation ($id: ID!) { task: cancelTask(id: $id) { id } }', { id });

async function makeMany(count: number): Promise<string[]> {
  const ids: string[] = [];
  const next = async () => {
    while (ids.length < count) {
      const number = ids.push('');
      ids[number - 1] = (await make(number)).id;
    }
  };
  await Promise.all(Array.from({ length: 8 }, next));
  return ids;
}

/** Counts the tasks of each message that the list is told. */
function countTold(page: Page): { tasks: Set<string>; changes: number } {
  const told = { tasks: new Set<string>(), changes: 0 };
  page.on('websocket', socket =>
    socket.on('framereceived', ({ payload }) => {
      const update = JSON.parse(String(payload)).payload?.data?.tasksUpdated;
      for (const { id } of update?.tasks ?? []) told.tasks.add(id);
      if (update?.kind === 'CHANGES') told.changes += update.tasks.length;
    }),
  );
  return told;
}

test(`${TASKS} live tasks of a real server at 20 changes a second: at most ${MOST_SCRIPT_MS} ms of script a change, nothing held for ${MOST_HELD_MS} ms`, async () => {
  const ids = await makeMany(TASKS);
  const { page, complaints, close } = await openWindow(browser);
  const told = countTold(page);
  await page.goto(`${server.url}/tasks`);
  await page.locator('[data-task]').first().waitFor();
  while (told.tasks.size < TASKS) await page.waitForTimeout(50);
  await page.waitForTimeout(1_000);
  const before = told.changes;
  const work = await measureWork(browser, page, async () => {
    for (let second = 0; second < SECONDS; second++) {
      const asked: Promise<unknown>[] = [page.waitForTimeout(1_000)];
      for (let index = 0; index < EACH_PER_SECOND; index++)
        asked.push(make(TASKS + index), cancel(ids[TASKS - 1 - second * EACH_PER_SECOND - index]!));
      await Promise.all(asked);
    }
    await page.waitForTimeout(500);
  });
  const changes = told.changes - before;
  const drawn = await page.locator('[data-task]').count();
  process.stderr.write(
    `${TASKS} tasks, ${changes} changes: ${(work.scriptMs / changes).toFixed(2)} ms of script a change, longest piece ${work.longestMs.toFixed(0)} ms, ${drawn} rows drawn\n`,
  );
  await shoot(page, 'tasks-thousand-en');
  expect(changes).toBeGreaterThanOrEqual(SECONDS * EACH_PER_SECOND * 2);
  expect(work.scriptMs / changes).toBeLessThan(MOST_SCRIPT_MS);
  expect(work.longestMs).toBeLessThan(MOST_HELD_MS);
  expect(drawn).toBeLessThan(100);
  expect(complaints).toEqual([]);
  await close();
});
