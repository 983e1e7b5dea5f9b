import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ConfigError, readConfig } from '../config.js';
import { CONFIGURABLE } from '../configurable.js';
import { explainError } from '../kernel/explain-error.js';
import { LIMITS } from '../kernel/limits.js';
import type { Bucket } from '../objects/bucket.js';
import { S3Bucket } from '../objects/s3-bucket.js';

const HELP = `The bucket of DARKROOM_ASSETS. The variables are those of the server.

  npm run bucket -- check        tries what the server does with it, step by step, and says what fails
  npm run --silent bucket -- lifecycle
                                 prints rules for the bucket as JSON, for \`aws s3api put-bucket-lifecycle-configuration
                                 --bucket <name> --lifecycle-configuration file://rules.json\`, or to be entered by hand
`;

const say = (text: string) => void process.stdout.write(`${text}\n`);

async function main([command, ...rest]: string[]): Promise<void> {
  if (rest.length > 0 || (command !== 'check' && command !== 'lifecycle')) {
    process.stdout.write(HELP);
    process.exitCode = command === '--help' ? 0 : 64;
    return;
  }
  const { bucket: config } = readConfig(process.env, CONFIGURABLE);
  if (config === undefined) throw new ConfigError('DARKROOM_ASSETS: expected a bucket such as s3://photos/darkroom');
  if (command === 'lifecycle') {
    say(JSON.stringify({ Rules: rulesFor(config.prefix) }, null, 2));
    return;
  }
  const bucket = new S3Bucket(config);
  try {
    await check(bucket);
  } finally {
    await bucket.close();
  }
}

/**
 * Pictures themselves have no rule: the server deletes them when their time is over and no work needs them any more. These
 * are for what nobody deletes: versions of what was erased, uploads that were cut off, and what a crash has left.
 */
function rulesFor(prefix: string): object[] {
  const rule = (id: string, below: string, what: object) => ({
    ID: `darkroom-${id}`,
    Status: 'Enabled',
    Filter: { Prefix: `${prefix}${below}` },
    ...what,
  });
  const quarantineDays = LIMITS.asset.quarantineMs / 86_400_000 + 7;
  return [
    rule('erased-stays-erased', '', { NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
    rule('unfinished-uploads', '', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
    rule('quarantine', 'quarantine/', { Expiration: { Days: quarantineDays } }),
    rule('probes', 'probes/', { Expiration: { Days: 1 } }),
  ];
}

async function check(bucket: Bucket): Promise<void> {
  const key = `probes/check-${randomBytes(6).toString('hex')}`;
  const bytes = randomBytes(100_000);
  const steps: [string, () => Promise<boolean>][] = [
    ['writes an object (PutObject)', () => bucket.put(key, bytes).then(() => true)],
    ['reads it (GetObject)', async () => (await buffer((await bucket.get(key))!.stream)).equals(bytes)],
    [
      'lists it (ListBucket)',
      async () => {
        for await (const each of bucket.list('probes/')) if (each.key === key) return true;
        return false;
      },
    ],
    ['tells that there is none', async () => (await bucket.get(`${key}-none`)) === undefined],
    ['deletes it (DeleteObject)', () => bucket.remove(key).then(async () => (await bucket.get(key)) === undefined)],
  ];
  for (const [name, step] of steps) {
    const why = await step().then(
      holds => (holds ? undefined : 'not as it was asked for'),
      (error: Error) => error.message,
    );
    say(`${why === undefined ? 'ok    ' : 'FAILS '} ${name}${why === undefined ? '' : `: ${why}`}`);
    if (why === undefined) continue;
    process.exitCode = 1;
    return;
  }
  const versions = await bucket.keepsVersions();
  if (versions)
    say('NOTE   it keeps versions: what is erased stays as an older one until a rule ends it; see `lifecycle`');
  if (versions === undefined) say('NOTE   it does not tell whether it keeps versions (GetBucketVersioning)');
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : explainError(error)}\n`);
  process.exitCode = 1;
});
