import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { ROOT } from '../src/kernel/paths.js';
import { VIEWS } from '../src/server/dashboard.js';
import { openDashboard } from '../src/server/dashboard-files.js';
import { CHROMIUM, CHROMIUM_FLAGS, inBrowser } from './chromium.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';

const WEB = path.join(ROOT, 'dist', 'web');
/** Of compressed script that has to come before the page is there. */
const FIRST_LOAD_BYTES = 250_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
beforeAll(async () => {
  folder = await temporaryFolder();
  server = await spawnServer(path.join(folder.path, 'data'), { DARKROOM_SANDBOX: 'off' });
}, 150_000);
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

const html = () => readFileSync(path.join(WEB, 'index.html'), 'utf8');
const filesOfPage = () => [...html().matchAll(/(?:src|href)="\/web\/([^"]+)"/g)].map(([, name]) => name!);

test('the first load has at most 250 KB of compressed script, and nothing of it comes from elsewhere', () => {
  const scripts = filesOfPage().filter(name => name.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(0);
  const bytes = scripts.map(name => readFileSync(path.join(WEB, 'web', `${name}.gz`)).length);
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(FIRST_LOAD_BYTES);
  expect(html()).not.toMatch(/https?:\/\//);
  expect(html()).not.toMatch(/<script(?![^>]*src=)|<style|style="/);
  const all = readdirSync(path.join(WEB, 'web')).filter(name => /\.(js|css|svg)$/.test(name));
  expect(all.filter(name => !/-[\w-]{8}\.\w+$/.test(name))).toEqual([]);
});

test('every view is the one page, under a policy without inline scripts or styles', async () => {
  for (const view of VIEWS) {
    const response = await fetch(server.url + view.replace(':id', 'task_1'));
    expect([view, response.status]).toEqual([view, 200]);
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(response.headers.get('cache-control')).toBe('no-cache');
  }
  expect((await fetch(`${server.url}/nothing`)).status).toBe(404);
});

test('the page and the server name the same views', () => {
  const routes = readFileSync(path.join(ROOT, 'web', 'src', 'app', 'routes.ts'), 'utf8');
  const named = [...routes.matchAll(/path: '([^']+)'/g)].map(([, view]) => view!);
  expect(VIEWS.filter(view => !view.includes(':') && view !== '/more').sort()).toEqual(named.sort());
});

test('an unchanged page is 304; files are kept for a year, packed for who takes it, and another name is 404', async () => {
  const etag = (await fetch(server.url)).headers.get('etag')!;
  expect((await fetch(server.url, { headers: { 'if-none-match': etag } })).status).toBe(304);
  const [name] = filesOfPage();
  for (const [accepted, encoding] of [
    ['br, gzip', 'br'],
    ['gzip', 'gzip'],
    ['identity', null],
  ] as const) {
    const response = await fetch(`${server.url}/web/${name}`, { headers: { 'accept-encoding': accepted } });
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('vary')).toMatch(/accept-encoding/i);
  }
  for (const wrong of ['index-00000000.js', '..%2findex.html', 'sources.sha256'])
    expect([wrong, (await fetch(`${server.url}/web/${wrong}`)).status]).toEqual([wrong, 404]);
});

test('a folder without a build says what to do', async () => {
  await expect(openDashboard(folder.path)).rejects.toThrow('npm run build');
});

inBrowser(
  'a browser has the page to work with, without a complaint and without the internet',
  async () => {
    const browser = await chromium.launch({
      executablePath: CHROMIUM!,
      args: CHROMIUM_FLAGS.filter(flag => flag !== '--headless'),
    });
    const page = await browser.newPage({ locale: 'zh-CN' });
    const complaints: string[] = [];
    page.on('console', message => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', error => complaints.push(String(error)));
    await page.goto(server.url);
    await page.getByRole('tab', { name: '证件照' }).waitFor();
    await page.getByRole('button', { name: '蓝色', pressed: true }).waitFor();
    await page.getByRole('link', { name: '任务' }).first().click();
    await page.getByRole('heading', { name: '还没有任务' }).waitFor();
    expect(complaints).toEqual([]);
    await browser.close();
  },
  60_000,
);
