-- The formulary: medicines, the groups that allergies are recorded by, pairs that interact. No person in it.
set role his_owner;

-- One strength of one form. `strength_value strength_unit` is contained in `strength_per unit`: 500 mg in 1 tablet,
-- 125 mg in 5 mL. Quantities are counted in `unit`; what cannot be parted (a bottle, an inhaler) has a `pack_size`.
-- `substances` are in small letters, `also` are other names of them. The maxima are an adult's, in `strength_unit`.
-- What is not a number is greater than every number, so each check says that it is one.
create table app.medicine (
    id uuid primary key,
    name text not null check (length(name) between 1 and 120),
    substances text[] not null check (cardinality(substances) between 1 and 6),
    also text[] not null default '{}' check (cardinality(also) <= 10),
    atc text not null default '' check (atc ~ '^([A-Z][0-9]{2}[A-Z]{2}[0-9]{2})?$'),
    form text not null check (form in ('tablet', 'modified-release tablet', 'gastro-resistant tablet',
        'orodispersible tablet', 'dispersible tablet', 'capsule', 'modified-release capsule', 'gastro-resistant capsule',
        'oral solution', 'oral suspension', 'oral powder', 'lozenge', 'injection', 'infusion', 'inhaler',
        'nebuliser solution', 'nasal spray', 'eye drops', 'eye ointment', 'ear drops', 'cream', 'ointment', 'gel',
        'lotion', 'suppository', 'enema', 'pessary', 'patch', 'spray')),
    strength_value numeric(12, 4) not null check (strength_value > 0 and strength_value < 'NaN'),
    strength_unit text not null check (strength_unit in ('mg', 'g', 'microgram', 'unit', 'mmol', '%')),
    strength_per numeric(8, 3) not null default 1 check (strength_per > 0 and strength_per < 'NaN'),
    unit text not null check (unit in ('tablet', 'capsule', 'mL', 'g', 'puff', 'drop', 'spray', 'suppository', 'patch',
        'sachet', 'lozenge', 'pessary', 'ampoule', 'vial', 'enema', 'application')),
    pack_size numeric(8, 2) check (pack_size > 0 and pack_size < 'NaN'),
    route text not null check (route in ('oral', 'sublingual', 'buccal', 'intravenous', 'intramuscular', 'subcutaneous',
        'inhalation', 'nasal', 'ophthalmic', 'otic', 'topical', 'transdermal', 'rectal', 'vaginal')),
    max_dose_value numeric(12, 4) check (max_dose_value > 0 and max_dose_value < 'NaN'),
    max_daily_value numeric(12, 4) check (max_daily_value > 0 and max_daily_value < 'NaN'),
    controlled boolean not null default false,
    source text not null default '' check (length(source) <= 300),
    active boolean not null default true,
    version integer not null default 1
);
create unique index medicine_once on app.medicine
    (lower(name), form, strength_value, strength_unit, strength_per, unit, route) where active;
call app.fence('medicine', '', '', '');

-- How an allergy is recorded (`names`), and which medicines belong to it (`members`: the beginning of an ATC code, or
-- a substance in small letters).
create table app.allergy_group (
    id uuid primary key,
    code text not null unique check (code ~ '^[a-z][a-z0-9-]{1,39}$'),
    name text not null check (length(name) between 1 and 120),
    names text[] not null check (cardinality(names) between 1 and 60),
    members text[] not null check (cardinality(members) between 1 and 60),
    source text not null default '' check (length(source) <= 300),
    active boolean not null default true,
    version integer not null default 1
);
call app.fence('allergy_group', '', '', '');

-- Who is allergic to one group may react to the other one.
create table app.cross_reactivity (
    id uuid primary key,
    group_id uuid not null references app.allergy_group,
    other_id uuid not null references app.allergy_group,
    severity text not null check (severity in ('stop', 'caution')),
    effect text not null check (length(effect) between 1 and 500),
    source text not null default '' check (length(source) <= 300),
    active boolean not null default true,
    version integer not null default 1,
    unique (group_id, other_id),
    check (group_id <> other_id)
);
create index cross_reactivity_other on app.cross_reactivity (other_id);
call app.fence('cross_reactivity', '', '', '');

