-- Where callers want to be told what became of their tasks, and each message that is sent there.
create table webhooks (
  id text primary key,
  tenant_id text not null,
  -- The API key whose tasks it follows; null: the tasks of the whole tenant.
  api_key_id text,
  url text not null,
  -- what it is told of: TASK_SUCCEEDED
  events text[] not null,
  -- true: all tasks; false: those that name it
  follows_all boolean not null,
  state text not null default 'ACTIVE' check (state in ('ACTIVE', 'DISABLED')),
  -- GONE: its server answered 410; FAILING: nothing was taken for days; SECRET_LOST: it was sealed with another secret
  disabled_reason text check (disabled_reason in ('GONE', 'FAILING', 'SECRET_LOST')),
  disabled_at timestamptz,
  -- sealed; the one before it signs too, until then
  secret text not null,
  old_secret text,
  old_secret_until timestamptz,
  -- since when nothing was taken
  failing_since timestamptz,
  created_at timestamptz not null default now(),
  check ((state = 'DISABLED') = (disabled_reason is not null and disabled_at is not null))
);
-- read with each task that ends
create index webhooks_by_tenant on webhooks (tenant_id);

-- The webhook that a task names. No foreign key: a webhook that is deleted rewrites no tasks.
alter table tasks add column webhook_id text;

-- One message to one webhook. Its id is the `webhook-id` of every try. It goes with its task: an erasure leaves nothing to send.
create table webhook_deliveries (
  id text primary key,
  tenant_id text not null,
  webhook_id text not null references webhooks (id) on delete cascade,
  task_id text references tasks (id) on delete cascade,
  type text not null,
  -- the body, as it is sent and signed
  payload text not null,
  state text not null default 'PENDING' check (state in ('PENDING', 'DELIVERED', 'DEAD')),
  -- tries in all, and since it was last put into the queue: these say how long the next pause is
  attempts integer not null default 0,
  round_attempts integer not null default 0,
  last_attempt_at timestamptz,
  last_status integer,
  -- why the last try failed
  last_failure text,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  check ((state = 'PENDING') = (ended_at is null))
);
create index webhook_deliveries_listing on webhook_deliveries (tenant_id, created_at desc, id desc);
create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id, created_at desc, id desc);
create index webhook_deliveries_by_task on webhook_deliveries (task_id) where task_id is not null;
create index webhook_deliveries_ended on webhook_deliveries (ended_at) where ended_at is not null;

-- The queue of what is still to be delivered: like task_queue, with the webhook as lane.
create table webhook_queue (
  delivery_id text primary key references webhook_deliveries (id) on delete cascade,
  tenant_id text not null,
  webhook_id text not null,
  due_at timestamptz not null default now(),
  leased_until timestamptz,
  token bigint not null default 0
) with (fillfactor = 70);
create index webhook_queue_due on webhook_queue (webhook_id, due_at);
