-- How the vendors are, for all replicas: a row each, once there was something to write. Half-open is open with its rest over.
create table vendor_health (
  source text primary key,
  state text not null default 'CLOSED' check (state in ('CLOSED', 'OPEN')),
  -- of the failure that opened it
  code text,
  since timestamptz not null default now(),
  retry_at timestamptz,
  -- how long an ordinary rest is at present; a probe that fails doubles it
  rest_ms integer,
  -- one call of one replica tries the vendor, and keeps all others out until then
  probe_until timestamptz,
  -- raised by each change of the columns above, so that a replica changes only what it has seen
  token bigint not null default 0,
  -- the lowest warning that was given for its package: 20, 5 or 0 percent left; null: more is left, or nobody knows
  quota_level smallint check (quota_level in (20, 5, 0)),
  -- as counted when the level changed
  quota_left integer,
  quota_at timestamptz,
  updated_at timestamptz not null default now(),
  check ((state = 'OPEN') = (code is not null and retry_at is not null and rest_ms is not null))
);
