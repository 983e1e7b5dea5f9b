import type { VendorName } from '../../datasources/contract.js';
import { type Config, ConfigError, readConfig } from '../config.js';
import { CONFIGURABLE } from '../configurable.js';
import { DarkroomError } from '../kernel/errors.js';
import type { Say } from './report.js';
import type { Trial } from './step.js';
import { trialOf } from './trial.js';

const VENDORS = CONFIGURABLE.prefixes as readonly VendorName[];

/** The exit codes of sysexits.h for a wrong command line and a wrong configuration. */
const [OK, REFUSED, USAGE, CONFIG] = [0, 1, 64, 78];
const YES_FLAG = '--yes-one-billed-call';

export const HELP = `npm run vendors                        which vendors are configured
npm run vendors -- try <vendor>        tries its keys, by calls that cost nothing, and says what came back. For Jumei's
                                       products it finds out where the parameters go, and prints the line for .env
      ${YES_FLAG}          sends the one call that may cost a unit without asking first

Vendors: ${VENDORS.join(', ')}. The variables are those of the server: .env.example lists them.
`;

export interface Terminal {
  /** Prints a line. */
  say: Say;
  /** Asks a person; undefined where there is nobody to ask. */
  ask: ((question: string) => Promise<string>) | undefined;
}

/** The command; resolves with its exit code. What it prints holds no key. */
export async function runVendors(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { say: print, ask }: Terminal,
): Promise<number> {
  if (words.includes('--help')) {
    print(HELP);
    return OK;
  }
  const [command, name, ...flags] = words;
  const vendor = VENDORS.find(each => each === name);
  const wrong = flags.find(flag => flag !== YES_FLAG);
  if (command === 'try' && name !== undefined && vendor === undefined) print(`There is no vendor ${name}.\n`);
  if (command !== undefined && (command !== 'try' || vendor === undefined || wrong !== undefined)) {
    print(HELP);
    return USAGE;
  }
  try {
    const { vendors: values } = readConfig(environment, CONFIGURABLE);
    if (vendor === undefined) return list(values, print);
    const say = (line: string) => print(masked(line, values));
    return await tryVendor(vendor, values, { say, ask }, flags.includes(YES_FLAG));
  } catch (error) {
    if (!(error instanceof ConfigError) && !(DarkroomError.is(error) && error.code === 'VENDOR_NOT_CONFIGURED'))
      throw error;
    print(error.message);
    return CONFIG;
  }
}

function list(values: Config['vendors'], say: Say): number {
  const width = Math.max(...VENDORS.map(vendor => vendor.length));
  for (const vendor of VENDORS) say(`${vendor.padEnd(width)}  ${stateOf(vendor, values)}`);
  say('Try one with: npm run vendors -- try <vendor>');
  return OK;
}

function stateOf(vendor: VendorName, values: Config['vendors']): string {
  try {
    return trialOf(vendor, values) === undefined ? 'not configured' : 'configured';
  } catch (error) {
    if (!DarkroomError.is(error)) throw error;
    return `half configured: ${error.message}`;
  }
}

async function tryVendor(
  vendor: VendorName,
  values: Config['vendors'],
  { say, ask }: Terminal,
  agreed: boolean,
): Promise<number> {
  const trial = trialOf(vendor, values);
  if (trial === undefined) {
    const names = Object.keys(CONFIGURABLE.variables).filter(name => name.startsWith(`${vendor}_`));
    throw new ConfigError(
      `${vendor} is not configured. Its variables, which .env.example explains: ${names.join(', ')}.`,
    );
  }
  try {
    return (await runTrial(trial, { say, ask }, agreed)) === false ? REFUSED : OK;
  } finally {
    await trial.close?.();
  }
}

/** False where the vendor took nothing; undefined where nothing was sent. */
async function runTrial(trial: Trial, { say, ask }: Terminal, agreed: boolean): Promise<boolean | undefined> {
  let took: boolean | undefined;
  if (trial.free === undefined) say('No call of this vendor is free for certain.');
  else {
    say(`Free: ${trial.free.what}.`);
    took = await trial.free.run(say);
  }
  // Where a free call was refused, one that may be charged would be as well.
  if (trial.billed !== undefined && took !== false) took = (await agreedTo(trial.billed, { say, ask }, agreed)) ?? took;
  return took;
}

/** Undefined where nobody agreed, so that nothing was sent. */
async function agreedTo(
  billed: NonNullable<Trial['billed']>,
  { say, ask }: Terminal,
  agreed: boolean,
): Promise<boolean | undefined> {
  say(`May cost one unit of the package: ${billed.what}.`);
  if (!agreed && ask === undefined) say(`It was not sent. Add ${YES_FLAG} to send it.`);
  if (!agreed && (await ask?.('Type yes to send it: '))?.trim() !== 'yes') return undefined;
  return billed.run(say);
}

/** Vendors and gateways repeat a key at times. */
function masked(line: string, values: Config['vendors']): string {
  const secrets = Object.entries(values).filter(([name]) => /_(KEY|SECRET|CODE)$/.test(name));
  return secrets.reduce(
    (text, [, secret]) => (typeof secret === 'string' ? text.replaceAll(secret, '***') : text),
    line,
  );
}
