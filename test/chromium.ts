import { existsSync } from 'node:fs';

/** Undefined where there is no Chromium; .ci/run tries to install it. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** Skips aloud where there is no Chromium: the line `N skipped` tells. */
export const inBrowser = CHROMIUM === undefined ? test.skip : test;

/** Without a window, without a call home; and nothing but loopback can be reached at all. */
export const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=AutofillServerCommunication,OptimizationHints,MediaRouter',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
