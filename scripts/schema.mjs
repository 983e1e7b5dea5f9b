// Writes the SDL and its list of changes, and the types and texts of the client and the dashboard. Arguments are those of
// resolvers/emit.ts.
import { spawnSync } from 'node:child_process';

const run = (script, ...words) => spawnSync(process.execPath, [script, ...words], { stdio: 'inherit' }).status === 0;
const codegen = 'scripts/codegen.mjs';

// A new document has to have its types before what uses it compiles; one of a field that is new waits for the schema.
spawnSync(process.execPath, [codegen], { stdio: 'ignore' });
const done =
  run('scripts/ready.mjs', '--server') && run('dist/resolvers/emit.js', ...process.argv.slice(2)) && run(codegen);
process.exit(done ? 0 : 1);
