import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { ROOT } from '../../src/kernel/paths.js';
import { type ServerProcess, spawnServer, temporaryFolder } from '../running-server.js';
import { PORTRAIT, wall } from '../token-house.js';
import { openBrowser, openWindow, seriousFindings, shoot, type Window } from './house.js';

jest.setTimeout(180_000);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let browser: Browser;
let open: Window[] = [];

/** The vendors as a program of their own, whose answers can be lost. */
async function startSandbox() {
  const child = spawn(process.execPath, [path.join(ROOT, 'dist', 'sandbox', 'main.js'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const output = await new Promise<string>(resolve => {
    let text = '';
    child.stdout.on('data', chunk => {
      text += chunk;
      if (/control: \S+[\s\S]*FEGINE\w*=/.test(text)) resolve(text);
    });
  });
  const environment = Object.fromEntries(
    [...output.matchAll(/^(?:export )?([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [
      name!,
      value!.replace(/^'|'$/g, ''),
    ]),
  );
  const controlUrl = /control: (\S+)/.exec(output)![1]!;
  return { environment, controlUrl, stop: () => child.kill() };
}

const start = (port = '0') =>
  spawnServer(path.join(folder.path, 'data'), {
    ...sandbox.environment,
    DARKROOM_PORT: port,
    DARKROOM_ALLOW_EMBEDDED_BILLING: 'yes',
  });

beforeAll(async () => {
  folder = await temporaryFolder();
  sandbox = await startSandbox();
  server = await start();
  browser = await openBrowser();
}, 60_000);
afterEach(async () => {
  for (const window of open) await window.close();
  open = [];
});
afterAll(async () => {
  await browser?.close();
  await server?.kill('SIGTERM');
  sandbox?.stop();
  await folder?.remove();
});

async function visit(view: string, options: Parameters<typeof openWindow>[1] = {}): Promise<Window> {
  const window = await openWindow(browser, options);
  open.push(window);
  await window.page.goto(server.url + view);
  await window.page.locator('#main').waitFor();
  return window;
}

async function make(input: Record<string, unknown>, photo = PORTRAIT): Promise<string> {
  const query = 'mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input) { id } }';
  const whole = { photo: { base64: photo.toString('base64') }, specId: 'yi-cun-295x413', ...input };
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { input: whole } }),
  });
  const { data } = (await response.json()) as { data: { createIdPhoto: { id: string } } };
  return data.createIdPhoto.id;
}

const rowOf = (window: Window, id: string) => window.page.locator(`[data-task="${id}"]`);

test('an empty list says what to do', async () => {
  const { page } = await visit('/tasks');
  await page.getByRole('heading', { name: 'No tasks yet' }).waitFor();
  await shoot(page, 'tasks-empty-en');
  expect(await seriousFindings(page)).toEqual([]);
});

test('two windows are told of the same task, and of its end, without a reload', async () => {
  const [one, two] = [await visit('/tasks'), await visit('/tasks', { locale: 'zh-CN' })];
  await one.page.getByRole('heading', { name: 'No tasks yet' }).waitFor();
  const id = await make({ vendor: 'LOCAL', backgrounds: [{ color: 'blue' }], reference: 'A-1' });
  for (const window of [one, two]) await rowOf(window, id).waitFor();
  await rowOf(one, id).getByText('Done').waitFor();
  await rowOf(two, id).getByText('完成').waitFor();
  await shoot(one.page, 'tasks-en');
  expect(await seriousFindings(one.page)).toEqual([]);
  expect(one.complaints).toEqual([]);
});

test('a failed task says why, what it cost and what to do; it is found by its reference', async () => {
  const id = await make({ vendor: 'LOCAL', backgrounds: [{ color: 'red' }], reference: 'A-2' }, await wall());
  const window = await visit('/tasks', { locale: 'zh-CN' });
  await rowOf(window, id).getByText('失败').waitFor();
  await shoot(window.page, 'tasks-failed-zh');
  await window.page.getByLabel('查找任务').first().fill('A-2');
  await window.page.keyboard.press('Enter');
  await window.page.getByText('A-1', { exact: true }).waitFor({ state: 'detached' });
  await rowOf(window, id).getByRole('link').click();
  const banner = window.page.locator('.note.bad');
  await banner.waitFor();
  expect(await banner.textContent()).toMatch(/脸.*试了 1 次，没有计费。换一张照片/);
  await shoot(window.page, 'task-failed-zh', true);
  expect(await seriousFindings(window.page)).toEqual([]);
  await window.page.getByRole('button', { name: /这一页背后的查询/ }).click();
  await window.page.getByRole('dialog').getByText('subscription FollowTask').waitFor();
  await shoot(window.page, 'task-graphql-zh');
  expect(await seriousFindings(window.page)).toEqual([]);
});

test('an answer that was lost: a person decides, and the task ends', async () => {
  const body = JSON.stringify({ vendor: 'JUMEI_ID_PHOTO', fault: 'drop-after', times: 1, call: 'create' });
  await fetch(sandbox.controlUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const id = await make({ vendor: 'JUMEI_ID_PHOTO', backgrounds: [{ color: 'blue' }], reference: 'A-3' });
  const { page } = await visit(`/tasks/${id}`);
  await page.getByRole('heading', { name: 'Please decide: was this call charged?' }).waitFor();
  await shoot(page, 'task-review-en', true);
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Try again, may pay twice' }).click();
  await page.getByRole('dialog').waitFor();
  expect(await page.getByRole('button', { name: 'Try again', exact: true }).isDisabled()).toBe(true);
  await shoot(page, 'task-twice-en');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'I found out: settle it' }).click();
  await page.getByRole('radio', { name: /Not charged/ }).check();
  await shoot(page, 'task-settle-en');
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Settle', exact: true }).click();
  await page.getByText('Failed').first().waitFor();
  await page.getByRole('button', { name: 'Make it locally' }).click();
  await page.getByText('Done').first().waitFor();
  expect(page.url()).not.toContain(id);
  await page.getByRole('link', { name: `${id.slice(0, 9)}…` }).click();
  await page.getByText('Failed').first().waitFor();
  await shoot(page, 'task-settled-en', true);
  expect(await seriousFindings(page)).toEqual([]);
});

test('a task is deleted after a question, and its address says that it is gone', async () => {
  const id = await make({ vendor: 'LOCAL', backgrounds: [{ color: 'white' }] });
  const { page } = await visit(`/tasks/${id}`);
  await page.getByText('Done').first().waitFor();
  await shoot(page, 'task-done-en', true);
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').waitFor();
  await shoot(page, 'task-delete-en');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'There is no such task' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'There is no such task' }).waitFor();
  await shoot(page, 'task-gone-en');
});

