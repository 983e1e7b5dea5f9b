-- The bytes of a photo as they were sent, sealed, beside its upright copy: erased with it, as its smaller copies are.
alter table assets drop constraint assets_kind_check;
alter table assets add constraint assets_kind_check check (kind in ('INPUT', 'RESULT', 'ORIGINAL'));
-- The JPEG that was sent had been cut off: its last lines are missing.
alter table assets add column truncated boolean not null default false;
alter table assets rename column reduced_from to companion_of;
alter index assets_reduced_from rename to assets_companions;
alter table assets add constraint assets_original check (kind <> 'ORIGINAL' or companion_of is not null);
