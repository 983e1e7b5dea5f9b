import { LIMITS } from '../kernel/limits.js';
import { Rounds } from './rounds.js';
import type { SocketConnection } from './socket-connection.js';

/** Sockets that showed the same. */
export interface Credential {
  readonly key: unknown;
  readonly sockets: Set<SocketConnection>;
  slot: number;
}

/** So long a payload of `connection_init` is not compared with that of others. */
const COMPARED_CHARS = 1_024;

/** Asks again and again whose the open sockets are, once for all that showed the same. */
export class CredentialChecks {
  readonly #known = new Map<unknown, Credential>();
  readonly #rounds: Rounds<Credential>;

  /** @param check is asked of one of the sockets; they are all the same to it */
  constructor(check: (credential: Credential) => void) {
    this.#rounds = new Rounds(LIMITS.access.socketMs, check);
  }

  add(socket: SocketConnection): Credential {
    const { shown, params } = socket;
    const text = JSON.stringify([params, shown.headers.authorization, shown.session]);
    const key = text.length > COMPARED_CHARS ? socket : text;
    let credential = this.#known.get(key);
    if (credential === undefined) {
      credential = { key, sockets: new Set(), slot: 0 };
      credential.slot = this.#rounds.add(credential);
      this.#known.set(key, credential);
    }
    credential.sockets.add(socket);
    return credential;
  }

  delete(socket: SocketConnection, credential: Credential): void {
    if (!credential.sockets.delete(socket) || credential.sockets.size > 0) return;
    this.#known.delete(credential.key);
    this.#rounds.delete(credential, credential.slot);
  }
}
