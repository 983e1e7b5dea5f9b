-- The labels of generated content (GB 45438-2025) that a picture carries, the first as the one that readers find. What was
-- generated before was labelled so.
alter table assets add column aigc jsonb;
update assets a set aigc = jsonb_build_array(jsonb_build_object(
  'Label', '1', 'ContentProducer', m.name, 'ProduceID', t.id, 'ReservedCode1', '',
  'ContentPropagator', m.name, 'PropagateID', t.id, 'ReservedCode2', ''))
from tasks t cross join lateral (
  select case when t.source like '%@SANDBOX' then 'Darkroom sandbox (' || split_part(t.source, '@', 1) || ')' else t.source end as name
) m
where a.ai_label and a.task_id = t.id;
