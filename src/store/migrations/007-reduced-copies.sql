-- The photo of which this one is a smaller copy, made for a vendor that fetches it: erased together.
alter table assets add column reduced_from text;
create index assets_reduced_from on assets (reduced_from) where reduced_from is not null;
