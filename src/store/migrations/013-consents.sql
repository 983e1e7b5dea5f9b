-- What a person agreed to, beside the task that it was given for and not in it: it outlives the task, as its proof.
create table consents (
  id text primary key,
  tenant_id text not null,
  task_id text not null,
  purpose text not null,
  -- which text the person has seen
  notice_version text not null,
  given_by text not null check (given_by in ('PERSON', 'GUARDIAN')),
  guardian text check (guardian in ('MOTHER', 'FATHER', 'OTHER')),
  -- the caller's own proof; an HMAC is left of it when the task is erased
  reference text,
  reference_hmac text,
  given_at timestamptz not null,
  created_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  -- withdrawn by its reference: nothing more is made under it
  withdrawn_for_all boolean not null default false,
  check ((given_by = 'GUARDIAN') = (guardian is not null))
);
create index consents_by_task on consents (tenant_id, task_id);
create index consents_by_reference on consents (tenant_id, reference) where reference is not null;
create index consents_by_hmac on consents (tenant_id, reference_hmac) where reference_hmac is not null;
create index consents_withdrawn on consents (withdrawn_at) where withdrawn_at is not null;

-- So far only face verification had a consent, inside its job.
insert into consents (id, tenant_id, task_id, purpose, notice_version, given_by, reference, given_at)
select 'consent_' || substr(id, 6), tenant_id, id, coalesce(input -> 'consent' ->> 'purpose', ''), 'not recorded', 'PERSON',
  coalesce(input -> 'consent' ->> 'reference', ''), created_at
from tasks where operation = 'FACE_VERIFICATION' and input ? 'consent';
update tasks set input = input - 'consent' where operation = 'FACE_VERIFICATION' and input ? 'consent';

-- A photo that goes as soon as no open task needs it, and not at its retention time.
alter table assets add column brief boolean not null default false;
create index assets_brief on assets (id) where brief and purged_at is null;
-- What a task made is looked for whenever one is erased.
create index assets_by_task on assets (task_id) where task_id is not null and purged_at is null;
