import type { PGlite } from '@electric-sql/pglite';
import { stopAtPanic } from './pglite-panic.js';

/** The parts of PGlite that the guard wraps, around a program that ends as told. */
function program() {
  let next: () => void = () => {};
  const module = {
    _PostgresMainLoopOnce: () => next(),
    _pq_buffer_remaining_data: () => 7,
  };
  const pglite = {
    Module: module,
    execProtocolRawSync: () => {
      module._PostgresMainLoopOnce();
      return 'result';
    },
  };
  const stopped = jest.fn((cause: unknown) => new Error('stopped', { cause }));
  stopAtPanic(pglite as unknown as PGlite, stopped);
  return {
    module,
    pglite,
    stopped,
    endWith: (error: unknown) => {
      next = () => {
        throw error;
      };
    },
    recover: () => {
      next = () => {};
    },
  };
}

test('an ordinary error of Postgres, which is a longjmp, goes through and stops nothing', () => {
  const { pglite, module, stopped, endWith, recover } = program();
  const longjmp = { status: 100 };
  endWith(longjmp);
  expect(() => pglite.execProtocolRawSync()).toThrow(expect.objectContaining(longjmp) as never);
  recover();
  expect(pglite.execProtocolRawSync()).toBe('result');
  expect(module._pq_buffer_remaining_data()).toBe(7);
  expect(stopped).not.toHaveBeenCalled();
});

test('after a panic the loop finds nothing more to do, and every later call fails at once', () => {
  const { pglite, module, stopped, endWith, recover } = program();
  const panic = { status: 1 };
  endWith(panic);
  expect(() => pglite.execProtocolRawSync()).toThrow(expect.objectContaining(panic) as never);
  recover();
  expect(module._pq_buffer_remaining_data()).toBe(0);
  expect(() => pglite.execProtocolRawSync()).toThrow('stopped');
  expect(() => pglite.execProtocolRawSync()).toThrow('stopped');
  expect(stopped).toHaveBeenCalledTimes(1);
  expect(stopped).toHaveBeenCalledWith(panic);
});
