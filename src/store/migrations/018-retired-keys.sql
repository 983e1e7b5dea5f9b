-- What is left of a secret after a rotation, so that it can go: the public key of the receipts and audit trails that it has
-- signed, and the key of the HMACs by which entries of a reference are found, sealed under the secret of now.
create table retired_keys (
  -- of the secret
  fingerprint text primary key,
  public_key text not null,
  subject_key text not null,
  retired_at timestamptz not null default now()
);

-- The fingerprints of the secrets that a replica knows: a rotation waits until all know the new one.
alter table replicas add column secrets text[] not null default '{}';
