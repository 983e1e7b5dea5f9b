import { createApollo } from './apollo.js';
import { startApp } from './app.js';
import { Documents } from './documents.js';
import { addGraphiQL } from './graphiql.js';
import { addGraphQLRoute } from './graphql-route.js';
import { addPages } from './pages.js';
import type { RunningServer, ServerParts } from './parts.js';
import { createErrorPresenter } from './present-error.js';
import { subscriptionOptions } from './subscriptions.js';
import { createUpgradeHandler } from './upgrade.js';
import { GraphQLSockets } from './web-socket.js';

/** Starts HTTP and WebSocket on one port. Rejects as `startApp` does. */
export async function startServer<Context extends object>(parts: ServerParts<Context>): Promise<RunningServer> {
  const present = createErrorPresenter(parts.log);
  const documents = new Documents(parts.schema, parts.introspection);
  const apollo = createApollo(parts, present);
  await apollo.start();
  const sockets = new GraphQLSockets(subscriptionOptions(parts, documents, present), present, parts.log);
  const server = await startApp(parts, present, {
    add: (app, gate, isStopping) => {
      addGraphQLRoute(app, apollo, documents, source => parts.context(source), present);
      addPages(app);
      if (parts.introspection) addGraphiQL(app, parts.sampleQuery);
      app.server.on('upgrade', createUpgradeHandler(gate, sockets, present, isStopping));
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
