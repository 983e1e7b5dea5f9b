import { runModel } from './model-run.js';
import { DRIVERS } from './store-setup.js';

/** 10,000 sequences on each driver are in model.long.ts. */
test.each(DRIVERS)(
  'on %s, 300 random sequences of commands do what the model does, and no task leaves a final state',
  driver => runModel(driver, { sequences: 300, seed: 1, lanes: 1 }),
  120_000,
);
