import { DarkroomError } from '../kernel/errors.js';
import { openUnder, type Sealer, sealUnder } from '../kernel/seal.js';
import { aboutOldTask, aboutTask, type OfTask } from './abouts.js';
import type { DataKeys } from './data-keys.js';

/** The task that a sealed text belongs to. */
export interface SealedTask extends OfTask {
  operation: string;
  sealed: string | null;
}

/** The personal data of tasks (a name, an ID number): sealed under a key of the task, which goes when its work is over. */
export class PersonalData {
  constructor(
    private readonly keys: DataKeys,
    /** Opens texts of before tasks had keys of their own. */
    private readonly sealer: Sealer,
  ) {}

  /** To be called before the row of the task is written: its key is on the disk then. */
  async seal(task: OfTask, data: unknown): Promise<string> {
    return sealUnder(await this.keys.make(task.id), JSON.stringify(data), aboutTask(task));
  }

  /** Throws PERSONAL_DATA_GONE where they were erased; INTERNAL where the text is another task's, or was changed. */
  async open({ sealed, ...task }: SealedTask): Promise<unknown> {
    if (sealed === null) throw new DarkroomError('PERSONAL_DATA_GONE');
    if (sealed.startsWith('v1.')) return JSON.parse(this.sealer.open(sealed, aboutOldTask(task)));
    const key = await this.keys.find(task.id);
    if (key === undefined) throw new DarkroomError('PERSONAL_DATA_GONE');
    return JSON.parse(openUnder(key, sealed, aboutTask(task)));
  }

  /** From now on nothing opens them, in whatever copy they are left. */
  forget(taskId: string): Promise<void> {
    return this.keys.destroy(taskId);
  }
}
