-- What a public source says of a charge that is in doubt: for the person who settles it.
alter table task_attempts add column evidence text;

-- Calls in doubt are few, and people look for them.
create index task_attempts_in_doubt on task_attempts (tenant_id, task_id)
  where can_bill and billed = 'UNKNOWN' and ended_at is not null;
