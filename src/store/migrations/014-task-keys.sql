-- The API key that made a task, or by whose link it was made. Null: without a key, and all from before.
alter table tasks add column api_key_id text;

-- A webhook of a key ends with it.
alter table webhooks drop constraint webhooks_disabled_reason_check,
  add constraint webhooks_disabled_reason_check check (disabled_reason in ('GONE', 'FAILING', 'SECRET_LOST', 'KEY_REVOKED'));
create index webhooks_by_key on webhooks (api_key_id) where api_key_id is not null;
