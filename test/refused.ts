import { DarkroomError } from '../src/kernel/errors.js';

/** What a call was refused for: the code of the error, and the path and the code of its first field. */
export async function refused(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (!DarkroomError.is(error)) throw error;
    const [field] = error.fields;
    return [error.code, field?.path, field?.code].filter(Boolean).join(' ');
  }
  throw new Error('it was not refused');
}
