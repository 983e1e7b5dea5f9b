-- How the calls of the last hour went, by source. `ended_at` is written once, so all other changes of a call stay off the index.
create index task_attempts_ended on task_attempts (source, ended_at) where ended_at is not null;
-- Whose call it was: the API key that made the task. Null: without a key, and all from before.
alter table ledger add column api_key_id text;
