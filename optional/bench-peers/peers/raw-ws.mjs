// The limit: a text that lies ready, to every socket.
import { WebSocketServer } from 'ws';

let text = '';
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/graphql', perMessageDeflate: false }, () =>
  process.send({ port: server.address().port }),
);
server.on('connection', socket => socket.on('message', () => socket.send(text)));
process.on('message', ({ row, event }) => {
  if (row) text = textOf(row);
  if (!event) return;
  text = textOf(event);
  for (const client of server.clients) client.send(text);
});

function textOf(task) {
  return JSON.stringify({
    id: '0b7e2f3a-5c1d-4e8f-9a6b-7c8d9e0f1a2b',
    type: 'next',
    payload: { data: { taskUpdated: task } },
  });
}
