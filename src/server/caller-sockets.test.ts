import { LIMITS } from '../kernel/limits.js';
import { CallerSockets } from './caller-sockets.js';

const { socketsPerCaller, operationsPerCaller } = LIMITS.webSocket;
const MOST = 200;
const OF_TENANT = MOST / 2;
const account = (caller: string, tenant = 'a') => ({ caller, tenant });
const idle = () => ({ running: 0 });
const refused = expect.objectContaining({ code: 'QUOTA_EXCEEDED' });

test('a caller has 20 sockets; one that closes makes room', () => {
  const sockets = new CallerSockets(MOST);
  const open = Array.from({ length: socketsPerCaller }, idle);
  for (const socket of open) sockets.open(account('key'), socket);
  expect(socketsPerCaller).toBe(20);
  expect(() => sockets.open(account('key'), idle())).toThrow(refused);
  sockets.open(account('another'), idle());
  sockets.close(account('key'), open[0]!);
  sockets.open(account('key'), idle());
  expect(() => sockets.open(account('key'), idle())).toThrow(refused);
});

test('the callers of a tenant have half of all sockets, and leave those of others', () => {
  const sockets = new CallerSockets(MOST);
  for (let i = 0; i < OF_TENANT; i++) sockets.open(account(`key ${i}`), idle());
  expect(() => sockets.open(account('one more'), idle())).toThrow(/tenant/);
  sockets.open(account('theirs', 'b'), idle());
});

test('operations count on all sockets of a caller', () => {
  const sockets = new CallerSockets(MOST);
  const busy = { running: operationsPerCaller - 1 };
  sockets.open(account('key'), busy);
  // The one that is about to begin is among those that run.
  sockets.open(account('key'), { running: 1 });
  sockets.requireOperation(account('key'));
  busy.running++;
  expect(() => sockets.requireOperation(account('key'))).toThrow(refused);
  sockets.requireOperation(account('another'));
  sockets.close(account('key'), busy);
  sockets.requireOperation(account('key'));
});

test('who has no account is bound by nothing here', () => {
  const sockets = new CallerSockets(MOST);
  for (let i = 0; i < 2 * MOST; i++) sockets.open(undefined, { running: 1 });
  sockets.requireOperation(undefined);
  sockets.close(undefined, idle());
});
