import { VENDOR_VARIABLES } from '../datasources/registry.js';
import type { Configurable } from './config.js';
import { ALL_OPERATIONS, rowOf } from './operations/operations.js';

/** What a configuration can be about: the variables of the vendors, and the operations whose order of AUTO can be set. */
export const CONFIGURABLE: Configurable = {
  ...VENDOR_VARIABLES,
  operations: ALL_OPERATIONS.filter(operation => rowOf(operation).routed),
};
