-- Tasks that have not ended (null), and those that ended since a moment: what a list of live tasks counts and catches up
-- with. `ended_at` is written once, so all other changes of a task stay off the index.
create index tasks_ended on tasks (tenant_id, ended_at);
