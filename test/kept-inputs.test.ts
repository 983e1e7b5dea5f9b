import { ANYONE } from '../src/audit/acts.js';
import { plainPng } from './plain-png.js';
import { DRIVERS, openTestDatabase } from './store-setup.js';
import { openTaskHouse, TENANT } from './task-house.js';

test.each(DRIVERS)(
  'on %s: of a task with two photos both are kept past their time with their originals while it is worked on, and all go after it',
  async driver => {
    const house = await openTaskHouse({}, {}, { database: await openTestDatabase(driver) });
    try {
      const photos: string[] = [];
      for (const side of [80, 90]) photos.push((await house.assets.storeUpload(TENANT, plainPng(side), ANYONE)).id);
      const originals = (await house.assets.findOriginals(TENANT, photos)).map(({ id }) => id);
      expect(originals).toHaveLength(2);
      const task = await house.create({ inputAssets: photos });
      await house.lifecycle.move(task.id, 'start');
      await house.database.query('update assets set expires_at = now()');
      expect(await house.assets.purgeExpired()).toBe(0);
      await house.lifecycle.move(task.id, 'fail', { failure: { code: 'NO_FACE', message: '' } });
      expect(await house.assets.purgeExpired()).toBe(4);
      for (const id of [...photos, ...originals])
        expect([await house.files.read(id), await house.keys.find(id)]).toEqual([undefined, undefined]);
    } finally {
      await house.close();
    }
  },
);
