import { createApollo } from './apollo.js';
import { startApp } from './app.js';
import { addDashboard } from './dashboard.js';
import { Documents } from './documents.js';
import { addGraphiQL } from './graphiql.js';
import { addGraphQLRoute } from './graphql-route.js';
import { addPages } from './pages.js';
import type { RunningServer, ServerParts } from './parts.js';
import { createErrorPresenter } from './present-error.js';
import { QuickQueries } from './quick-queries.js';
import { addSessionRoute } from './session-route.js';
import { Subscriptions } from './subscriptions.js';
import { Turns } from './turns.js';
import { createUpgradeHandler } from './upgrade.js';
import { GraphQLSockets } from './web-socket.js';

/** Starts HTTP and WebSocket on one port. Rejects as `startApp` does. */
export async function startServer<Context extends object>(parts: ServerParts<Context>): Promise<RunningServer> {
  const present = createErrorPresenter(parts.log);
  const documents = new Documents(parts.schema, parts.introspection, parts.trustedDocuments);
  tellMisfits(parts, documents);
  const turns = new Turns();
  const quick = new QuickQueries<Context>(parts.schema, parts.scopeOf && (context => parts.scopeOf!(context)));
  const apollo = createApollo(parts, present, turns, source => {
    const document = documents.known(source);
    if (document) quick.prove(document);
  });
  await apollo.start();
  const sockets = new GraphQLSockets(new Subscriptions(parts, documents, present, turns), present, parts.log);
  const server = await startApp(parts, present, {
    add: (app, gate, isStopping) => {
      addGraphQLRoute(app, apollo, quick, documents, parts, present, turns, gate, isStopping);
      if (parts.startSession) addSessionRoute(app, gate, source => parts.startSession!(source));
      addPages(app, parts);
      if (parts.dashboard) addDashboard(app, parts.dashboard, parts.graphiql);
      if (parts.graphiql) addGraphiQL(app, parts.sampleQuery);
      app.server.on('upgrade', createUpgradeHandler(gate, sockets, present, isStopping, parts.maxSockets));
    },
    stop: () => sockets.stop(),
  });
  let closed: Promise<void> | undefined;
  return {
    ...server,
    close: () => {
      closed ??= server.close().then(() => apollo.stop());
      return closed;
    },
  };
}

/** A client of an older build should not keep the server from starting; it is refused what the schema does not have. */
function tellMisfits(
  { trustedDocuments, log }: Pick<ServerParts<object>, 'trustedDocuments' | 'log'>,
  documents: Documents,
): void {
  for (const [id, text] of trustedDocuments?.documents ?? []) {
    const errors = documents.validate(text);
    if (Array.isArray(errors))
      log.warn({ id, error: errors[0].message }, 'a trusted document does not fit the schema; its clients are refused');
  }
}
