import type { Answer, MadePicture, VendorName } from '../datasources/contract.js';
import type { House } from '../src/assembly.js';
import { type Actor, ANYONE } from '../src/audit/acts.js';
import { DarkroomError } from '../src/kernel/errors.js';
import { VendorError } from '../src/kernel/vendor-error.js';
import type { BudgetStanding } from '../src/store/budget-rows.js';
import type { BudgetWish } from '../src/tasks/vendors/budget-service.js';
import type { TaskRunner } from '../src/tasks/work/runner.js';
import { plainPng } from './plain-png.js';
import { openTaskHouse, PHOTO, type TaskHouse, TENANT, ToySource } from './task-house.js';

/** What a call of the toy vendor comes to. */
export type Fate = 'CHARGED' | 'REFUSED' | 'IN_DOUBT' | 'LOST' | 'HANGS';

export const KEY_ID = `key_${'1'.repeat(26)}`;
export const KEY: Actor = { kind: 'API_KEY', id: KEY_ID, apiKeyId: KEY_ID };

/** A house with a vendor that charges, and with budgets. */
export interface BudgetHouse {
  house: TaskHouse;
  working: House & { runner: TaskRunner };
  /** Units that the vendor has charged. */
  charged(): number;
  /** The fates of the next calls; CHARGED when they are at an end. */
  fates: Fate[];
  /** Lets calls that hang come to this. */
  end(fate: Exclude<Fate, 'HANGS'>): void;
  order(over?: object, by?: Actor): ReturnType<House['operations']['create']>;
  budget(over?: Partial<BudgetWish>): Promise<BudgetStanding>;
  /** Units taken of a budget. */
  taken(id: string): Promise<number>;
  close(): Promise<void>;
}

const FATES: Record<Exclude<Fate, 'HANGS'>, () => MadePicture[]> = {
  CHARGED: () => [PHOTO],
  REFUSED: () => {
    throw new VendorError('INVALID_INPUT', { billed: 'NO', safeToRetry: false });
  },
  IN_DOUBT: () => {
    throw new VendorError('NO_FACE', { billed: 'UNKNOWN', safeToRetry: false });
  },
  LOST: () => {
    throw new VendorError('OUTCOME_UNKNOWN', { billed: 'UNKNOWN', safeToRetry: false, outcomeUnknown: true });
  },
};

export async function openBudgetHouse(
  given: Parameters<typeof openTaskHouse>[2] & { also?: ToySource[]; parts?: number } = {},
): Promise<BudgetHouse> {
  const house = await openTaskHouse({}, {}, { prices: { FANGTANG: 3_500 }, ...given });
  await house.database.query(`insert into tenants (id, name) values ('default', 'Default') on conflict do nothing`);
  await house.database.query(
    `insert into api_keys (id, tenant_id, name, hash, scopes) values ($1, 'default', 'one', 'x', '{}') on conflict do nothing`,
    [KEY_ID],
  );
  let charged = 0;
  const hanging: ((fate: Exclude<Fate, 'HANGS'>) => void)[] = [];
  const vendor = new ToySource(
    true,
    async (): Promise<MadePicture[] | Answer> => {
      const next = open.fates.shift() ?? 'CHARGED';
      const fate = next === 'HANGS' ? await new Promise<Exclude<Fate, 'HANGS'>>(end => hanging.push(end)) : next;
      if (fate === 'CHARGED') charged += 1;
      return FATES[fate]();
    },
    { vendor: 'FANGTANG' as VendorName, parts: () => given.parts ?? 1, units: () => given.parts ?? 1 },
  );
  const working = house.withSources(vendor, ...(given.also ?? []));
  const upload = { bytes: plainPng(64) };
  const open: BudgetHouse = {
    house,
    working,
    charged: () => charged,
    fates: [],
    end: fate => {
      for (const end of hanging.splice(0)) end(fate);
    },
    order: (over = {}, by = KEY) =>
      working.operations.create(
        TENANT,
        'ID_PHOTO',
        { photo: { upload }, specId: 'yi-cun-295x413', vendor: 'FANGTANG', ...over },
        by,
      ),
    budget: (over = {}) => working.budgets.set({ tenantId: TENANT, per: 'TOTAL', units: 3, ...over }, ANYONE),
    taken: async id => (await working.budgets.list(TENANT)).find(budget => budget.id === id)!.takenUnits,
    close: async () => {
      open.end('REFUSED');
      await house.close();
    },
  };
  return open;
}

/** The code of a refusal; an id is the task that was made. */
export async function codeOf(work: Promise<{ id: string }>): Promise<string> {
  return work.then(
    () => 'MADE',
    error => (DarkroomError.is(error) ? error.code : Promise.reject(error)),
  );
}
