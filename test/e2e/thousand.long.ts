import type { Browser, WebSocketRoute } from 'playwright-core';
import { type ServerProcess, spawnServer, temporaryFolder } from '../running-server.js';
import { openBrowser, openWindow, shoot } from './house.js';

jest.setTimeout(120_000);

const TASKS = 1_000;
const CHANGES = 200;
const MESSAGES_PER_SECOND = 10;
const CHANGES_PER_MESSAGE = 2;
/** Milliseconds of script a change, and of one piece of work that lets nobody in between. */
const MOST_SCRIPT_MS = 8;
const MOST_HELD_MS = 50;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let browser: Browser;

beforeAll(async () => {
  folder = await temporaryFolder();
  server = await spawnServer(folder.path, { DARKROOM_SANDBOX: 'off' });
  browser = await openBrowser();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await server?.kill('SIGTERM');
  await folder?.remove();
});

const STATES = ['RUNNING', 'QUEUED', 'SUCCEEDED', 'FAILED'] as const;

function taskOf(number: number, sequence: number) {
  const state = STATES[(number + sequence) % STATES.length]!;
  const at = new Date(Date.parse('2026-11-27T10:00:00Z') + number * 1_000).toISOString();
  return {
    __typename: 'IdPhotoTask',
    id: `task_${String(number).padStart(26, '0')}`,
    operation: 'ID_PHOTO',
    state,
    sequence,
    vendor: 'LOCAL',
    sandbox: false,
    createdAt: at,
    endedAt: state === 'SUCCEEDED' || state === 'FAILED' ? at : null,
    reference: `A-${number}`,
    labels: [],
    progress: { percent: sequence % 100 },
    parts: { wanted: 1, delivered: 1 },
    failure: state === 'FAILED' ? { userMessage: 'No face was found.' } : null,
    attempts: [{ billed: 'NO', units: 0, endedAt: null }],
    spec: { title: '一寸', titleEn: '1-inch photo' },
    photos: [],
  };
}

/** A server that has a thousand live tasks, as the page hears it. Of the real one come the page and all else. */
function play(route: WebSocketRoute, start: { changes?: () => void }): void {
  const send = (id: string, update: object) =>
    route.send(JSON.stringify({ id, type: 'next', payload: { data: { tasksUpdated: update } } }));
  route.onMessage(text => {
    const { type, id, payload } = JSON.parse(String(text));
    if (type === 'connection_init') return route.send('{"type":"connection_ack"}');
    if (type === 'ping') return route.send('{"type":"pong"}');
    if (type !== 'subscribe') return;
    if (!payload.query.includes('subscription FollowTasks')) {
      const counts = {
        states: [{ state: 'RUNNING', count: TASKS }],
        acceptedPerMinute: 1,
        endedPerMinute: 1,
        failedPerMinute: 0,
      };
      return send(id, { counts });
    }
    for (let from = 0; from < TASKS; from += 100) {
      const tasks = Array.from({ length: 100 }, (_, index) => taskOf(TASKS - from - index, 1));
      send(id, { kind: 'SNAPSHOT', isComplete: from + 100 >= TASKS, cursor: 'c1', removed: [], tasks });
    }
    start.changes = () => {
      let sent = 0;
      const timer = setInterval(() => {
        const tasks = Array.from({ length: CHANGES_PER_MESSAGE }, () => taskOf(((sent * 37) % TASKS) + 1, 2 + sent++));
        send(id, { kind: 'CHANGES', isComplete: true, cursor: `c${sent}`, removed: [], tasks });
        if (sent >= CHANGES) clearInterval(timer);
      }, 1_000 / MESSAGES_PER_SECOND);
    };
  });
}

test(`${TASKS} live tasks at 20 changes a second: at most ${MOST_SCRIPT_MS} ms of script a change, nothing held for ${MOST_HELD_MS} ms`, async () => {
  const { page, complaints, close } = await openWindow(browser);
  const start: { changes?: () => void } = {};
  await page.routeWebSocket(/\/graphql$/, route => play(route, start));
  await page.goto(`${server.url}/tasks`);
  await page.locator('[data-task]').first().waitFor();
  await page.waitForTimeout(1_000);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const seconds = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'ScriptDuration')!.value;
  };
  await page.evaluate(
    'window.held = []; new PerformanceObserver(list => held.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" })',
  );
  const before = await seconds();
  start.changes!();
  await page.waitForTimeout((CHANGES / (MESSAGES_PER_SECOND * CHANGES_PER_MESSAGE)) * 1_000 + 1_500);
  const scriptMs = ((await seconds()) - before) * 1_000;
  const held = (await page.evaluate('held')) as number[];
  process.stderr.write(
    `${TASKS} tasks, ${CHANGES} changes: ${(scriptMs / CHANGES).toFixed(2)} ms of script a change, longest task ${Math.max(0, ...held).toFixed(0)} ms, ${await page.locator('[data-task]').count()} rows drawn\n`,
  );
  await shoot(page, 'tasks-thousand-en');
  expect(scriptMs / CHANGES).toBeLessThan(MOST_SCRIPT_MS);
  expect(held.filter(ms => ms > MOST_HELD_MS)).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});
