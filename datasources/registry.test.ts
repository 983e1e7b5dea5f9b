import { startSandbox } from '../sandbox/sandbox.js';
import { readVendorVariables } from '../src/config.js';
import type { Engine } from '../src/engine/engine.js';
import type { DataSource, Operation } from './contract.js';
import { openLocal, openVendors, VENDOR_OPERATIONS, VENDOR_VARIABLES } from './registry.js';

const chosen = ({ capabilities }: DataSource) =>
  (Object.keys(capabilities) as Operation[]).filter(operation => capabilities[operation]!.byNameOnly !== true);

test('what AUTO may choose a vendor for is what it can do, less what is by name only', async () => {
  const sandbox = await startSandbox({ pictures: undefined as never });
  const sources = [
    ...openVendors(readVendorVariables(sandbox.environment, VENDOR_VARIABLES), true),
    openLocal({} as Engine),
  ];
  // A release goes to who made the preview: nobody chooses.
  const routable = sources.map(source => [
    source.vendor,
    chosen(source)
      .filter(each => each !== 'RELEASE')
      .sort(),
  ]);
  expect(routable).toEqual(VENDOR_OPERATIONS.map(({ vendor, operations }) => [vendor, [...operations].sort()]));
  for (const source of sources) await source.close?.();
  await sandbox.close();
});
