import type { Logger } from 'pino';
import { DarkroomError } from '../kernel/errors.js';
import { download } from './download.js';

/**
 * `download` that tells the operator what the rules refused: somebody, or a vendor's answer, leads to where nothing is
 * public. The reason names no URL, whose query may be a signature.
 */
export function loggedDownload(log: Pick<Logger, 'warn'>, fetch: typeof download = download): typeof download {
  return async (url, options) => {
    try {
      return await fetch(url, options);
    } catch (error) {
      if (DarkroomError.is(error) && error.code === 'URL_NOT_ALLOWED')
        log.warn({ reason: error.message }, 'a URL was not fetched');
      throw error;
    }
  };
}
