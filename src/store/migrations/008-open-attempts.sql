-- Calls that nobody has ended yet are few, and housekeeping looks for those whose task has ended.
create index task_attempts_open on task_attempts (task_id) where ended_at is null;
