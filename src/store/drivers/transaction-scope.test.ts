import { TransactionScope } from './transaction-scope.js';

const later = () => new Promise(resolve => setImmediate(resolve));

test('whatever the work of a transaction sets off is inside of it, until it ends', async () => {
  const scope = new TransactionScope();
  let goOn = () => {};
  let strayed: Promise<void> | undefined;
  await scope.run(async () => {
    await later();
    expect(() => scope.requireOutside()).toThrow(/only the transaction's own sql/);
    strayed = new Promise<void>(resolve => {
      goOn = resolve;
    }).then(() => scope.requireOutside());
  });
  goOn();
  await strayed;
  scope.requireOutside();
});

test('one that fails is ended too, and another one at the same time is not concerned', async () => {
  const scope = new TransactionScope();
  await expect(scope.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  scope.requireOutside();
  const open = scope.run(() => later());
  scope.requireOutside();
  await open;
});

test('production follows nothing: no promise of its process pays for a hook', async () => {
  const scope = new TransactionScope(true);
  await scope.run(async () => {
    await later();
    scope.requireOutside();
  });
  await expect(scope.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
});
