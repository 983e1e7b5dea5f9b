import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ROOT } from '../src/kernel/paths.js';
import { eventually } from './eventually.js';
import { findIn } from './personal-traces.js';
import { spawnServer, temporaryFolder } from './running-server.js';

/** Every login and secret that a server can be given. No two are alike, and none stands anywhere by chance. */
const SECRETS = Object.fromEntries(
  [
    'DARKROOM_SECRET',
    'JUMEI_ID_PHOTO_APP_CODE',
    'JUMEI_PAINTING_APP_KEY',
    'JUMEI_PAINTING_APP_SECRET',
    'LEQI_APP_CODE',
    'FANGTANG_THIRD_CODE',
    'FANGTANG_SECRET_KEY',
    'FEGINE_APP_CODE',
  ].map(name => [name, `canary${randomBytes(16).toString('hex')}`]),
);
/** Those that go over the line as they are: the others sign. */
const SENT = [
  'JUMEI_ID_PHOTO_APP_CODE',
  'JUMEI_PAINTING_APP_KEY',
  'LEQI_APP_CODE',
  'FANGTANG_THIRD_CODE',
  'FEGINE_APP_CODE',
];

const TASK = '{ id }';
const MUTATIONS = [
  `createIdPhoto(input: { photo: $photo, specId: "yi-cun-295x413", vendor: JUMEI_ID_PHOTO }) ${TASK}`,
  `createIdPhoto(input: { photo: $photo, specId: "yi-cun-295x413", vendor: LEQI, release: LATER }) ${TASK}`,
  `restorePhoto(input: { photo: $photo, steps: SR, vendor: FANGTANG }) ${TASK}`,
  `generatePainting(input: { text: "a cat", style: ANCIENT_CHINESE, vendor: JUMEI_PAINTING }) ${TASK}`,
  `verifyFace(input: { photo: $photo, name: "张三", idNumber: "11010519491231002X", vendor: FEGINE,
     consent: { purpose: "a test", noticeVersion: "1", reference: "c" } }) ${TASK}`,
];
const TOLD = `{
  tasks(first: 50) { nodes { state failure { code message userMessage vendorCode }
    attempts { outcome code vendorCode evidence } } }
  vendors { vendor state reason }
}`;

/** A vendor that answers everything with all that it was sent, wherever a guide has a text for people. */
async function startEcho(seen: string[]): Promise<Server> {
  const server = createServer(async (request, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [body, { authorization, token, ...others }] = [Buffer.concat(chunks).toString('latin1'), request.headers];
    const appCode = others['x-apig-appcode'];
    // A log keeps 200 characters of it: what matters stands first.
    const sent = [authorization, token, appCode, request.url, body.slice(0, 300), JSON.stringify(others)]
      .join(' ')
      .trim();
    seen.push(sent);
    const said = {
      code: 400,
      error_code: '400',
      status: 400,
      success: false,
      result: sent,
      data: { msg: sent, message: sent },
    };
    answer
      .writeHead(400, { 'content-type': 'application/json', 'x-ca-error-message': encodeURI(sent).slice(0, 2_000) })
      .end(
        JSON.stringify({
          ...said,
          msg: sent,
          message: sent,
          error_msg: sent,
          errorMsg: sent,
          errMsg: sent,
          desc: sent,
        }),
      );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

test('no login and no secret of the configuration stands in an answer, the log or the data directory, where vendors quote what they were sent too', async () => {
  const seen: string[] = [];
  const echo = await startEcho(seen);
  const url = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
  const folder = await temporaryFolder();
  const server = await spawnServer(folder.path, {
    ...SECRETS,
    DARKROOM_SANDBOX: 'off',
    JUMEI_ID_PHOTO_URL: url,
    JUMEI_PAINTING_SUBMIT_URL: `${url}/submit`,
    JUMEI_PAINTING_QUERY_URL: `${url}/query`,
    ...Object.fromEntries(['LEQI', 'FANGTANG', 'FEGINE'].map(vendor => [`${vendor}_BASE_URL`, url])),
  });
  const answers: string[] = [];
  const ask = async (query: string, variables = {}) => {
    const body = JSON.stringify({ query, variables });
    const headers = { 'content-type': 'application/json' };
    const text = await (await fetch(`${server.url}/graphql`, { method: 'POST', headers, body })).text();
    answers.push(text);
    return text;
  };
  try {
    const base64 = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')).toString('base64');
    for (const mutation of MUTATIONS) {
      const [declared, variables] = mutation.includes('$photo')
        ? ['mutation ($photo: PhotoInput!)', { photo: { base64 } }]
        : ['mutation', {}];
      expect(await ask(`${declared} { task: ${mutation} }`, variables)).toContain('"task_');
    }
    await eventually(async () => !/"(QUEUED|RUNNING)"/.test(await ask(TOLD)));
    const told = answers.at(-1)!;
    await server.kill('SIGTERM');
    expect(told.match(/"state":"(FAILED|NEEDS_REVIEW)"/g)).toHaveLength(MUTATIONS.length);
    // What is made of a secret opens the vendor for minutes.
    const tokens = seen.flatMap(sent => sent.match(/[0-9a-f]{32},\d{10}/g) ?? []);
    expect(tokens).not.toEqual([]);
    const secrets = [...Object.values(SECRETS), ...tokens];
    expect(findIn(folder.path, `${server.log()}${answers.join('')}`, secrets)).toEqual([]);
    // They were in use, and the vendors' words were told.
    for (const name of SENT) expect(seen.join('\n')).toContain(SECRETS[name]);
    expect(server.log().match(/"vendorMessage":"[^"]*\*\*\*/g)?.length).toBeGreaterThanOrEqual(3);
  } finally {
    await server.kill('SIGKILL');
    echo.close();
    await folder.remove();
  }
}, 240_000);
