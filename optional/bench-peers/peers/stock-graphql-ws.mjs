// graphql-ws as its README shows it: neither keys, limits nor a look at what waits unsent.
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

const schema = buildSchema(`
  type Query { none: Int }
  type Subscription { taskUpdated(id: ID!): Task! }
  type Progress { percent: Int source: String }
  type Task {
    id: ID! operation: String! state: String! waitingOn: String stage: String! sequence: Int! progress: Progress!
    vendor: String sandbox: Boolean createdAt: String updatedAt: String endedAt: String
  }
`);
let row;
let followers = [];
schema.getSubscriptionType().getFields().taskUpdated.subscribe = async function* () {
  yield { taskUpdated: row };
  yield { taskUpdated: await new Promise(resolve => followers.push(resolve)) };
};
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/graphql' }, () =>
  process.send({ port: server.address().port }),
);
useServer({ schema }, server);
process.on('message', message => {
  if (message.row) row = message.row;
  if (!message.event) return;
  const waiting = followers;
  followers = [];
  for (const resolve of waiting) resolve(message.event);
});
