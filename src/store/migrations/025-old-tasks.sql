-- Tasks leave by their time (DARKROOM_KEEP_TASKS), and what refers to one is found by an index: without this one each task
-- that is deleted reads all keys.
create index idempotency_keys_by_task on idempotency_keys (task_id);
-- The rows of pictures that are gone leave as well; an index that is written once, when a picture goes.
create index assets_purged on assets (purged_at) where purged_at is not null;
