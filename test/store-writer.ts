import { openPglite } from '../src/store/drivers/pglite.js';

/** A child process of the crash tests: writes row after row until it is killed, and says each number once committed. */
async function writeRows(directory: string): Promise<void> {
  const log = { info: () => {}, warn: () => {} };
  const database = await openPglite({ directory, log });
  await database.script('create table if not exists written (number int primary key, filling text)');
  const [row] = await database.query<{ next: number }>('select coalesce(max(number), 0) + 1 as next from written');
  for (let number = row!.next; ; number++) {
    await database.transaction(async sql => {
      await sql.query('insert into written values ($1, $2)', [number, 'x'.repeat(2_000)]);
      await sql.query('update written set filling = $2 where number = $1', [number, 'y'.repeat(500)]);
    });
    process.stdout.write(`${number}\n`);
  }
}

void writeRows(process.argv[2]!);
