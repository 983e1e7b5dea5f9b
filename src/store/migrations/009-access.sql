-- Who may call. Rows of every other table name their tenant.
create table tenants (
  id text primary key,
  name text not null,
  created_at timestamptz not null default now(),
  -- from then on its keys are refused
  closed_at timestamptz
);
insert into tenants (id, name) values ('default', 'Default');

create table api_keys (
  id text primary key,
  tenant_id text not null references tenants (id),
  name text not null,
  -- sha256 of the key, which nobody has but its owner
  hash text not null unique,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  -- to about a minute
  last_used_at timestamptz
);
create index api_keys_of_tenant on api_keys (tenant_id, created_at);
