-- By what the work on a task is found in the traces of whoever asked for it: `traceparent` of W3C Trace Context.
alter table tasks add column traceparent text;
-- What waits for a person, which operators count: few rows, and no state before it touches the index.
create index tasks_in_review on tasks (tenant_id) where state = 'NEEDS_REVIEW';
