// `node scripts/package.mjs <folder>`: the tree that production runs, in a folder that must not exist: what was built, what
// is read at run time, and the packages of production. The image and the archive of a release are this folder.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import './ready.mjs';

/** Code that runs, and what it reads. Not the tests, the benchmarks, or the door for assistants, which needs a package of its own. */
const BUILT = ['src', 'schema', 'resolvers', 'datasources', 'sandbox', 'client', 'graphiql', 'node_modules', 'web'];
const READ = [
  'LICENSE',
  'NOTICE',
  'README.md',
  'CHANGELOG.md',
  '.env.example',
  'schema/schema.graphql',
  'src/specs/synonyms.txt',
  'src/engine/weights',
  'src/engine/matting-models',
  'src/store/migrations',
  'test/fixtures/astronaut.png',
];
/** Of packages: maps, types, documents and tests, which nothing reads at run time. Licences stay. */
const LEFT_OUT = /\.(map|d\.[cm]?ts|md|markdown|test\.[cm]?js)$|[\\/](tests?|__tests__|benchmarks?|\.github)$/i;
const TESTS = /\.(test|long)\.js(\.map)?$|[\\/]fixtures$/;

const target = process.argv[2];
if (target === undefined || existsSync(target)) {
  console.error(target === undefined ? 'Wanted: the folder to make.' : `${target} exists already; name a new folder.`);
  process.exit(1);
}
mkdirSync(target, { recursive: true });
for (const name of BUILT) copy(join('dist', name), file => !TESTS.test(file));
for (const name of READ) copy(name);
for (const name of productionPackages()) copy(name, file => !LEFT_OUT.test(file));
writeManifest();
writeBillOfMaterials();
prepareDatabase();
openToReaders(target);

function copy(name, filter = () => true) {
  cpSync(name, join(target, name), { recursive: true, filter, verbatimSymlinks: true });
}

/** As the lock file has them. A package for another system is not installed, and so is not there. */
function productionPackages() {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  return Object.entries(packages)
    .filter(([name, { dev, link }]) => name.startsWith('node_modules/') && !dev && !link && existsSync(name))
    .map(([name]) => name);
}

/** Commands of production, which need no tool: what is there is built. */
function writeManifest() {
  const { name, version, description, license, engines, scripts, dependencies } = JSON.parse(
    readFileSync('package.json', 'utf8'),
  );
  const run = 'node scripts/run.mjs ';
  const commands = Object.entries(scripts)
    .filter(
      ([, line]) => line.startsWith(run) && existsSync(join(target, 'dist', line.slice(run.length).split(' ')[0])),
    )
    .map(([command, line]) => [command, `node dist/${line.slice(run.length)}`]);
  const manifest = {
    name,
    version,
    description,
    license,
    private: true,
    engines,
    scripts: Object.fromEntries(commands),
  };
  writeFileSync(join(target, 'package.json'), `${JSON.stringify({ ...manifest, dependencies }, undefined, 2)}\n`);
}

/**
 * What of others is in it, for whoever looks for a package with a known fault: CycloneDX. Of all that npm lists, what the
 * lock file has for production: with `--omit dev` npm leaves out packages that tools need as well, such as graphql.
 */
function writeBillOfMaterials() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const words = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const { status, stdout } = spawnSync(npm, words, {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 2],
  });
  if (status !== 0) process.exit(1);
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const shipped = new Set(
    productionPackages().map(place => `${place.split('node_modules/').at(-1)}@${packages[place].version}`),
  );
  const list = JSON.parse(stdout);
  const components = list.components.filter(({ name, version }) => shipped.has(`${name}@${version}`));
  const kept = new Set([list.metadata.component['bom-ref'], ...components.map(component => component['bom-ref'])]);
  const dependencies = list.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(other => kept.has(other)) }));
  writeFileSync(join(target, 'sbom.cdx.json'), JSON.stringify({ ...list, components, dependencies }, undefined, 2));
}

/** The folder may be read-only later on: then a new embedded database could not be made from a template. */
function prepareDatabase() {
  // Only a restore needs the empty one; it makes its own.
  const script = `require('./dist/src/store/template.js').prepareTemplates()
    .then(empty => require('node:fs').rmSync(empty, { recursive: true }))
    .catch(e => { console.error(e); process.exit(1); })`;
  const { status } = spawnSync(process.execPath, ['-e', script], { cwd: resolve(target), stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
}

/** Whoever runs it is another user than the one who built it, and may read all and write nothing. */
function openToReaders(folder) {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) openToReaders(file);
    else chmodSync(file, 0o644);
  }
}
