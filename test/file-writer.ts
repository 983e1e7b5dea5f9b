import { DiskFiles } from '../src/assets/disk-files.js';
import { DarkroomError } from '../src/kernel/errors.js';

/** A child process of the tests of full disks: writes one asset of a size and says `kept` or the error's code. */
const [, , directory, id, size] = process.argv;
new DiskFiles(directory!).write(id!, Buffer.alloc(Number(size))).then(
  () => process.stdout.write('kept'),
  (error: unknown) => process.stdout.write(DarkroomError.is(error) ? error.code : String(error)),
);