test('a server that restarts under an open page: the list stands, and catches up', async () => {
  const known = await make({ vendor: 'LOCAL', backgrounds: [{ color: 'blue' }], reference: 'before' });
  const window = await visit('/tasks');
  await rowOf(window, known).getByText('Done').waitFor();
  const { port } = new URL(server.url);
  await server.kill('SIGTERM');
  await window.page.getByText('Connection lost, trying again').waitFor();
  await shoot(window.page, 'tasks-reconnecting-en');
  expect(await seriousFindings(window.page)).toEqual([]);
  expect(await rowOf(window, known).count()).toBe(1);
  server = await start(port);
  await window.page.getByText('Connected', { exact: true }).waitFor();
  const next = await make({ vendor: 'LOCAL', backgrounds: [{ color: 'red' }], reference: 'after' });
  await rowOf(window, next).getByText('Done').waitFor();
});

test('a computer without a network says so, and shows what it knew', async () => {
  const window = await visit('/tasks', { locale: 'zh-CN' });
  await window.page.locator('[data-task]').first().waitFor();
  await window.context.setOffline(true);
  await window.page.getByText('这台电脑没有网络').waitFor();
  await shoot(window.page, 'tasks-offline-zh');
  expect(await window.page.locator('[data-task]').count()).toBeGreaterThan(0);
  expect(await seriousFindings(window.page)).toEqual([]);
});

test('the pages of operators, light and dark, wide and narrow', async () => {
  const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
  const kinds = {
    en: {},
    'zh-dark': { locale: 'zh-CN', colorScheme: 'dark' },
    'phone-zh': { ...phone, locale: 'zh-CN' },
  } as const;
  for (const [kind, options] of Object.entries(kinds)) {
    const { page, complaints } = await visit('/tasks', options);
    for (const view of ['tasks', 'vendors', 'usage', 'keys', 'audit', 'more']) {
      await page.goto(`${server.url}/${view}`);
      await page.locator('#main .card').first().waitFor();
      await page.locator('[aria-busy]').waitFor({ state: 'detached' });
      await shoot(page, `${view}-${kind}`);
      const marked = await page.locator('.bottom a[aria-current]').getAttribute('href');
      expect([view, marked]).toEqual([view, ['tasks', 'vendors'].includes(view) ? `/${view}` : '/more']);
      expect([view, kind, await seriousFindings(page)]).toEqual([view, kind, []]);
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect([view, kind, overflow]).toEqual([view, kind, 0]);
    }
    expect(complaints).toEqual([]);
  }
});
