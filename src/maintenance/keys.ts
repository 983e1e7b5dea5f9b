import { parseArgs } from 'node:util';
import type { VendorName } from '../../datasources/contract.js';
import { DEFAULT_TENANT } from '../access/access-service.js';
import { KeyService } from '../access/key-service.js';
import { ALL_SCOPES, SCOPES } from '../access/scopes.js';
import { COMMAND } from '../audit/acts.js';
import { INBOX } from '../audit/audit.js';
import { ConfigError, readConfig } from '../config.js';
import { CONFIGURABLE } from '../configurable.js';
import { OperatorError } from '../kernel/errors.js';
import { explainError } from '../kernel/explain-error.js';
import { readYuan, writeYuan } from '../kernel/money.js';
import type { ApiKeyRow, TenantRow } from '../store/access-rows.js';
import { BUDGET_PERIODS, type BudgetPeriod, type BudgetStanding } from '../store/budget-rows.js';
import type { Database } from '../store/database.js';
import { migrate } from '../store/migrate.js';
import { BudgetService, describeBudget } from '../tasks/vendors/budget-service.js';
import { openDatabase } from './open-house.js';

const HELP = `Who may call Darkroom, and how much they may spend. The variables are those of the server: DARKROOM_DATA_DIR for the embedded store, with
DATABASE_URL for Postgres. The embedded store belongs to a running server: stop it, or use \`createApiKey\` and
\`setBudget\` of its API.

  npm run keys -- create --name shop --scopes tasks:read,photos:create
      --tenant north-school       another tenant than the default one
      --expires 90d               ends by itself; never if not given
      --operations-per-minute 60  how often it may ask; as the server is configured if not given
  npm run keys -- list [--tenant north-school]
  npm run keys -- revoke <id>
  npm run tenants -- create <id> --name "North School" [--operations-per-minute 6000]
  npm run tenants -- limit <id> [--operations-per-minute 6000]
  npm run tenants -- list
  npm run tenants -- close <id>
  npm run budgets -- set --per day --units 100
      --per month, total          another period; days and months are those of China
      --cost 35.5                 yuan, instead of units or beside them; needs <VENDOR>_UNIT_PRICE
      --tenant, --key, --label, --vendor    for these alone; there is one budget of each scope and period
  npm run budgets -- list [--tenant north-school]
  npm run budgets -- remove <id>

Scopes: all, or some of
${ALL_SCOPES.map(scope => `  ${scope.padEnd(18)}${SCOPES[scope]}`).join('\n')}
`;

const OPTIONS = {
  name: { type: 'string' },
  scopes: { type: 'string' },
  tenant: { type: 'string' },
  expires: { type: 'string' },
  key: { type: 'string' },
  label: { type: 'string' },
  vendor: { type: 'string' },
  per: { type: 'string' },
  units: { type: 'string' },
  cost: { type: 'string' },
  'operations-per-minute': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Values = { [Name in Exclude<keyof typeof OPTIONS, 'help'>]?: string };

interface Services {
  keys: KeyService;
  budgets: BudgetService;
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  const [what = '', command = '', id, ...rest] = positionals;
  const run = COMMANDS[`${what} ${command}`];
  if (values.help || run === undefined || rest.length > 0) {
    process.stdout.write(HELP);
    process.exitCode = values.help ? 0 : 64;
    return;
  }
  const database = await open();
  try {
    await migrate(database);
    await run({ keys: new KeyService(database, INBOX), budgets: new BudgetService(database, INBOX) }, values, id);
  } finally {
    await database.close();
  }
}

function readArguments(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new ConfigError(`${(error as Error).message}\n\n${HELP}`);
  }
}

async function open(): Promise<Database> {
  try {
    return await openDatabase(readConfig(process.env, CONFIGURABLE));
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code !== 'DIRECTORY_LOCKED') throw error;
    throw new ConfigError(
      `${error.message} Stop it; or use its API, in GraphiQL for example: \`createApiKey\`, \`createTenant\`, \`setBudget\`.`,
    );
  }
}

type Command = (services: Services, values: Values, id: string | undefined) => Promise<void>;

