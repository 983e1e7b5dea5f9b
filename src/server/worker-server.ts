import { DarkroomError } from '../kernel/errors.js';
import { startApp } from './app.js';
import type { AppParts, RunningServer } from './parts.js';
import { createErrorPresenter } from './present-error.js';

/** The server of a replica that only works: its health, and the pictures that its links to vendors name. */
export function startWorkerServer(parts: AppParts): Promise<RunningServer> {
  return startApp(parts, createErrorPresenter(parts.log), {
    add: app => {
      app.setNotFoundHandler(async () => {
        throw new DarkroomError('NOT_FOUND', 'This replica is a worker; the API is on the others.');
      });
    },
    stop: async () => {},
  });
}
