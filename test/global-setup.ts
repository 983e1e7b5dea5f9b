import { prepareTemplates } from '../src/store/template.js';
import { startBroker } from './postgres-start.js';

/** Before the workers come: each of them would make the prepared databases for itself, and time out on it. */
export = async function setUp(): Promise<void> {
  await startBroker();
  await prepareTemplates();
};
