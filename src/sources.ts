import { type DataSource, VENDORS } from '../datasources/contract.js';
import { openVendors, VENDOR_VARIABLES } from '../datasources/registry.js';
import { type Config, ConfigError, readVendorVariables } from './config.js';
import type { Engine } from './engine/engine.js';

export interface SourceParts {
  /** Where a suite stands in between. */
  tap?: ((source: DataSource) => DataSource) | undefined;
  /** What ends what was opened here. */
  closing: (() => Promise<void>)[];
}

/**
 * Who can serve: the configured vendors, LOCAL, and the sandbox in the place of those that are not configured (`auto`)
 * or of all (`on`).
 */
export async function openSources(
  config: Config,
  real: DataSource[],
  engine: Engine,
  { tap = source => source, closing }: SourceParts,
): Promise<DataSource[]> {
  const played = await openPlayed(config, real, engine, closing);
  const sources = [...real, ...played].map(source => tap(source));
  closing.push(async () => {
    for (const source of sources) await source.close?.();
  });
  return sources;
}

async function openPlayed(
  config: Config,
  real: readonly DataSource[],
  engine: Engine,
  closing: SourceParts['closing'],
): Promise<DataSource[]> {
  if (config.sandbox === 'off' || (config.sandbox === 'auto' && real.length === VENDORS.length)) return [];
  const { startSandbox } = await import('../sandbox/sandbox.js');
  const { enginePictures } = await import('../sandbox/engine-pictures.js');
  const sandbox = await startSandbox({ pictures: enginePictures(engine) });
  closing.push(() => sandbox.close());
  const played = openVendors(readVendorVariables(sandbox.environment, VENDOR_VARIABLES), true);
  const configured = new Set(real.map(({ vendor }) => vendor));
  return played.filter(({ vendor }) => config.sandbox === 'on' || !configured.has(vendor));
}

/**
 * What is known of money that was spent is in the database. Embedded, that is one directory on one machine, which nobody
 * copies: production that pays vendors belongs on Postgres, or needs a yes.
 */
export function refuseUncertainBilling(config: Config, vendors: readonly DataSource[]): void {
  if (!config.production || config.allowEmbeddedBilling) return;
  const charging = vendors.filter(({ capabilities }) => Object.values(capabilities).some(({ bills }) => bills));
  if (charging.length === 0) return;
  const names = charging.map(({ vendor }) => vendor).join(', ');
  throw new ConfigError(
    `DARKROOM_ALLOW_EMBEDDED_BILLING: ${names} can charge, and the books of what was paid would stand in the embedded ` +
      'database alone, in one directory of one machine. Set DATABASE_URL for Postgres; or, if `npm run backup` runs ' +
      'often enough for you, DARKROOM_ALLOW_EMBEDDED_BILLING=yes',
  );
}

/** Of each vendor one number: `<VENDOR>_PACKAGE_UNITS`, the quota that we count ourselves; `<VENDOR>_UNIT_PRICE`. */
export function ofVendors(config: Config, what: 'PACKAGE_UNITS' | 'UNIT_PRICE'): Record<string, number | undefined> {
  return Object.fromEntries(VENDORS.map(vendor => [vendor, config.vendors[`${vendor}_${what}`] as number | undefined]));
}
