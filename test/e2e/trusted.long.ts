import path from 'node:path';
import { ROOT } from '../../src/kernel/paths.js';
import { spawnServer, temporaryFolder } from '../running-server.js';
import { openBrowser, openWindow, PORTRAIT } from './house.js';

jest.setTimeout(120_000);

test('a server that runs listed documents alone takes every request of the dashboard', async () => {
  const folder = await temporaryFolder();
  const server = await spawnServer(folder.path, {
    DARKROOM_TRUSTED_DOCUMENTS: path.join(ROOT, 'web', 'persisted-documents.json'),
    DARKROOM_DASHBOARD: 'on',
  });
  const browser = await openBrowser();
  const { page, complaints } = await openWindow(browser);
  await page.goto(server.url);
  await page.getByTestId('file').setInputFiles(PORTRAIT);
  await page.getByText('Mouth closed').waitFor();
  await page.getByRole('button', { name: 'Make 1 photo' }).click();
  await page.getByRole('link', { name: 'Open the task' }).click();
  await page.getByRole('heading', { name: 'Timeline' }).waitFor();
  for (const view of ['tasks', 'vendors', 'usage', 'keys', 'audit']) {
    await page.goto(`${server.url}/${view}`);
    await page.locator('#main .card').first().waitFor();
    await page.locator('[aria-busy]').waitFor({ state: 'detached' });
    expect([view, await page.getByRole('alert').count()]).toEqual([view, 0]);
  }
  expect(complaints).toEqual([]);
  await browser.close();
  await server.kill('SIGTERM');
  await folder.remove();
});
