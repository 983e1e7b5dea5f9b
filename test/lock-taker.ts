import { OperatorError } from '../src/kernel/errors.js';
import { lockDirectory } from '../src/store/directory-lock.js';

/**
 * A child process of the lock tests: waits for a line, so that many can be let go at once, then tries to take the
 * directory and says `won` or the error's code. A winner keeps it until it is killed.
 */
process.stdin.once('data', () => {
  lockDirectory(process.argv[2]!).then(
    () => process.stdout.write('won\n'),
    (error: unknown) => {
      process.stdout.write(`${error instanceof OperatorError ? error.code : String(error)}\n`);
      process.stdin.destroy();
    },
  );
});
process.stdout.write('ready\n');
