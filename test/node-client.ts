import WebSocket from 'ws';
import { type ClientOptions, DarkroomClient } from '../client/index.js';

/** Node 20 has no WebSocket of its own. */
export function nodeClient(url: string, options: ClientOptions = {}): DarkroomClient {
  return new DarkroomClient(url, { webSocketImpl: WebSocket, ...options });
}
