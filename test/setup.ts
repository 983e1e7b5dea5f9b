import 'reflect-metadata';

// Console noise fails a test: what an operator has to read goes through the log.
for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
  console[method] = (...words: unknown[]) => {
    throw new Error(`console.${method} was called in a test: ${words.map(String).join(' ')}`);
  };
}
