import { runModel } from './model-run.js';
import { DRIVERS } from './store-setup.js';

const SEED = Number(process.env.DARKROOM_TEST_SEED ?? 4_711);

test.each(DRIVERS)('on %s, 10,000 random sequences of commands do what the model does', driver =>
  runModel(driver, { sequences: 10_000, seed: SEED, lanes: driver === 'postgres' ? 4 : 1 }),
);
