-- What holds for the database as a whole, e.g. the fingerprint of the secret that all replicas have to share.
create table settings (
  name text primary key,
  value text not null
);
