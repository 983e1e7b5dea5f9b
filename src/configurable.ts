import { VENDOR_OPERATIONS, VENDOR_VARIABLES } from '../datasources/registry.js';
import type { Configurable } from './config.js';
import { ALL_OPERATIONS, rowOf } from './operations/operations.js';

const ROUTED = ALL_OPERATIONS.filter(operation => rowOf(operation).routed);

/** What a configuration can be about: the variables of the vendors, and whom AUTO may choose for what. */
export const CONFIGURABLE: Configurable = {
  ...VENDOR_VARIABLES,
  routes: Object.fromEntries(
    ROUTED.map(operation => [
      operation,
      VENDOR_OPERATIONS.filter(({ operations }) => operations.includes(operation)).map(({ vendor }) => vendor),
    ]),
  ),
};
