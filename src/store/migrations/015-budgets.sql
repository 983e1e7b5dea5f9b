-- Money is a whole number of 1/10,000 yuan: a unit of a large package costs less than a fen.

alter table tasks
  -- what a unit costs at each source of the route, as it was configured when the task was made; null: not configured
  add column unit_prices bigint[] not null default '{}';
-- What the call costs if it is charged; null: no price was configured. A price that changes later changes nothing here.
alter table task_attempts add column cost bigint;
alter table ledger add column cost bigint;

-- How much may be spent. Every budget that matches a task has to hold. A removed one stays, for what refers to it.
create table budgets (
  id text primary key,
  tenant_id text not null references tenants (id),
  -- null: all keys, all labels, all vendors
  api_key_id text,
  label text,
  vendor text,
  -- days and months are those of Asia/Shanghai; TOTAL never renews
  per text not null check (per in ('DAY', 'MONTH', 'TOTAL')),
  units bigint check (units >= 0),
  cost bigint check (cost >= 0),
  created_at timestamptz not null default now(),
  removed_at timestamptz,
  check (units is not null or cost is not null)
);
create unique index budgets_one_each on budgets (tenant_id, coalesce(api_key_id, ''), coalesce(label, ''), coalesce(vendor, ''), per)
  where removed_at is null;

-- What is taken of a budget in one period: the sum of its holds. Whoever takes something locks this row.
create table budget_windows (
  budget_id text not null references budgets (id),
  period text not null,
  units bigint not null check (units >= 0),
  cost bigint not null check (cost >= 0),
  primary key (budget_id, period)
);

-- What one task takes of a budget. Until it ends: the most that it may come to. From then on: what its calls were charged,
-- or may have been. It outlives the task, as the ledger does.
create table budget_holds (
  task_id text not null,
  budget_id text not null references budgets (id),
  period text not null,
  units bigint not null,
  cost bigint not null,
  primary key (task_id, budget_id)
);