const COMMANDS: Readonly<Record<string, Command>> = {
  'keys create': async ({ keys }, { name, scopes, tenant, expires, ...values }) => {
    const given = required(scopes, '--scopes');
    const wish = {
      name: required(name, '--name'),
      scopes: given === 'all' ? ALL_SCOPES : given.split(',').map(scope => scope.trim()),
      tenantId: tenant,
      expiresAt: expires === undefined ? undefined : inTime(expires),
      operationsPerMinute: rateOf(values),
    };
    const { key, secret } = await keys.createKey(wish, COMMAND);
    say(
      `${secret}\n\nThat is the key ${key.id} (${key.name}). It is shown this once: keep it where secrets are kept. Send it ` +
        'as\n  Authorization: Bearer dk_…',
    );
  },
  'keys list': async ({ keys }, { tenant }) => {
    for (const key of await keys.listKeys(tenant ?? null)) say(describeKey(key));
  },
  'keys revoke': async ({ keys }, _values, id) =>
    say(describeKey(await keys.revokeKey(required(id, 'the id of a key'), COMMAND))),
  'tenants create': async ({ keys }, { name, ...values }, id) => {
    const wish = { id: required(id, 'an id'), name: required(name, '--name'), operationsPerMinute: rateOf(values) };
    say(describeTenant(await keys.createTenant(wish, COMMAND)));
  },
  'tenants limit': async ({ keys }, values, id) =>
    say(describeTenant(await keys.limitTenant(required(id, 'the id of a tenant'), rateOf(values), COMMAND))),
  'tenants list': async ({ keys }) => {
    for (const tenant of await keys.listTenants()) say(describeTenant(tenant));
  },
  'tenants close': async ({ keys }, _values, id) =>
    say(describeTenant(await keys.closeTenant(required(id, 'the id of a tenant'), COMMAND))),
  'budgets set': async ({ budgets }, { tenant = DEFAULT_TENANT, key, label, vendor, per, units, cost }) => {
    const period = required(per, '--per').toUpperCase() as BudgetPeriod;
    if (!BUDGET_PERIODS.includes(period)) throw new ConfigError('--per: expected day, month or total');
    if (units !== undefined && !/^\d{1,10}$/.test(units)) throw new ConfigError('--units: expected a whole number');
    const yuan = cost === undefined ? undefined : readYuan(cost);
    if (cost !== undefined && yuan === undefined) throw new ConfigError('--cost: expected yuan such as 35.5');
    const wish = { apiKeyId: key, label, vendor: vendor as VendorName | undefined, per: period, cost: yuan };
    say(
      describeStanding(
        await budgets.set(
          { tenantId: tenant, ...wish, units: units === undefined ? undefined : Number(units) },
          COMMAND,
        ),
      ),
    );
  },
  'budgets list': async ({ budgets }, { tenant }) => {
    for (const budget of await budgets.list(tenant ?? null)) say(describeStanding(budget));
  },
  'budgets remove': async ({ budgets }, _values, id) =>
    say(describeStanding(await budgets.remove(required(id, 'the id of a budget'), COMMAND))),
};

function required(value: string | undefined, what: string): string {
  if (value === undefined) throw new ConfigError(`${what} is needed.\n\n${HELP}`);
  return value;
}

function rateOf({ 'operations-per-minute': given }: Values): number | undefined {
  return given === undefined ? undefined : Number(given);
}

const UNITS = { h: 3_600_000, d: 86_400_000 } as const;

function inTime(text: string): Date {
  const [, amount, unit] = /^(\d{1,4})([hd])$/.exec(text) ?? [];
  if (amount === undefined) throw new ConfigError('--expires: expected a duration such as 12h or 90d');
  return new Date(Date.now() + Number(amount) * UNITS[unit as keyof typeof UNITS]);
}

function describeKey({ id, name, tenantId, scopes, expiresAt, revokedAt, lastUsedAt, ...row }: ApiKeyRow): string {
  const states = [
    row.operationsPerMinute && `${row.operationsPerMinute} operations a minute`,
    revokedAt && `revoked ${revokedAt.toISOString()}`,
    expiresAt && `ends ${expiresAt.toISOString()}`,
    lastUsedAt === null ? 'not used yet' : `last used ${lastUsedAt.toISOString()}`,
  ];
  return [id, tenantId, name, scopes.join(','), states.filter(Boolean).join(', ')].join('  ');
}

function describeTenant({ id, name, closedAt, operationsPerMinute }: TenantRow): string {
  const rate = operationsPerMinute === null ? [] : [`${operationsPerMinute} operations a minute`];
  return [id, name, closedAt === null ? 'open' : `closed ${closedAt.toISOString()}`, ...rate].join('  ');
}

function describeStanding(budget: BudgetStanding): string {
  const taken = `taken: ${budget.takenUnits} units, ${writeYuan(budget.takenCost)} yuan`;
  return [budget.id, budget.tenantId, describeBudget(budget), taken].join('  ');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : explainError(error)}\n`);
  process.exitCode = 1;
});
