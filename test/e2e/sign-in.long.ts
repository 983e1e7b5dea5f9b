import type { Browser } from 'playwright-core';
import { openPglite } from '../../src/store/drivers/pglite.js';
import { type ServerProcess, spawnServer, temporaryFolder } from '../running-server.js';
import { silentLog } from '../store-setup.js';
import { ask, type Keys, makeKeys, SECRET } from '../token-house.js';
import { openBrowser, openWindow, seriousFindings, shoot, type Window } from './house.js';

jest.setTimeout(120_000);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let keys: Keys;
let browser: Browser;
let window: Window;

beforeAll(async () => {
  folder = await temporaryFolder();
  const database = await openPglite({ directory: folder.path, log: silentLog });
  keys = await makeKeys(database);
  await database.close();
  server = await spawnServer(folder.path, { DARKROOM_SECRET: SECRET });
  browser = await openBrowser();
}, 60_000);
beforeEach(async () => {
  window = await openWindow(browser);
  await window.page.goto(server.url);
});
afterEach(() => window.close());
afterAll(async () => {
  await browser?.close();
  await server?.kill('SIGTERM');
  await folder?.remove();
});

async function signIn(key: string): Promise<void> {
  await window.page.getByLabel('API key or JWT').fill(key);
  await window.page.getByRole('button', { name: 'Sign in' }).click();
}

test('a wrong key is refused in the words of the server; a right one opens the page, and lies nowhere in it', async () => {
  const { page, context } = window;
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await shoot(page, 'sign-in-en');
  expect(await seriousFindings(page)).toEqual([]);
  await signIn('dk_wrong');
  await page.getByRole('alert').waitFor();
  await shoot(page, 'sign-in-refused-en');
  await signIn(keys.all);
  await page.getByRole('tab', { name: 'ID photo' }).waitFor();
  const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
  expect(kept).not.toContain(keys.all.slice(3, 20));
  expect(kept).not.toContain('darkroom=');
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ name: 'darkroom', httpOnly: true, sameSite: 'Strict' });
  await page.reload();
  await page.getByRole('tab', { name: 'ID photo' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await context.cookies()).toEqual([]);
});

test('who may only make photos sees no page of operators', async () => {
  await signIn(keys.shop);
  await window.page.getByRole('tab', { name: 'ID photo' }).waitFor();
  const links = await window.page.getByRole('navigation').first().getByRole('link').allTextContents();
  expect(links).toEqual(['New job', 'Tasks']);
  await window.page.goto(`${server.url}/keys`);
  await window.page.waitForURL(`${server.url}/`);
});

test('a key that is revoked under an open page leads to the sign-in', async () => {
  const make =
    'mutation { createApiKey(input: { name: "short", scopes: [TASKS_READ, PHOTOS_CREATE] }) { key apiKey { id } } }';
  const { key, apiKey } = (await ask(server.url, keys.all, make)).data!.createApiKey;
  await signIn(key);
  await window.page.getByText('Connected', { exact: true }).waitFor();
  await ask(server.url, keys.all, 'mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: apiKey.id });
  await window.page.getByText('Your key has ended or was revoked. Sign in again.').waitFor();
  await shoot(window.page, 'sign-in-ended-en');
});

test('a new key is shown once, and revoked after a question', async () => {
  const { page } = window;
  await signIn(keys.all);
  await page.getByRole('link', { name: 'Keys' }).click();
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByLabel('Name: which system uses it').fill('counter 2');
  await shoot(page, 'keys-create-en');
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText(/^dk_/).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText(/^dk_/).waitFor();
  // The picture is kept: it is a key of a server that is gone in a minute.
  await shoot(page, 'keys-once-en');
  await page.getByLabel('I have stored it').check();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Revoke counter 2' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('revoked').waitFor();
});
