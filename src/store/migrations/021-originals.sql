-- The bytes of a photo as they were sent, sealed, beside its upright copy: erased with it, as its smaller copies are.
alter table assets drop constraint assets_kind_check;
alter table assets add constraint assets_kind_check check (kind in ('INPUT', 'RESULT', 'ORIGINAL'));
alter table assets rename column reduced_from to companion_of;
alter index assets_reduced_from rename to assets_companions;
alter table assets add constraint assets_original check (kind <> 'ORIGINAL' or companion_of is not null);
