import type { FastifyInstance } from 'fastify';
import { DarkroomError } from '../kernel/errors.js';
import type { ServerParts } from './parts.js';

type PageParts = Pick<ServerParts<object>, 'graphiql' | 'dashboard'>;

const EDITOR = '/graphiql (an editor that works offline), ';

const EDITOR_LINKS = `<li><a href="/graphiql">GraphiQL</a>: try the API; works offline. 在线调试，无需外网。</li>
<li><a href="/graphql">Apollo Sandbox</a>: the same, loaded from the internet.</li>
`;

const welcome = (graphiql: boolean) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Darkroom</title>
<link rel="icon" href="data:,">
<style>body { margin: 4em auto; max-width: 40em; font: 16px/1.6 system-ui, sans-serif }</style>
</head>
<body>
<h1>Darkroom</h1>
<ul>
${graphiql ? EDITOR_LINKS : ''}<li><code>POST /graphql</code> and <code>WebSocket /graphql</code>: the API.</li>
<li><a href="/health/ready">/health/ready</a></li>
</ul>
</body>
</html>
`;

/** What stands at `/` where no dashboard is served, and what is said of a URL at which there is nothing. */
export function addPages(app: FastifyInstance, { graphiql, dashboard }: PageParts): void {
  const first = dashboard ? '/ (the dashboard), ' : '';
  const places = `${first}/graphql (the API), ${graphiql ? EDITOR : ''}/health/live, /health/ready, /assets/...`;
  if (!dashboard) addWelcome(app, welcome(graphiql));
  app.setNotFoundHandler(async () => {
    throw new DarkroomError('NOT_FOUND', `There is nothing at this URL. There is: ${places}.`);
  });
}

function addWelcome(app: FastifyInstance, page: string): void {
  app.get('/', async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
      )
      .send(page),
  );
}
