import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { ROOT } from '../../src/kernel/paths.js';
import { CHROMIUM, CHROMIUM_FLAGS } from '../chromium.js';

/** Where each page and state is kept as a picture, to be looked at. */
export const SHOTS = path.join(ROOT, 'out', 'e2e');
export const PORTRAIT = path.join(ROOT, 'test', 'fixtures', 'astronaut.png');
const AXE = require.resolve('axe-core/axe.min.js');

/** A camera that shows a test picture, and a yes to whoever asks for it. */
const CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

export function openBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('There is no Chromium: apt-get install chromium.');
  mkdirSync(SHOTS, { recursive: true });
  const args = CHROMIUM_FLAGS.filter(flag => flag !== '--headless');
  return chromium.launch({ executablePath: CHROMIUM, args: [...args, ...CAMERA] });
}

/** One window, with what its page complained of. */
export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page wrote to its console as an error, and what it did not catch. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export async function openWindow(browser: Browser, options: BrowserContextOptions = {}): Promise<Window> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 1000 },
    locale: 'en-US',
    reducedMotion: 'reduce',
    // What the browser sends of itself has to fit this policy too; a service worker would hide requests.
    serviceWorkers: 'block',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  // The browser says that a request was refused; what it was, and why, says the answer.
  const isRefusal = (text: string) => text.startsWith('Failed to load resource: the server responded');
  page.on('console', message => {
    if (message.type() === 'error' && !isRefusal(message.text())) complaints.push(message.text());
  });
  page.on('response', async response => {
    if (response.status() < 400) return;
    const [asked, answer] = [response.request().postData()?.slice(0, 200), await response.text().catch(() => '')];
    complaints.push(`${response.status()} ${response.url()} ${asked ?? ''} ${answer.slice(0, 400)}`);
  });
  page.on('pageerror', error => complaints.push(String(error)));
  return { page, context, complaints, close: () => context.close() };
}

export async function shoot(page: Page, name: string, fullPage = false): Promise<void> {
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage });
}

/** What the main thread of a page did, in ms of its own CPU: that others use the machine as well adds nothing. */
export interface PageWork {
  readonly allMs: number;
  readonly scriptMs: number;
  /** The longest time in which nobody else, a click say, could have had a turn. */
  readonly longestMs: number;
}

/** Measures the one page that is open, through a navigation too. */
export async function measureWork(browser: Browser, page: Page, work: () => Promise<void>): Promise<PageWork> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const scriptMs = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'ScriptDuration')!.value * 1_000;
  };
  await browser.startTracing(page, { categories: ['-*', 'disabled-by-default-devtools.timeline'] });
  const before = await scriptMs();
  await work();
  const script = (await scriptMs()) - before;
  await session.detach();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] };
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents
    .filter(({ name, pid, tid }) => name === 'RunTask' && mains.has(`${pid} ${tid}`))
    .map(({ tdur = 0 }) => tdur / 1_000);
  return { allMs: tasks.reduce((sum, ms) => sum + ms, 0), scriptMs: script, longestMs: Math.max(0, ...tasks) };
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly name?: string };
  /** Microseconds of the CPU of its thread. */
  readonly tdur?: number;
}

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe finds that is serious or critical, as short texts. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // The page's policy forbids foreign scripts; the door of the debugger does not ask it.
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: readFileSync(AXE, 'utf8') });
  const run = 'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)';
  const { result } = await session.send('Runtime.evaluate', {
    expression: run,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  return (result.value as Finding[])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}
