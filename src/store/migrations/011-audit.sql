-- Who did what, about whom, when. An entry is written into the inbox in the transaction of its act, which locks nothing
-- that another transaction needs; a moment later it is moved to the end of its tenant's chain. No personal data.
create table audit_inbox (
  id bigint generated always as identity primary key,
  tenant_id text not null,
  -- milliseconds: what a hash is made of has to come back from every driver as it was
  at timestamptz(3) not null default now(),
  act text not null,
  actor_kind text not null,
  actor_id text,
  operation text,
  task_id text,
  -- the asset, consent, receipt, key or the like that it is about
  object_id text,
  -- the reference of the caller as an HMAC: it tells one person's entries from another's, and says of nobody who it is
  subject text,
  outcome text
);

-- Append-only. Each entry has the hash of the one before in its own.
create table audit (
  tenant_id text not null,
  number bigint not null,
  at timestamptz(3) not null,
  act text not null,
  actor_kind text not null,
  actor_id text,
  operation text,
  task_id text,
  object_id text,
  subject text,
  outcome text,
  previous_hash text not null,
  hash text not null,
  primary key (tenant_id, number)
);
create index audit_by_task on audit (tenant_id, task_id, number) where task_id is not null;
create index audit_by_subject on audit (tenant_id, subject, number) where subject is not null;

-- Where each chain ends, signed: whoever can write the database and has not the secret cannot make a chain of their own.
-- Its row is the lock of those who append. The anchor is the last entry that was removed by its retention time.
create table audit_heads (
  tenant_id text primary key,
  number bigint not null default 0,
  hash text not null default repeat('0', 64),
  signature text,
  key_id text,
  anchor_number bigint not null default 0,
  anchor_hash text not null default repeat('0', 64),
  anchor_signature text,
  anchor_key_id text
);
