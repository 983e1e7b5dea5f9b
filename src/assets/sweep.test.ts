import { eachPlace, type PicturePlace, type PlaceKind } from '../../test/picture-places.js';
import { DRIVERS, type Driver, openTestDatabase } from '../../test/store-setup.js';
import { FILE, openTaskHouse, type TaskHouse, TENANT } from '../../test/task-house.js';
import { newId } from '../kernel/ids.js';
import { LIMITS } from '../kernel/limits.js';

const HOUR = 3_600_000;
const LETTERS = 36;

const besideTheWork = (driver: Driver) => (kind: PlaceKind) => {
  let opening: { open(): Promise<PicturePlace>; close(): Promise<void> };
  let place: PicturePlace;
  let house: TaskHouse;
  beforeAll(async () => {
    opening = await kind.start();
    place = await opening.open();
    house = await openTaskHouse({}, {}, { database: await openTestDatabase(driver), encryptAssets: true, place });
  });
  afterAll(async () => {
    await house.close();
    await place.close();
    await opening.close();
  });

  const made = () => house.assets.prepare({ tenantId: TENANT, taskId: 'none', files: [FILE] });
  const there = async (id: string) => (await house.files.read(id)) !== undefined;

  /** Which slices of the files are looked at, in this order. */
  function watchSlices(): string[] {
    const list = house.files.list.bind(house.files);
    const seen: string[] = [];
    house.files.list = (letter = 'all') => {
      seen.push(letter);
      return list(letter);
    };
    return seen;
  }
  afterEach(() => {
    delete (house.files as { list?: unknown }).list;
  });

  test('looks at no file before the server is there', async () => {
    const seen = watchSlices();
    const sweep = await house.assets.beginSweep();
    expect(seen).toEqual([]);
    await sweep.run();
    expect(new Set(seen).size).toBe(LETTERS);
  });

  test('asks for no file that it has just seen beside its key: in a bucket each question is billed', async () => {
    const { ids, commit } = await made();
    await house.database.transaction(commit);
    const lone = newId('asset');
    await house.keys.make(lone);
    const has = jest.spyOn(house.files, 'has');
    await (await house.assets.beginSweep()).run();
    expect(has.mock.calls).toEqual([[lone]]);
    has.mockRestore();
    expect([await there(ids[0]!), await house.keys.find(lone)]).toEqual([true, undefined]);
  });

  test('leaves alone what is written beside it and not committed yet, its key too; what a crash left goes', async () => {
    const [left, lone] = [await made(), newId('asset')];
    await house.keys.make(lone);
    const sweep = await house.assets.beginSweep();
    const upload = await made();
    await sweep.run();
    expect([await there(left.ids[0]!), await house.keys.find(lone)]).toEqual([false, undefined]);
    expect(await there(upload.ids[0]!)).toBe(true);
    await house.database.transaction(upload.commit);
    const opened = await house.assets.open({ tenantId: TENANT, id: upload.ids[0]! });
    expect(opened?.bytes).toBe(FILE.bytes.byteLength);
    opened?.stream.destroy();
  });

  test('leaves alone a key whose file is about to be written', async () => {
    const sweep = await house.assets.beginSweep();
    const write = house.files.write.bind(house.files);
    // The picture waits between its key and its file while everything is looked at.
    house.files.write = async (id, bytes) => {
      await sweep.run();
      await write(id, bytes);
    };
    const upload = await made().finally(() => delete (house.files as { write?: unknown }).write);
    await house.database.transaction(upload.commit);
    const bytes = Buffer.from(await house.assets.bytesOf(TENANT, upload.ids[0]!));
    expect(bytes.equals(FILE.bytes)).toBe(true);
  });

  test('leaves alone what another replica may be about to commit', async () => {
    // Written before this replica began: by another one.
    const other = await made();
    await (await house.assets.beginSweep(HOUR)).run();
    await house.database.transaction(other.commit);
    expect(await there(other.ids[0]!)).toBe(true);
  });

  test('goes on where the one before it was stopped, and gets round all the same', async () => {
    const seen = watchSlices();
    const first = await house.assets.beginSweep();
    // Stopped in the middle of its third slice.
    const list = house.files.list.bind(house.files);
    house.files.list = letter => {
      if (seen.length === 2) void first.stop();
      return list(letter);
    };
    await first.run();
    expect(seen).toHaveLength(3);
    await (await house.assets.beginSweep()).run();
    const second = seen.slice(3);
    expect(second).toHaveLength(LETTERS);
    expect(new Set(second).size).toBe(LETTERS);
    // The slice that was cut short comes last, and is looked at again.
    expect(second.at(-1)).toBe(seen[2]);
  });

  test('two replicas that start at once share one round', async () => {
    const seen = watchSlices();
    const both = [await house.assets.beginSweep(HOUR), await house.assets.beginSweep(HOUR)];
    await Promise.all(both.map(sweep => sweep.run()));
    expect(seen.length).toBeLessThan(LETTERS + 5);
    expect(new Set(seen).size).toBe(LETTERS);
  });

  test('a disk that fails for a moment costs time and no slice; a stop does not wait for it', async () => {
    const seen = watchSlices();
    const list = house.files.list.bind(house.files);
    let isAway = true;
    house.files.list = letter => {
      if (seen.length !== 5 || !isAway) return list(letter);
      isAway = false;
      throw new Error('the disk is away');
    };
    const pause = jest.replaceProperty(LIMITS.asset, 'sweepRetryMs', 1 as 60_000);
    await (await house.assets.beginSweep()).run();
    expect(isAway).toBe(false);
    expect(new Set(seen).size).toBe(LETTERS);
    pause.restore();

    isAway = true;
    seen.length = 0;
    const sweep = await house.assets.beginSweep();
    const running = sweep.run();
    while (isAway) await new Promise(setImmediate);
    await sweep.stop();
    await running;
    expect(seen).toHaveLength(5);
  });
};

for (const driver of DRIVERS)
  eachPlace(`the sweep beside the work on ${driver}, pictures`, besideTheWork(driver), driver === 'postgres');
