-- Short-lived tokens for browsers. The token itself is kept nowhere: it is the id and the end, signed.
create table browser_tokens (
  id text primary key,
  tenant_id text not null references tenants (id),
  kind text not null check (kind in ('TASK_TOKEN', 'PHOTO_LINK')),
  -- what kind of caller made it. One of an open server ends with the first API key
  maker text not null,
  -- it ends with the key that it was made with
  api_key_id text references api_keys (id),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  -- of a photo link: what it makes, of which request, and how often
  operation text,
  request jsonb,
  consent_required boolean not null default false,
  uses integer,
  check ((kind = 'PHOTO_LINK') = (operation is not null and request is not null and uses is not null))
);
create index browser_tokens_listing on browser_tokens (tenant_id, created_at desc, id desc);
create index browser_tokens_expiry on browser_tokens (tenant_id, expires_at);
create index browser_tokens_by_reference on browser_tokens (tenant_id, (request ->> 'reference')) where request ? 'reference';

-- What a token reaches: the task that it was made for, or those that were made by it. A row outlives its task, so that the
-- use of a link does not come back when the task is erased.
create table browser_token_tasks (
  token_id text not null references browser_tokens (id) on delete cascade,
  task_id text not null,
  primary key (token_id, task_id)
);
create index browser_token_tasks_by_task on browser_token_tasks (task_id);
