import type { Engine } from '../src/engine/engine.js';
import type { DataSource } from './contract.js';
import { LocalDataSource } from './local/local.datasource.js';

/** One line a vendor. */
export function registerDataSources(parts: { engine: Engine }): DataSource[] {
  return [new LocalDataSource(parts.engine)];
}
