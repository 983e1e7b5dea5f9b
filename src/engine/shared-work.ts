interface Running<Result> {
  result: Promise<Result>;
  waiting: number;
  controller: AbortController;
}

/** Work of the same key that is asked for while it runs is done once. It is aborted when the last one who waits for it has gone. */
export class SharedWork<Result> {
  private readonly running = new Map<string, Running<Result>>();

  run(key: string, work: (signal: AbortSignal) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const shared = this.running.get(key) ?? this.start(key, work);
    shared.waiting++;
    return new Promise((resolve, reject) => {
      const leave = () => {
        shared.waiting--;
        if (shared.waiting === 0) {
          this.forget(key, shared);
          shared.controller.abort(signal?.reason);
        }
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      shared.result.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
    });
  }

  private start(key: string, work: (signal: AbortSignal) => Promise<Result>): Running<Result> {
    const controller = new AbortController();
    const shared: Running<Result> = { result: work(controller.signal), waiting: 0, controller };
    this.running.set(key, shared);
    const done = () => this.forget(key, shared);
    shared.result.then(done, done);
    return shared;
  }

  private forget(key: string, shared: Running<Result>): void {
    if (this.running.get(key) === shared) this.running.delete(key);
  }
}
