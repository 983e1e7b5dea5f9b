-- A clean photo that waits for its release: nobody sees it, whatever its id is used for.
alter table assets add column held boolean not null default false;

-- A print sheet was one photo on 6 inches; it is several on any paper.
update tasks set input = jsonb_build_object(
  'widthMm', 152, 'heightMm', 102, 'dpi', input -> 'dpi', 'gapMm', 2, 'marginMm', 5, 'cropLines', 'LINES', 'rotate', 'AUTO',
  'items', jsonb_build_array(jsonb_build_object(
    'widthPx', input -> 'widthPx', 'heightPx', input -> 'heightPx', 'dpi', input -> 'dpi', 'count', input -> 'count')))
where operation = 'PRINT_SHEET' and input ? 'paper';
