/**
 * How long the event loop of this process was held at most. The time between two ticks counts only as far as the
 * process had the CPU: on a loaded machine it waits for its turn, which is nobody's fault.
 */
export class LoopHold {
  #worstMs = 0;
  #wallMs = performance.now();
  #cpu = process.cpuUsage();
  readonly #timer = setInterval(() => this.#tick(), 1);

  /** Since the start or the last call. */
  worstMs(): number {
    this.#tick();
    const worst = this.#worstMs;
    this.#worstMs = 0;
    return worst;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** For a process that ends by itself. */
  unref(): this {
    this.#timer.unref();
    return this;
  }

  #tick(): void {
    const wallMs = performance.now();
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#worstMs = Math.max(this.#worstMs, Math.min(wallMs - this.#wallMs, (user + system) / 1_000));
    this.#wallMs = wallMs;
    this.#cpu = process.cpuUsage();
  }
}
