const REAL = ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const;

/** The timeouts of this process and its libraries pass only when the test says so; sockets, threads and node:timers/promises go on. */
export function fakeTimeouts(): void {
  jest.useFakeTimers({ doNotFake: [...REAL, 'setInterval', 'clearInterval'] });
}

/** Intervals as well. */
export function fakeTimers(): void {
  jest.useFakeTimers({ doNotFake: [...REAL] });
}
