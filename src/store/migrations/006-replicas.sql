-- Replicas that share this database, each with a counter that it also writes into its data directory. A replica that does
-- not find the counters of the others in its own directory has another one.
create table replicas (
  id text primary key,
  -- for the operator
  host text not null,
  started_at timestamptz not null default now(),
  beat_at timestamptz not null default now(),
  beat integer not null
);
