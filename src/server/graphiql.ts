import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { ROOT } from '../kernel/paths.js';

/** GraphiQL whole, as files: script, style with its fonts, and the editor's workers (`scripts/build-bundled.mjs`). */
const FOLDER = path.join(ROOT, 'dist', 'graphiql');
const FILES = {
  'graphiql.js': 'text/javascript',
  'graphiql.css': 'text/css',
  'editor.worker.js': 'text/javascript',
  'json.worker.js': 'text/javascript',
  'graphql.worker.js': 'text/javascript',
} as const;

/** Nothing from elsewhere. GraphiQL writes style elements and attributes, so inline styles stay allowed. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Darkroom: GraphiQL</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/graphiql/graphiql.css">
<style>
html, body, #root { height: 100%; margin: 0 }
#photo { position: fixed; z-index: 1; top: 10px; right: 170px; font: 14px/1.5 system-ui, sans-serif }
</style>
</head>
<body>
<noscript>GraphiQL needs JavaScript.</noscript>
<form id="photo"><label>Upload a photo 上传照片: <input type="file" accept="image/*"></label> <output></output></form>
<div id="root"></div>
<script src="/graphiql/graphiql.js"></script>
<script src="/graphiql/start.js"></script>
</body>
</html>
`;

/** The GraphQL editor at /graphiql, which works without internet. */
export function addGraphiQL(app: FastifyInstance, sampleQuery = '{ __typename }'): void {
  app.get('/graphiql', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).send(PAGE),
  );
  app.get('/graphiql/start.js', async (_request, reply) =>
    sendFile(reply, 'text/javascript', startScript(sampleQuery)),
  );
  for (const [file, type] of Object.entries(FILES)) {
    app.get(`/graphiql/${file}`, async (_request, reply) => {
      reply.header('cache-control', 'max-age=3600');
      return sendFile(reply, type, await readFile(path.join(FOLDER, file)));
    });
  }
}

/**
 * A server that wants an API key is asked with the one of this tab: from `#key=dk_…`, which is taken out of the address,
 * or typed in once. It stays in the tab's own storage, and goes with it.
 */
const KEY_SCRIPT = `async function findKey() {
  const given = new URLSearchParams(location.hash.slice(1)).get('key');
  if (given) {
    sessionStorage.setItem('darkroom-key', given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  const ask = key => fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key ? { authorization: 'Bearer ' + key } : {}) },
    body: '{"query":"{ __typename }"}',
  });
  const held = sessionStorage.getItem('darkroom-key');
  if ((await ask(held)).status !== 401) return held;
  sessionStorage.removeItem('darkroom-key');
  const typed = prompt('This server needs an API key (dk_…). It stays in this tab.');
  if (typed) sessionStorage.setItem('darkroom-key', typed.trim());
  return typed && typed.trim();
}`;

/** GraphiQL's variables are JSON, in which no file can stand: a photo is kept first, and then named by its id. */
const UPLOAD_SCRIPT = `function uploadPhotos(key) {
  const [input, output] = document.querySelectorAll('#photo input, #photo output');
  input.onchange = async () => {
    const body = new FormData();
    body.append('photo', input.files[0]);
    const headers = { 'graphql-require-preflight': 'graphiql', ...(key ? { authorization: 'Bearer ' + key } : {}) };
    const answer = await (await fetch('/photos', { method: 'POST', headers, body })).json();
    output.value = answer.errors ? answer.errors[0].extensions.userMessage : 'photo: { assetId: "' + answer.id + '" }';
  };
}`;

function startScript(defaultQuery: string): string {
  const options = {
    title: 'Darkroom',
    endpoint: '/graphql',
    subscriptionsProtocol: 'WS',
    defaultQuery,
    additionalHeaders: { 'graphql-require-preflight': 'graphiql' },
  };
  return `self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) =>
    '/graphiql/' + ({ json: 'json.worker.js', graphql: 'graphql.worker.js' }[label] ?? 'editor.worker.js'),
};
${KEY_SCRIPT}
${UPLOAD_SCRIPT}
findKey().then(key => {
  uploadPhotos(key);
  const options = ${JSON.stringify(options)};
  if (key) {
    options.additionalHeaders.authorization = 'Bearer ' + key;
    options.connectionParams = { authorization: 'Bearer ' + key };
  }
  YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), options);
});
`;
}

function sendFile(reply: FastifyReply, type: string, text: string | Buffer): FastifyReply {
  return reply.type(`${type}; charset=utf-8`).send(text);
}
