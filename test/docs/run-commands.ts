import { spawn } from 'node:child_process';
import { ROOT } from '../../src/kernel/paths.js';

/** Commands within a sentence, with what stands in the place of a name that the reader fills in, and what they say. */
export const INLINE: Readonly<Record<string, { given?: Readonly<Record<string, string>>; says: RegExp }>> = {
  'npm run demo': { says: /out\/\S+\.jpg/ },
  'npm run demo -- photo.jpg --spec 护照 --color white,blue': { says: /out\/photo\S+\.jpg/ },
  'npm run demo -- --all': { says: /SIMULATED/ },
  'npm run demo -- photo.jpg --check --spec 美国签证': { says: /FAIL[\s\S]*out\/photo\S+-check\.svg/ },
  'npm run rules -- show <spec>': { given: { '<spec>': 'mei-guo-qian-zheng-602x602' }, says: /602x602/ },
  'npm run rules -- check': { says: /No fault\./ },
  'npm run rules -- check <file>': { given: { '<file>': '$FOLDER/rules.json' }, says: /No fault\./ },
  'npm run keys -- --help': { says: /photos:create/ },
  'npm run sandbox': { says: /127\.0\.0\.1/ },
  'npm run vendors': { says: /JUMEI_ID_PHOTO[\s\S]*FEGINE/ },
  'npm run receipt -- key': { says: /"Ed25519"/ },
  'npm run audit -- verify': { says: /its end, to be written down elsewhere|no audit trail yet/ },
  'npm run models -- list': { says: /isnet[\s\S]*modnet/ },
  'npm run backup -- <folder>': { given: { '<folder>': '$FOLDER/inline' }, says: /inline holds / },
  'npm run restore -- <folder>': { given: { '<folder>': '$FOLDER/inline' }, says: /^Restored /m },
  'npm run dev': { says: /127\.0\.0\.1/ },
  'npm start': { says: /127\.0\.0\.1/ },
  'npm pack -w client': { says: /darkroom-client-.*\.tgz/ },
  // The last: those after it would need the new secret.
  'npm run rotate-secret': { says: /The new secret is the active one/ },
};

/** Those that go on until somebody ends them. */
const SERVES = /^(DARKROOM_HOST=\S+ )?npm (start|run dev|run sandbox)$/;

interface Ran {
  code: number | null;
  said: string;
}

/** As a reader would run it, in the folder of the clone. What serves is ended once it has said where. */
export function runCommand(command: string, environment: Record<string, string>): Promise<Ran> {
  const child = spawn('sh', ['-c', command], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LANG: 'C.UTF-8', INIT_CWD: ROOT, ...environment },
  });
  const serves = SERVES.test(command);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      said += chunk;
      // The whole group: npm, the shell and the server.
      if (serves && /http:\/\/127\.0\.0\.1:\d+/.test(said)) process.kill(-child.pid!, 'SIGTERM');
    });
  return new Promise(resolve => child.once('close', code => resolve({ code: serves ? 0 : code, said })));
}
