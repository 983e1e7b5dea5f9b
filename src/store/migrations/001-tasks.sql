-- Tasks, the narrow queue beside them, attempts, idempotency keys and assets. Every row carries its tenant.

create table assets (
  id text primary key,
  tenant_id text not null,
  kind text not null check (kind in ('INPUT', 'RESULT')),
  task_id text,
  mime text not null,
  bytes integer not null,
  width integer not null,
  height integer not null,
  dpi integer,
  -- of the file as it is kept
  sha256 text not null,
  -- of the bytes as they were sent: the same photo sent twice has the same one
  source_sha256 text,
  watermarked boolean not null default false,
  ai_label boolean not null default false,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  purged_at timestamptz
);
create index assets_expiry on assets (expires_at) where purged_at is null;

create table tasks (
  id text primary key,
  tenant_id text not null,
  operation text not null,
  state text not null check (state in ('QUEUED', 'RUNNING', 'NEEDS_REVIEW', 'SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED')),
  waiting_on text not null check (waiting_on in ('VENDOR', 'CALLER', 'OPERATOR', 'NONE')),
  stage text not null,
  progress_percent smallint,
  progress_source text not null check (progress_source in ('REPORTED', 'ESTIMATED', 'NONE')),
  -- rises by one with every change of the row
  sequence integer not null default 1,
  -- who serves it now, and who may serve it at all, in order: LOCAL, FANGTANG, FANGTANG@SANDBOX
  source text not null,
  route text[] not null,
  ignored_options text[] not null default '{}',
  input jsonb not null,
  result jsonb,
  failure jsonb,
  reference text,
  labels text[] not null default '{}',
  -- the task of which this one is another try
  retry_of text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz
);
create index tasks_listing on tasks (tenant_id, created_at desc, id desc);
create index tasks_by_reference on tasks (tenant_id, reference) where reference is not null;
-- two retries of one task at once would pay twice
create unique index tasks_one_retry on tasks (retry_of) where retry_of is not null and state not in ('FAILED', 'CANCELED', 'EXPIRED');
create index tasks_by_label on tasks using gin (labels);

-- What is polled stands apart and narrow: a claim rewrites a short row, and an ended task leaves nothing here.
create table task_queue (
  task_id text primary key references tasks (id) on delete cascade,
  tenant_id text not null,
  source text not null,
  due_at timestamptz not null default now(),
  -- Until then it is its claimer's, and a heartbeat pushes it on. In no index, so that a claim rewrites none; and what a
  -- dead worker leaves behind still stands first in line.
  leased_until timestamptz,
  -- the fencing token: raised by every claim, so that a worker that lost its lease can be told from the one that holds it
  token bigint not null default 0
) with (fillfactor = 70);
-- by source: each vendor has its own pace, and a slow one must not stand in the way of the others
create index task_queue_due on task_queue (source, due_at);

-- One row a vendor call. It is committed before the call (the intent: ended_at is null) and completed after it (the outcome).
create table task_attempts (
  task_id text not null references tasks (id) on delete cascade,
  number integer not null,
  tenant_id text not null,
  source text not null,
  -- which of the calls that the job takes at this vendor, from 0
  part integer not null,
  can_bill boolean not null,
  units integer not null default 0,
  -- when the request went out; null: it did not, or the process died at that moment
  sent_at timestamptz,
  -- units that the vendor itself counted, before the call and after its answer was lost: evidence, since others use them up too
  units_left_before integer,
  units_left_after integer,
  -- the vendor's own id of work that goes on
  vendor_task_id text,
  -- what the vendor answered, until its pictures are fetched; vendor URLs are nowhere else
  answer jsonb,
  -- the pictures as kept
  result jsonb,
  -- when the vendor deletes what it answered with
  vendor_expires_at timestamptz,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  outcome text check (outcome in ('SUCCEEDED', 'FAILED', 'LOST', 'CANCELED')),
  -- a failure after which this part is not tried again
  final boolean not null default false,
  billed text not null default 'UNKNOWN' check (billed in ('YES', 'NO', 'UNKNOWN')),
  code text,
  message text,
  vendor_code text,
  request_id text,
  primary key (task_id, number)
);
-- What may cost money, append-only: nothing here is ever changed, and it outlives the task. No personal data.
create table ledger (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  tenant_id text not null,
  task_id text not null,
  attempt integer not null,
  operation text not null,
  source text not null,
  labels text[] not null,
  -- INTENT before a call, SENT when it goes out, ANSWER when the vendor spoke, OUTCOME when it was kept, RESOLVED by a person, EVIDENCE that came late
  kind text not null check (kind in ('INTENT', 'SENT', 'ANSWER', 'OUTCOME', 'RESOLVED', 'EVIDENCE')),
  billed text not null check (billed in ('YES', 'NO', 'UNKNOWN')),
  units integer not null,
  code text,
  vendor_task_id text,
  -- as the vendor itself counts, where it was known: at the INTENT before the call, later after it
  units_left integer
);
create index ledger_by_attempt on ledger (task_id, attempt, id);
create index ledger_by_time on ledger (tenant_id, at) where kind = 'INTENT';
create index ledger_by_source on ledger (source, at) where kind = 'INTENT';

-- ID photos of finished tasks. A preview can be released (bought) later by a task of its own, once.
create table photos (
  id text primary key,
  tenant_id text not null,
  task_id text not null references tasks (id) on delete cascade,
  -- which of the task's backgrounds
  index integer not null,
  source text not null,
  measured jsonb,
  preview_asset_id text,
  sheet_preview_asset_id text,
  clean_asset_id text,
  sheet_asset_id text,
  -- under which name the vendor sells the clean photo, and until when
  vendor_ref text,
  release_until timestamptz,
  -- the task that buys it or has bought it
  release_task_id text,
  unique (task_id, index)
);

create table idempotency_keys (
  tenant_id text not null,
  key text not null,
  fingerprint text not null,
  task_id text not null references tasks (id) on delete cascade,
  expires_at timestamptz not null,
  primary key (tenant_id, key)
);
create index idempotency_keys_expiry on idempotency_keys (expires_at);
