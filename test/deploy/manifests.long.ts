import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig } from '../../src/config.js';
import { CONFIGURABLE } from '../../src/configurable.js';
import { ROOT } from '../../src/kernel/paths.js';

const DEPLOY = path.join(ROOT, 'deploy');
const KUBERNETES = path.join(DEPLOY, 'kubernetes');
const MODELS = path.join(ROOT, 'optional', 'kubernetes-models', 'node_modules', 'kubernetes-models');

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  // biome-ignore lint/suspicious/noExplicitAny: what a manifest holds is what these tests find out
  spec: any;
}

const DRAIN_SECONDS = readConfig({}, CONFIGURABLE).drainMs / 1_000;
const read = (file: string) => readFileSync(path.join(DEPLOY, file), 'utf8');
const manifests = readdirSync(KUBERNETES)
  .filter(file => file !== 'kustomization.yaml')
  .flatMap(file => parseAllDocuments(read(path.join('kubernetes', file))).map(each => each.toJS() as Manifest));
const named = manifests.map(manifest => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const);

/** The validator of a kind, as Kubernetes publishes its schema. */
function modelOf({ apiVersion, kind }: Manifest): new (data: unknown) => { validate(): void } {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : [undefined, apiVersion];
  return require(path.join(MODELS, ...(group === undefined ? [] : [group]), version!, kind))[kind];
}

function problemOf(manifest: Manifest): string | undefined {
  try {
    new (modelOf(manifest))(manifest).validate();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Each field of a manifest by its path; lists by their numbers. */
function* fieldsOf(value: unknown, at: (string | number)[] = []): Generator<(string | number)[]> {
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    const field = [...at, Array.isArray(value) ? Number(key) : key];
    yield field;
    yield* fieldsOf(inner, field);
  }
}

describe.each(named)('%s', (_name, manifest) => {
  test('is valid', () => {
    expect(problemOf(manifest)).toBeUndefined();
  });

  test('has no field that the schema does not know: a wrong value in each is found', () => {
    const unknown = [...fieldsOf(manifest)].filter(field => {
      const spoilt = structuredClone(manifest);
      // biome-ignore lint/suspicious/noExplicitAny: a path into anything
      const holder = field.slice(0, -1).reduce((inner: any, key) => inner[key], spoilt);
      const key = field.at(-1)!;
      // Of no type that any field of these has.
      holder[key] = typeof holder[key] === 'object' ? 7.5 : [[{}]];
      return problemOf(spoilt) === undefined;
    });
    expect(unknown.map(field => field.join('.'))).toEqual([]);
  });
});

const pods = manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'Job');

test.each(pods.map(pod => [pod.metadata.name, pod] as const))(
  '%s runs without rights and without service links',
  (_, pod) => {
    const { spec } = pod.spec.template;
    expect(spec).toMatchObject({
      enableServiceLinks: false,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    for (const container of spec.containers) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources.limits.memory).toBeDefined();
      const mounted = container.volumeMounts.map((mount: { name: string }) => mount.name);
      expect(spec.volumes.map((volume: { name: string }) => volume.name).sort()).toEqual(mounted.sort());
    }
  },
);

test.each(['api', 'worker'])('the role %s has probes, time to stop, and a budget of disruptions', role => {
  const find = (kind: string) =>
    manifests.find(each => each.kind === kind && each.metadata.name === `darkroom-${role}`)!;
  const { spec } = find('Deployment').spec.template;
  const [container] = spec.containers;
  expect(container.env).toEqual([{ name: 'DARKROOM_ROLE', value: role }]);
  expect(container.livenessProbe.httpGet.path).toBe('/health/live');
  expect(container.readinessProbe.httpGet.path).toBe('/health/ready');
  const preStop = Number(container.lifecycle?.preStop.exec.command[1] ?? 0);
  expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(DRAIN_SECONDS + preStop + 5);
  expect(find('PodDisruptionBudget').spec.selector).toEqual(find('Deployment').spec.selector);
});

test('compose and systemd give a stop more than it takes', () => {
  const { services } = parse(read('compose.yaml'), { merge: true });
  const given = [
    parseInt(services.darkroom.stop_grace_period, 10),
    parseInt(services.worker.stop_grace_period, 10),
    Number(/^TimeoutStopSec=(\d+)$/m.exec(read('darkroom.service'))![1]),
  ];
  for (const seconds of given) expect(seconds).toBeGreaterThanOrEqual(DRAIN_SECONDS + 5);
});

test('the variables of compose, of Kubernetes and of the image are ones that Darkroom knows, and it would start', () => {
  const { services } = parse(read('compose.yaml'), { merge: true });
  const { configMapGenerator } = parse(read('kubernetes/kustomization.yaml'));
  const kubernetes = Object.fromEntries(configMapGenerator[0].literals.map((line: string) => line.split(/=(.*)/s)));
  const image = Object.fromEntries(
    [...read('Dockerfile').matchAll(/([A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  );
  const keys = { DARKROOM_S3_ACCESS_KEY: 'key', DARKROOM_S3_SECRET_KEY: 'secret' };
  const secrets = { DATABASE_URL: 'postgresql://u:p@db/darkroom', DARKROOM_SECRET: 'x'.repeat(32), ...keys };
  for (const environment of [services.darkroom.environment, services.worker.environment, kubernetes]) {
    const files = Object.keys(secrets).map(name => `${name}_FILE`);
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(files));
    const others = Object.entries(environment).filter(
      ([name]) => !files.includes(name) && name !== 'DARKROOM_PUBLIC_URL',
    );
    const config = readConfig(
      { ...image, ...Object.fromEntries(others), ...secrets } as Record<string, string>,
      CONFIGURABLE,
    );
    expect(config).toMatchObject({ host: '0.0.0.0', production: true, bucket: { bucket: 'photos' } });
  }
});

test('compose gives each service only volumes and secrets that it defines', () => {
  const { services, volumes, secrets } = parse(read('compose.yaml'), { merge: true });
  for (const service of Object.values<{ volumes?: string[]; secrets?: string[] }>(services)) {
    for (const volume of service.volumes ?? []) expect(Object.keys(volumes)).toContain(volume.split(':')[0]);
    for (const secret of service.secrets ?? []) expect(Object.keys(secrets)).toContain(secret);
  }
});

const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
(kubectl ? test : test.skip)(
  `kustomize puts the manifests together${kubectl ? '' : ' (skipped: no kubectl on this machine)'}`,
  () => {
    const built = parseAllDocuments(execFileSync('kubectl', ['kustomize', KUBERNETES], { encoding: 'utf8' }));
    const kinds = built.map(each => each.toJS().kind).sort();
    expect(kinds).toEqual([...manifests.map(({ kind }) => kind), 'ConfigMap'].sort());
    for (const each of built) expect(problemOf(each.toJS() as Manifest)).toBeUndefined();
  },
);

const systemd = spawnSync('systemd-analyze', ['--version']).status === 0;
(systemd ? test : test.skip)(
  `systemd takes the unit, and finds it hardened${systemd ? '' : ' (skipped: no systemd on this machine)'}`,
  () => {
    const unit = path.join(DEPLOY, 'darkroom.service');
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    // From 0, nothing to attack, to 10; what is over the threshold is an error.
    const security = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', unit], {
      encoding: 'utf8',
    });
    expect({ status: security.status, last: security.stdout.trim().split('\n').at(-1) }).toMatchObject({ status: 0 });
  },
);
