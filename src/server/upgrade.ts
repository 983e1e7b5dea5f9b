import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { DarkroomError } from '../kernel/errors.js';
import type { Gate } from './gate.js';
import { refuseSocket } from './http-error.js';
import type { PresentError } from './present-error.js';
import { sessionOf } from './session-cookie.js';
import type { GraphQLSockets } from './web-socket.js';

/**
 * Decides on a WebSocket before it is one: browsers send no preflight for it, so the Origin has to be right here.
 * `isStopping` is asked at each upgrade.
 */
export function createUpgradeHandler(
  gate: Gate,
  sockets: GraphQLSockets,
  present: PresentError,
  isStopping: () => boolean,
  maxSockets: number,
) {
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A reset before the handshake is done would otherwise be an uncaught error.
    const ignore = () => {};
    socket.on('error', ignore);
    try {
      gate.checkHost(request);
      gate.checkOrigin(request);
      if (request.url?.split('?')[0] !== '/graphql')
        throw new DarkroomError('NOT_FOUND', 'WebSockets are at /graphql.');
      if (request.method !== 'GET') throw new DarkroomError('METHOD_NOT_ALLOWED', 'A WebSocket begins with a GET.');
      if (isStopping()) throw new DarkroomError('STOPPING');
      if (sockets.size >= maxSockets) throw new DarkroomError('OVERLOADED', 'Too many WebSockets are open.');
      sockets.accept(request, socket, head, sessionOf(gate, request));
      socket.off('error', ignore);
    } catch (error) {
      refuseSocket(socket, request, error, present);
    }
  };
}
