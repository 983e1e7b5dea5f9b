import { useDriver } from './store-setup.js';

useDriver('postgres');

// The suites of the tasks, on a Postgres server. They stand as they are: what holds embedded has to hold there.
describe.each(['tasks', 'vendor-tasks', 'polled-tasks', 'paid-results', 'ledger'])('%s on Postgres', suite => {
  require(`./${suite}.test.js`);
});
