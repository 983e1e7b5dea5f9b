-- How many operations in a minute; null: as the server is configured. A key's are its own, a tenant's those of all its keys.
alter table api_keys add column operations_per_minute integer;
alter table tenants add column operations_per_minute integer;

-- What the replicas have taken of the rate of a key or a tenant, in the window that runs now. Worth nothing an hour later.
create table rates (
  subject text primary key,
  ends_at timestamptz not null,
  -- may come to more than the rate: what was asked for beyond it was not granted
  operations bigint not null,
  cost bigint not null
) with (fillfactor = 50);

-- What a tenant keeps is summed from this alone.
create index assets_kept on assets (tenant_id) include (bytes) where purged_at is null;
