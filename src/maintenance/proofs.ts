import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  type AuditVerdict,
  type KnownHead,
  readKnownHead,
  verifyAudit,
  writeKnownHead,
} from '../audit/verify-audit.js';
import { type Config, ConfigError, readConfig } from '../config.js';
import { CONFIGURABLE } from '../configurable.js';
import { OperatorError } from '../kernel/errors.js';
import { explainError } from '../kernel/explain-error.js';
import { Secrets } from '../kernel/secrets.js';
import { SignatureCheck, SigningKeys } from '../kernel/signer.js';
import { readReceipt } from '../personal/receipt.js';
import { readRetired } from '../sealing/retired-keys.js';
import { refuseUnfinishedRestore } from '../store/restore-marks.js';
import { readSecretTexts } from '../store/secret-files.js';
import { openDatabase, requireHouse } from './open-house.js';
import { inSnapshot } from './rows.js';

const HELP = `Checks what Darkroom has signed. The variables are those of the server.

  npm run audit -- verify                  walks the audit trail of every tenant and says where it breaks; ends with 1
                                           where it does. Embedded: stop the server first, or ask a
                                           running one with the query \`auditCheck\`
      --expect <tenant>:<number>:<hash>    an end of a trail that you wrote down earlier: it has to be in it still. The
                                           chain alone cannot show that its own newest part was cut off
      --key <public key>                   one more key that may have signed; those of before a rotation are known
  npm run receipt -- key                   the public key of receipts and of the audit trail, as a JWK
  npm run receipt -- verify <file>         checks a receipt (its \`jws\`) with this server's key, and prints what it says;
                                           ends with 1 where it is not genuine
      --key <public key>                   with this key, e.g. of before DARKROOM_SECRET changed (the \`x\` of the JWK); then no variable is needed
`;

const OPTIONS = {
  expect: { type: 'string', multiple: true },
  key: { type: 'string', multiple: true },
  help: { type: 'boolean', default: false },
} as const;

const say = (text: string) => void process.stdout.write(`${text}\n`);

async function main(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  const keys = (values.key ?? []).map(readKey);
  const [command, ...rest] = positionals;
  if (!values.help && positionals.join(' ') === 'audit verify')
    return checkAudit((values.expect ?? []).map(readKnown), keys);
  if (!values.help && positionals.join(' ') === 'receipt key')
    return say(JSON.stringify(new SigningKeys(await ownSecrets()).present.publicJwk));
  if (!values.help && command === 'receipt' && rest[0] === 'verify' && rest.length === 2)
    return checkReceipt(rest[1]!, keys);
  process.stdout.write(HELP);
  process.exitCode = values.help ? 0 : 64;
}

function readArguments(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new ConfigError(`${(error as Error).message}\n\n${HELP}`);
  }
}

function readKey(x: string): SignatureCheck {
  try {
    return new SignatureCheck(x);
  } catch {
    throw new ConfigError('--key: expected the `x` of the JWK that `npm run receipt -- key` prints');
  }
}

function readKnown(text: string): KnownHead {
  const known = readKnownHead(text);
  if (known === undefined) throw new ConfigError('--expect: expected <tenant>:<number>:<hash>, as `verify` prints it');
  return known;
}

function readOwnConfig(): Config {
  return readConfig(process.env, CONFIGURABLE);
}

/** The secrets of the house that the variables name. */
async function ownSecrets(config: Config = readOwnConfig()): Promise<Secrets> {
  const texts = await readSecretTexts(config);
  if (texts.length > 0) return new Secrets(texts.map(text => Buffer.from(text)));
  throw new ConfigError(`DARKROOM_SECRET: expected the secret of the server; there is none in ${config.dataDirectory}`);
}

async function checkAudit(known: readonly KnownHead[], more: readonly SignatureCheck[]): Promise<void> {
  const config = readOwnConfig();
  requireHouse(config);
  const secrets = await ownSecrets(config);
  const database = await openDatabase(config).catch(error => {
    if (!(error instanceof OperatorError) || error.code !== 'DIRECTORY_LOCKED') throw error;
    throw new ConfigError(`${error.message} Stop it; or ask it with the query \`auditCheck\` of its API.`);
  });
  try {
    await refuseUnfinishedRestore(database);
    const verdicts = await inSnapshot(database, async sql => {
      const own = new SigningKeys(secrets, await readRetired(sql, secrets));
      return verifyAudit(sql, [...own.all, ...more], known);
    });
    for (const verdict of verdicts) tell(verdict);
    if (verdicts.length === 0) say('There is no audit trail yet.');
    if (verdicts.some(({ breaks }) => breaks.length > 0)) process.exitCode = 1;
  } finally {
    await database.close();
  }
}

function tell({ tenantId, entries, anchor, head, unchained, breaks }: AuditVerdict): void {
  const removed = anchor === 0 ? '' : `; ${anchor} older ones were removed by their retention time`;
  say(
    `${tenantId}: ${entries} entries${removed}. ${breaks.length === 0 ? 'The chain holds.' : 'THE CHAIN IS BROKEN:'}`,
  );
  for (const text of breaks) say(`  ${text}`);
  if (unchained > 0)
    say(`  ${unchained} entries of the last moment are not in the chain yet; a running server adds them`);
  if (breaks.length === 0) say(`  its end, to be written down elsewhere: ${writeKnownHead({ tenantId, ...head })}`);
}

async function checkReceipt(file: string, given: readonly SignatureCheck[]): Promise<void> {
  const keys = given.length > 0 ? given : new SigningKeys(await ownSecrets()).all;
  const text = await readFile(file, 'utf8').catch(() => {
    throw new ConfigError(`The file ${file} cannot be read.`);
  });
  const receipt = readReceipt(keys, text.trim());
  if (receipt === undefined) {
    say('This is no receipt that this key has signed, or it was changed.');
    process.exitCode = 1;
    return;
  }
  say(JSON.stringify(receipt, null, 2));
  say('The signature holds.');
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : explainError(error)}\n`);
  process.exitCode = 1;
});
