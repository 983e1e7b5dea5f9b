-- When a signed link of it was first followed: the audit trail has that, and not every later time.
alter table assets add column first_read_at timestamptz;
