import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { answerOf, startToyServer, type ToyServer } from './server-fixture.js';

function open(server: ToyServer): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/graphql`, 'graphql-transport-ws');
  socket.on('error', () => {});
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  return new Promise(resolve =>
    socket.on('message', data => {
      const { type } = JSON.parse(String(data)) as { type: string };
      if (type === 'connection_ack') {
        socket.send('{"type":"subscribe","id":"1","payload":{"query":"subscription { forever }"}}');
      } else resolve(socket);
    }),
  );
}

const refusesConnections = (port: number) =>
  new Promise<boolean>(resolve => {
    connect(port, '127.0.0.1')
      .once('connect', () => resolve(false))
      .once('error', () => resolve(true));
  });

describe('a graceful stop', () => {
  it('answers what is in flight, closes sockets with 1001, ends subscriptions and leaves nothing open', async () => {
    const server = await startToyServer();
    const sockets = await Promise.all(Array.from({ length: 20 }, () => open(server)));
    const codes = sockets.map(socket => new Promise(resolve => socket.once('close', resolve)));
    expect(server.seen.subscriptions).toBe(20);
    const inFlight = Array.from({ length: 20 }, () => server.post({ query: '{ slow(ms: 400) }' }));
    while (server.seen.slow < 20) await delay(5);

    const started = Date.now();
    const stopped = server.close();
    await delay(50);
    expect(await refusesConnections(server.port)).toBe(true);
    for (const response of await Promise.all(inFlight))
      expect(await answerOf(response)).toEqual({ data: { slow: 'done' } });
    await stopped;
    expect(Date.now() - started).toBeLessThan(3_000);
    expect(new Set(await Promise.all(codes))).toEqual(new Set([1001]));
    expect(server.seen.subscriptions).toBe(0);
    expect(server.close()).toBe(server.close());
  });

  it('does not wait for idle keep-alive connections', async () => {
    const server = await startToyServer();
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>(resolve => {
      request({ port: server.port, host: '127.0.0.1', path: '/health/live', agent }, response => {
        response.resume().once('end', resolve);
      }).end();
    });
    const started = Date.now();
    await server.close();
    expect(Date.now() - started).toBeLessThan(1_000);
    agent.destroy();
  });

  it('answers 503 STOPPING to a request that a kept connection brings after the stop began', async () => {
    const server = await startToyServer();
    const post = (query: string) => {
      const body = JSON.stringify({ query });
      return `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    };
    const socket = connect(server.port, '127.0.0.1');
    let received = '';
    socket.on('data', chunk => {
      received += chunk;
    });
    const closed = new Promise(resolve => socket.once('close', resolve));
    // Pipelined: the second request is read once the first, slow one is answered.
    socket.write(post('{ slow(ms: 300) }'));
    await delay(100);
    const stopped = server.close();
    socket.write(post('{ hello }'));
    await closed;
    await stopped;
    expect(received).toContain('"slow":"done"');
    expect(received).not.toContain('hello you');
  });

  it('is not held by a client that never answers the close frame', async () => {
    const server = await startToyServer();
    const socket = await open(server);
    socket.pause();
    const started = Date.now();
    await server.close();
    expect(Date.now() - started).toBeLessThan(3_000);
    socket.terminate();
  });
});
