import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../../src/kernel/paths.js';
import { temporaryFolder } from '../running-server.js';
import { blocksIn, ELSEWHERE, shellCommands } from './commands.js';
import { INLINE, runCommand } from './run-commands.js';

// The commands of the pages, one after the other, as somebody would run them who reads: each in the folder of the clone, by
// a shell, with the data of those before it. Only what a reader replaces is replaced.

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let environment: Record<string, string>;
/** That of the first key, which a later command names. */
let keyId = 'none';

beforeAll(async () => {
  folder = await temporaryFolder();
  environment = {
    DARKROOM_DATA_DIR: path.join(folder.path, 'data'),
    DARKROOM_PORT: '0',
    DARKROOM_SECRET: 'a-secret-that-the-commands-of-the-pages-know',
    FANGTANG_UNIT_PRICE: '0.35',
    npm_config_pack_destination: folder.path,
  };
  await copyFile(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'), path.join(folder.path, 'photo.jpg'));
  await writeFile(path.join(folder.path, 'rules.json'), '{ "rules": [], "specs": {} }');
  const variables = Object.entries(environment).map(([name, value]) => `${name}='${value}'`);
  await writeFile(path.join(folder.path, 'darkroom.env'), variables.join('\n'));
});
afterAll(() => folder.remove());

/** What a reader has elsewhere: the folder of backups, today's date, the id of a key, a photo. */
function filledIn(command: string): string {
  return command
    .replaceAll(/(?<=\s)\/backups\//g, `${folder.path}/`)
    .replaceAll('2026-11-27', '$(date +%F)')
    .replace('key_…', keyId)
    .replace('photo.jpg', path.join(folder.path, 'photo.jpg'));
}

/** A restore wants an empty database; a demo brings a server of its own. */
function environmentOf(command: string, number: number): Record<string, string> {
  const data = path.join(folder.path, `restored-${number}`);
  const restores = /npm run restore -- (?!--check)/.test(command);
  return restores ? { ...environment, DARKROOM_DATA_DIR: data } : environment;
}

test.each(
  shellCommands()
    .map(({ page, command }, number) => [page, command, number] as const)
    .filter(([, command]) => !(command in ELSEWHERE) && !command.startsWith('curl ') && command !== 'npm test'),
)('%s: %s', async (_, command, number) => {
  const ran = await runCommand(filledIn(command), environmentOf(command, number));
  expect(ran).toEqual({ ...ran, code: 0 });
  keyId = /key_\w+/.exec(ran.said)?.[0] ?? keyId;
});

test('the line of cron makes a backup and looks whether it is whole', async () => {
  const [line] = blocksIn('').filter(({ text }) => text.includes('npm run backup'));
  const command = /^0 3 \* \* \* {2}(.+)$/
    .exec(line!.text)![1]!
    .replaceAll('\\%', '%')
    .replace('/srv/darkroom', ROOT)
    .replace('/etc/darkroom.env', path.join(folder.path, 'darkroom.env'))
    .replaceAll(/(?<=\s)\/backups\//g, `${folder.path}/cron-`);
  const ran = await runCommand(command, {});
  expect(ran).toEqual({ ...ran, code: 0 });
});

test.each(Object.keys(INLINE))('%s', async command => {
  const { given = {}, says } = INLINE[command]!;
  let text = filledIn(command);
  for (const [name, value] of Object.entries(given)) text = text.replace(name, value.replace('$FOLDER', folder.path));
  // The folder has keys by now, and a demo has none.
  const own = command.startsWith('npm run demo') ? { DARKROOM_DATA_DIR: path.join(folder.path, 'demo') } : {};
  const rotated = { DARKROOM_SECRET: 'the-next-secret-of-the-commands-of-the-pages' };
  const secrets = { ...rotated, DARKROOM_PREVIOUS_SECRETS: environment.DARKROOM_SECRET! };
  const more = command === 'npm run rotate-secret' ? secrets : own;
  const ran = await runCommand(text, { ...environmentOf(text, -1), ...more });
  expect(ran).toEqual({ ...ran, code: 0 });
  expect(ran.said).toMatch(says);
});