-- Two sides, each the beginning of an ATC code or a substance in small letters; the order says nothing.
create table app.interaction (
    id uuid primary key,
    one text not null check (length(one) between 3 and 120),
    other text not null check (length(other) between 3 and 120),
    severity text not null check (severity in ('stop', 'caution')),
    effect text not null check (length(effect) between 1 and 500),
    source text not null default '' check (length(source) <= 300),
    active boolean not null default true,
    version integer not null default 1
);
create unique index interaction_once on app.interaction (least(one, other), greatest(one, other)) where active;
call app.fence('interaction', '', '', '');

create policy read on app.medicine for select to app_station using ((select auth.has('medicines', 'view')));
create policy make on app.medicine for insert to app_station with check ((select auth.has('medicines', 'edit')));
create policy change on app.medicine for update to app_station using ((select auth.has('medicines', 'edit')));
create policy read on app.allergy_group for select to app_station using ((select auth.has('medicines', 'view')));
create policy make on app.allergy_group for insert to app_station with check ((select auth.has('medicines', 'edit')));
create policy change on app.allergy_group for update to app_station using ((select auth.has('medicines', 'edit')));
create policy read on app.cross_reactivity for select to app_station using ((select auth.has('medicines', 'view')));
create policy make on app.cross_reactivity for insert to app_station with check ((select auth.has('medicines', 'edit')));
create policy change on app.cross_reactivity for update to app_station using ((select auth.has('medicines', 'edit')));
create policy read on app.interaction for select to app_station using ((select auth.has('medicines', 'view')));
create policy make on app.interaction for insert to app_station with check ((select auth.has('medicines', 'edit')));
create policy change on app.interaction for update to app_station using ((select auth.has('medicines', 'edit')));
-- what a medicine is stays as it was prescribed; only what is known about it changes
grant insert (id, name, substances, also, atc, form, strength_value, strength_unit, strength_per, unit, pack_size, route,
    max_dose_value, max_daily_value, controlled, source) on app.medicine to app_station;
grant update (also, atc, pack_size, max_dose_value, max_daily_value, controlled, source, active, version)
    on app.medicine to app_station;
grant insert (id, code, name, names, members, source) on app.allergy_group to app_station;
grant update (name, names, members, source, active, version) on app.allergy_group to app_station;
grant insert (id, group_id, other_id, severity, effect, source) on app.cross_reactivity to app_station;
grant update (severity, effect, source, active, version) on app.cross_reactivity to app_station;
grant insert (id, one, other, severity, effect, source) on app.interaction to app_station;
grant update (severity, effect, source, active, version) on app.interaction to app_station;

-- Text as it is compared: small letters without accents, one space around each word, no plural s.
create function app.plain_words(p_text text) returns text
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp
return regexp_replace(regexp_replace(' ' || lower(regexp_replace(normalize(p_text, NFKD), '[\u0300-\u036f]', '', 'g'))
    || ' ', '[^a-z0-9]+', ' ', 'g'), '([a-z0-9])s(?= )', '\1', 'g');

create function app.names_any(p_text text, p_words text[]) returns boolean
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp
return exists (select 1 from unnest(p_words) w (word)
               where btrim(app.plain_words(w.word)) <> ''
                 and strpos(app.plain_words(p_text), app.plain_words(w.word)) > 0);

create function app.is_member(p_atc text, p_substances text[], p_members text[]) returns boolean
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp
return exists (select 1 from unnest(p_members) m (item)
               where case when m.item ~ '^[A-Z]' then starts_with(p_atc, m.item) else m.item = any (p_substances) end);
reset role;

set role his_auth;
insert into auth.permission (module, act, clinical, meaning) values
    ('medicines', 'view', false, 'see the formulary'),
    ('medicines', 'edit', false, 'change the formulary, its allergy groups and interactions');
insert into auth.role_grant (role_id, module, act)
select r.id, 'medicines', a.act
from (values ('physician', 'view'), ('nurse', 'view'), ('therapist', 'view'), ('ward_manager', 'view'),
    ('medical_admin', 'view'), ('facility_head', 'view'), ('pharmacy', 'view'), ('pharmacy', 'edit')) as a (name, act)
join auth.role r on r.name = a.name;
insert into auth.grant_lock (role_id, module, act, reason)
select r.id, p.module, p.act, x.reason
from (values ('kiosk_patient', 'a kiosk has its own narrow view'), ('wall_board', 'a board has its own narrow view'))
    as x (name, reason)
join auth.role r on r.name = x.name
join auth.permission p on p.module = 'medicines';
reset role;
