import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ROOT } from '../../src/kernel/paths.js';
import { CHROMIUM, CHROMIUM_FLAGS, inBrowser } from '../chromium.js';
import { freePort } from '../service-process.js';

// The site as VitePress builds it, in a browser that reaches nothing but this machine.

let server: ChildProcess;
let browser: Browser;
let url: string;
let said = '';

beforeAll(async () => {
  const port = await freePort();
  server = spawn('npm', ['run', 'docs', '--', '--serve', '--port', String(port)], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  await new Promise<void>((resolve, reject) => {
    for (const stream of [server.stdout!, server.stderr!])
      stream.on('data', chunk => {
        said += chunk;
        if (said.includes(`:${port}`)) resolve();
      });
    server.once('close', code => reject(new Error(`npm run docs ended with code ${code}: ${said}`)));
  });
  url = `http://127.0.0.1:${port}`;
  if (CHROMIUM !== undefined) browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
}, 600_000);
afterAll(async () => {
  await browser?.close();
  server.removeAllListeners('exit');
  // The whole group: npm, the script and VitePress.
  process.kill(-server.pid!, 'SIGTERM');
});

/** A page of its own, with what went wrong on it and whom it asked. */
async function open(at: string, width = 1280): Promise<{ page: Page; faults: string[]; asked: Set<string> }> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const faults: string[] = [];
  const asked = new Set<string>();
  page.on('request', request => asked.add(new URL(request.url()).origin));
  page.on('console', message => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', error => faults.push(error.message));
  await page.goto(`${url}${at}`, { waitUntil: 'networkidle' });
  return { page, faults, asked };
}

const built = () =>
  readdirSync(path.join(ROOT, 'out', 'docs'), { recursive: true })
    .map(String)
    .filter(name => name.endsWith('.html') && name !== '404.html')
    .map(name => `/${name.replace(/(index)?\.html$/, '')}`);

inBrowser('every page shows its title, asks nobody else, reports no fault and is no wider than a phone', async () => {
  const pages = built();
  expect(pages.length).toBeGreaterThan(45);
  for (const at of pages) {
    const { page, faults, asked } = await open(at, 390);
    const title = await page.locator('main h1').first().innerText();
    const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect({ at, title, faults, asked: [...asked], wide }).toEqual({
      at,
      title: expect.stringMatching(at.startsWith('/zh/') ? /\p{Script=Han}|Webhook/u : /\w/),
      faults: [],
      asked: [url],
      wide: false,
    });
    await page.close();
  }
});

inBrowser.each([
  ['/zh/', '换背景', /服务商|方糖/],
  ['/zh/', '照片链接', /浏览器/],
  ['/zh/', '备份 恢复', /备份/],
  ['/zh/', '抠图', /模型|配置/],
  ['/', 'backup restore', /Backup/],
  ['/', 'createIdPhoto', /Mutations/],
  ['/', 'LEQI_SPEC_IDS', /Leqi/],
])('the search on %s finds %s', async (at, words, expected) => {
  const { page, asked } = await open(at);
  const input = page.locator('input[type=search]');
  // A click before the page's program runs does nothing.
  while (!(await input.isVisible())) {
    await page.locator('.VPNavBarSearchButton').click();
    await input.waitFor({ timeout: 3_000 }).catch(() => {});
  }
  await input.fill(words);
  const results = page.locator('.results a');
  await results.first().waitFor();
  expect((await results.allInnerTexts()).slice(0, 4).join(' ')).toMatch(expected);
  expect([...asked]).toEqual([url]);
  await page.close();
});

inBrowser('the same page is one click away in the other language', async () => {
  const { page } = await open('/vendors/leqi');
  await page.locator('.VPNavBarTranslations button').hover();
  await page.locator('.VPNavBarTranslations a', { hasText: '简体中文' }).click();
  await page.waitForURL('**/zh/vendors/leqi');
  expect(await page.locator('main h1').innerText()).toContain('带免费预览的证件照');
  await page.close();
});
