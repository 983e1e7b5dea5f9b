import { once } from 'node:events';
import WebSocket from 'ws';

/** A WebSocket of the holder of a key, for one operation at a time. */
export class TenantSocket {
  #last = 0;

  private constructor(private readonly socket: WebSocket) {}

  static async open(url: string, key: string): Promise<TenantSocket> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } }));
    await once(socket, 'message');
    return new TenantSocket(socket);
  }

  /** The first answer, as it would come over HTTP. */
  ask(query: string, variables: object): Promise<string> {
    const id = String(++this.#last);
    return new Promise(resolve => {
      const onMessage = (data: WebSocket.RawData) => {
        const message = JSON.parse(String(data)) as { id: string; type: string; payload: unknown };
        if (message.id !== id) return;
        this.socket.off('message', onMessage);
        resolve(JSON.stringify(message.type === 'error' ? { errors: message.payload } : message.payload));
      };
      this.socket.on('message', onMessage);
      this.socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables } }));
    });
  }

  close(): void {
    this.socket.terminate();
  }
}
