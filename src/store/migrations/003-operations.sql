-- What a task works on and what of it is personal stood inside its input, under the names of JSON keys. Both are columns
-- now, so that retention and erasure hold for every operation and know none.
alter table tasks
  -- ids of assets, in the order that the operation declares for its photos
  add column input_assets text[] not null default '{}',
  -- personal data, sealed; erased when the task ends
  add column sealed text;
update tasks set
  input_assets = case when input ? 'photo' then array[input ->> 'photo'] else '{}' end,
  sealed = input ->> 'sealed',
  input = input - 'photo' - 'sealed'
where input ?| array['photo', 'sealed'];

-- Which call of its release buys a photo: so far only the order of the input said so.
alter table photos add column release_part integer;
update photos p set release_part = bought.position - 1
from (
  select t.id as task_id, item.photo ->> 'photoId' as photo_id, item.position
  from tasks t cross join lateral jsonb_array_elements(t.input -> 'photos') with ordinality as item (photo, position)
  where t.operation = 'RELEASE'
) bought
where p.release_task_id = bought.task_id and p.id = bought.photo_id;

-- Nothing writes these values.
alter table tasks drop constraint tasks_waiting_on_check,
  add constraint tasks_waiting_on_check check (waiting_on in ('VENDOR', 'OPERATOR', 'NONE'));
alter table tasks drop constraint tasks_progress_source_check,
  add constraint tasks_progress_source_check check (progress_source in ('REPORTED', 'NONE'));
