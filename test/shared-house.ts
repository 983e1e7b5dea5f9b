import { DarkroomError } from '../src/kernel/errors.js';
import { TABLES } from '../src/maintenance/rows.js';
import type { Database } from '../src/store/database.js';
import type { Receiver } from '../src/tasks/work/results.js';
import { openTestDatabase } from './store-setup.js';
import { openTaskHouse, type TaskHouse } from './task-house.js';

export interface SharedHouse {
  /** A house of its own for one test, on the empty database of the file. Close it at the end of the test. */
  open(receiver?: Partial<Receiver>): Promise<TaskHouse>;
  /** Work that does not end before its test does: to the runner it is a process that died. */
  never(): Promise<never>;
}

/** To be called once, at the head of a file: opening a database for each test was half of the time of these suites. */
export function shareHouse(): SharedHouse {
  let database: Database;
  const stuck: (() => void)[] = [];
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  beforeEach(() => database.query(`truncate ${TABLES.join(', ')} restart identity`));
  // A runner that stops waits for its work, a second at most: work that ends at once saves it.
  afterEach(() => {
    for (const end of stuck.splice(0)) end();
  });
  afterAll(() => database.close());
  return {
    open: receiver => openTaskHouse(receiver, {}, { database: lend(database) }),
    never: () => new Promise<never>((_, reject) => stuck.push(() => reject(new DarkroomError('STOPPING')))),
  };
}

/** The same database, which stays open when it is closed. */
export function lend(database: Database): Database {
  return {
    kind: database.kind,
    query: (text, params) => database.query(text, params),
    script: text => database.script(text),
    transaction: work => database.transaction(work),
    vacuum: tables => database.vacuum(tables),
    close: async () => {},
  };
}
