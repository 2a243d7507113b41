-- People and what hangs on a person. A row is visible with an opened chart or a care relationship, and the permission.
set role his_owner;

-- Numbers are given here and nowhere else; a record can only carry a number that was given. The server's imports count
-- up from 40,000,000; stations draw from 70,000,000 on: a sequence keeps its place when a transaction is rolled back, so
-- whoever may register could use it up without a trace.
create sequence app.mrn_body minvalue 10000000 maxvalue 69999999 start 40000000;
create table app.mrn_issued (
    mrn char(9) primary key,
    station name not null default session_user,
    user_id uuid default auth.uid(),
    issued_at timestamptz not null default clock_timestamp()
);

-- ISO 7064 MOD 11,10 over eight digits.
create function app.mrn_check_digit(p_body text) returns text
language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
    v_p integer := 10;
begin
    for i in 1..length(p_body) loop
        v_p := (v_p + substr(p_body, i, 1)::integer) % 10;
        if v_p = 0 then v_p := 10; end if;
        v_p := (v_p * 2) % 11;
    end loop;
    return ((11 - v_p) % 10)::text;
end $$;

-- Another number, for functions that have checked who asks.
create function app.new_mrn() returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_body text;
    v_mrn text;
begin
    if session_user = 'deploy' then
        v_body := nextval('app.mrn_body')::text;
        v_mrn := v_body || app.mrn_check_digit(v_body);
        insert into app.mrn_issued (mrn) values (v_mrn);
        return v_mrn;
    end if;
    loop
        v_body := (70000000 + mod(('x' || left(replace(gen_random_uuid()::text, '-', ''), 8))::bit(32)::bigint, 30000000))::text;
        v_mrn := v_body || app.mrn_check_digit(v_body);
        insert into app.mrn_issued (mrn) values (v_mrn) on conflict do nothing;
        if found then
            return v_mrn;
        end if;
    end loop;
end $$;

create function app.next_mrn() returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if session_user <> 'deploy' then
        perform auth.require('patients', 'create');
        if not auth.spend(auth.uid()::text, 'number', auth.setting('numbers_per_hour'), 3600) then
            raise exception 'Too many people registered in a short time. Wait some minutes, then go on.' using errcode = 'HD429';
        end if;
    end if;
    return app.new_mrn();
end $$;

create table app.patient (
    id uuid primary key,
    mrn char(9) not null unique references app.mrn_issued
        check (mrn ~ '^[0-9]{9}$' and substr(mrn, 9, 1) = app.mrn_check_digit(substr(mrn, 1, 8))),
    family_name text not null check (length(family_name) <= 200),
    given_names text not null check (length(given_names) <= 200),
    preferred_name text not null default '' check (length(preferred_name) <= 200),
    title text not null default '' check (length(title) <= 30),
    birth_date date check (birth_date > '1850-01-01' and birth_date <= '9999-12-31'),  -- what every desk can read
    birth_date_estimated boolean not null default false,
    sex text not null default 'unknown' check (sex in ('female', 'male', 'other', 'unknown')),
    gender text not null default '' check (length(gender) <= 60),
    ethnicity text not null default '' check (length(ethnicity) <= 60),
    language text not null default '' check (length(language) <= 60),
    interpreter boolean not null default false,
    phone text not null default '' check (length(phone) <= 40),
    phone_2 text not null default '' check (length(phone_2) <= 40),
    email text not null default '' check (length(email) <= 200),
    street text not null default '' check (length(street) <= 200),
    city text not null default '' check (length(city) <= 100),
    region text not null default '' check (length(region) <= 100),
    postcode text not null default '' check (length(postcode) <= 20),
    country text not null default '' check (length(country) <= 60),
    blood_group text not null default '' check (blood_group in ('', 'A+', 'A-', 'B+', 'B-', 'AB+', 'AB-', 'O+', 'O-')),
    history text not null default '' check (length(history) <= 5000),
    notes text not null default '' check (length(notes) <= 5000),
    unidentified boolean not null default false,
    private_on_boards boolean not null default false,
    deceased_on date check (deceased_on between '0001-01-01' and '9999-12-31'),
    status text not null default 'active' check (status in ('active', 'inactive', 'blacklisted', 'replaced')),
    status_reason text not null default '',
    registered_at timestamptz not null default clock_timestamp(),
    registered_by uuid default auth.uid(),
    version integer not null default 1,
    check (unidentified or family_name <> '' or given_names <> ''),
    check (status = 'active' or status_reason <> '')
);
call app.fence('patient', 'id', '', '');
create trigger close_others after insert on app.patient for each row execute function auth.close_others();
create policy read on app.patient for select to app_station using (
    (select auth.has('patients', 'view'))
    and (exists (select 1 from app.care_relationship r where r.patient_id = patient.id)
         or id = any ((select auth.charts())::uuid[])));
create policy make on app.patient for insert to app_station with check ((select auth.has('patients', 'create')));
-- a record is changed with its chart open
create policy change on app.patient for update to app_station using (
    (select auth.has('patients', 'edit')) and id = any ((select auth.charts())::uuid[]));
grant insert (id, mrn, family_name, given_names, preferred_name, title, birth_date, birth_date_estimated, sex, gender,
    ethnicity, language, interpreter, phone, phone_2, email, street, city, region, postcode, country, blood_group,
    history, notes, unidentified, private_on_boards) on app.patient to app_station;
grant update (family_name, given_names, preferred_name, title, birth_date, birth_date_estimated, sex, gender,
    ethnicity, language, interpreter, phone, phone_2, email, street, city, region, postcode, country, blood_group,
    history, notes, unidentified, private_on_boards, status, status_reason, version) on app.patient to app_station;

-- "Delete" is a state with a reason and a permission of its own.
create function app.check_patient_status() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if new.status <> old.status and session_user <> 'deploy' then
        perform auth.require('patients', 'delete');
    end if;
    return new;
end $$;
create trigger check_status before update of status on app.patient
    for each row execute function app.check_patient_status();

create function app.patient_exists(p_patient uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (select 1 from app.patient p where p.id = p_patient)
$$;
grant execute on function app.patient_exists to his_auth;
-- a check is evaluated with the rights of whoever writes the row
grant execute on function app.next_mrn, app.mrn_check_digit to app_station;
grant execute on function app.new_mrn, app.mrn_check_digit to his_search;
grant select on app.patient, app.mrn_issued to his_search;

-- What hangs on a person follows the person: the same rule, asked of the relationship table, never of app.patient.
-- `p_make` and `p_change` are acts of the module, or several with commas between, any of which will do.
create function app.any_of(p_module text, p_acts text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
return (select string_agg(format('(select auth.has(%L, %L))', p_module, a), ' or ')
        from unnest(string_to_array(p_acts, ',')) a);

create procedure app.fence_of_patient(p_table text, p_module text, p_make text, p_change text, p_hashed text)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_seen constant text := '(patient_id = any ((select auth.charts())::uuid[]) or exists '
        '(select 1 from app.care_relationship r where r.patient_id = %I.patient_id))';
begin
    call app.fence(p_table, 'patient_id', '', p_hashed);
    execute format('create policy read on app.%I for select to app_station using ((select auth.has(%L, ''view'')) and '
        || v_seen || ')', p_table, p_module, p_table);
    execute format('create policy make on app.%I for insert to app_station with check ((%s) and '
        'patient_id = any ((select auth.charts())::uuid[]))', p_table, app.any_of(p_module, p_make));
    execute format('create policy change on app.%I for update to app_station using ((%s) and '
        'patient_id = any ((select auth.charts())::uuid[]))', p_table, app.any_of(p_module, p_change));
    execute format('create index %I on app.%I (patient_id)', p_table || '_patient', p_table);
end $$;

create table app.patient_name (
    id uuid primary key,
    patient_id uuid not null references app.patient,
    use text not null check (use in ('official', 'former', 'preferred', 'alias')),
    family_name text not null check (length(family_name) <= 200),
    given_names text not null check (length(given_names) <= 200),
    from_at timestamptz not null default clock_timestamp(),
    until_at timestamptz,
    version integer not null default 1
);
call app.fence_of_patient('patient_name', 'patients', 'create,edit', 'edit', '');
grant insert (id, patient_id, use, family_name, given_names) on app.patient_name to app_station;
grant update (use, family_name, given_names, until_at, version) on app.patient_name to app_station;

create table app.patient_identifier (
    id uuid primary key,
    patient_id uuid not null references app.patient,
    kind text not null check (kind in ('passport', 'id_card', 'driving_licence', 'other')),
    number_enc bytea not null,
    number_index bytea not null check (length(number_index) = 32),
    issuing_state text not null default '',
    issued_on date check (issued_on between '0001-01-01' and '9999-12-31'),
    expires_on date check (expires_on between '0001-01-01' and '9999-12-31'),
    recorded_at timestamptz not null default clock_timestamp(),
    version integer not null default 1
);
call app.fence_of_patient('patient_identifier', 'patients', 'create,edit', 'edit', 'number_enc,number_index');
create index patient_identifier_number on app.patient_identifier (number_index);
grant insert (id, patient_id, kind, number_enc, number_index, issuing_state, issued_on, expires_on)
    on app.patient_identifier to app_station;
grant update (kind, number_enc, number_index, issuing_state, issued_on, expires_on, version)
    on app.patient_identifier to app_station;

create table app.insurance_policy (
    id uuid primary key,
    patient_id uuid not null references app.patient,
    payer text not null check (length(payer) between 1 and 200),
    plan text not null default '' check (length(plan) <= 200),
    member_number_enc bytea,
    member_number_index bytea check (length(member_number_index) = 32),
    group_number_enc bytea,
    subscriber text not null default '' check (length(subscriber) <= 200),
    effective_on date check (effective_on between '0001-01-01' and '9999-12-31'),
    expires_on date check (expires_on between '0001-01-01' and '9999-12-31'),
    details jsonb not null default '{}',
    recorded_at timestamptz not null default clock_timestamp(),
    version integer not null default 1
);
call app.fence_of_patient('insurance_policy', 'patients', 'create,edit', 'edit',
    'member_number_enc,member_number_index,group_number_enc');
create index insurance_policy_member on app.insurance_policy (member_number_index);
grant insert (id, patient_id, payer, plan, member_number_enc, member_number_index, group_number_enc, subscriber,
    effective_on, expires_on, details) on app.insurance_policy to app_station;
grant update (payer, plan, member_number_enc, member_number_index, group_number_enc, subscriber, effective_on,
    expires_on, details, version) on app.insurance_policy to app_station;

create table app.emergency_contact (
    id uuid primary key,
    patient_id uuid not null references app.patient,
    name text not null check (length(name) between 1 and 200),
    relation text not null default '' check (length(relation) <= 60),
    phone text not null default '' check (length(phone) <= 40),
    version integer not null default 1
);
call app.fence_of_patient('emergency_contact', 'patients', 'create,edit', 'edit', '');
grant insert (id, patient_id, name, relation, phone) on app.emergency_contact to app_station;
grant update (name, relation, phone, version) on app.emergency_contact to app_station;

-- Scanned cards and papers, encrypted by the station before they arrive.
create table app.document (
    id uuid primary key,
    patient_id uuid not null references app.patient,
    kind text not null check (kind in ('insurance_card', 'passport', 'id_card', 'driving_licence', 'photo', 'other')),
    title text not null check (length(title) between 1 and 200),
    media_type text not null check (media_type in ('image/jpeg', 'image/png', 'application/pdf')),
    content_enc bytea not null check (length(content_enc) <= 20 * 1024 * 1024),
    content_bytes integer not null check (content_bytes > 0),
    source text not null default '' check (source in ('', 'camera', 'file', 'paste', 'drop', 'scanner')),
    captured_at timestamptz not null default clock_timestamp(),
    recorded_by uuid default auth.uid(),
    version integer not null default 1
);
alter table app.document alter column content_enc set storage external;   -- ciphertext does not compress
call app.fence_of_patient('document', 'documents', 'create', 'create', 'content_enc');
grant insert (id, patient_id, kind, title, media_type, content_enc, content_bytes, source) on app.document to app_station;

create table app.allergy (
    id uuid primary key,
    patient_id uuid not null references app.patient,
    substance text not null check (length(substance) between 1 and 200),
    code text not null default '' check (length(code) <= 40),
    category text not null default 'medication' check (category in ('medication', 'food', 'environment', 'other')),
    reaction text not null default '' check (length(reaction) <= 500),
    severity text not null default 'not known' check (severity in ('not known', 'mild', 'moderate', 'severe', 'anaphylaxis')),
    status text not null default 'active' check (status in ('active', 'refuted', 'entered in error')),
    status_reason text not null default '',
    noted_on date check (noted_on between '0001-01-01' and '9999-12-31'),
    recorded_at timestamptz not null default clock_timestamp(),
    recorded_by uuid default auth.uid(),
    version integer not null default 1,
    check (status = 'active' or status_reason <> '')
);
create unique index allergy_once on app.allergy (patient_id, lower(substance)) where status = 'active';
call app.fence_of_patient('allergy', 'allergies', 'create', 'edit', '');
grant insert (id, patient_id, substance, code, category, reaction, severity, noted_on) on app.allergy to app_station;
grant update (reaction, severity, category, status, status_reason, noted_on, version) on app.allergy to app_station;

-- "None known" is an answer that somebody gave on a day; no row means: not asked.
create table app.allergy_declaration (
    id uuid primary key,
    patient_id uuid not null references app.patient,
    state text not null check (state in ('none known', 'withdrawn')),
    asked_at timestamptz not null default clock_timestamp(),
    asked_by uuid default auth.uid(),
    version integer not null default 1
);
call app.fence_of_patient('allergy_declaration', 'allergies', 'create', 'edit', '');
grant insert (id, patient_id, state) on app.allergy_declaration to app_station;

-- The audit names people by their number.
create function app.mrn_of(p_patient uuid) returns text language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
begin
    return (select p.mrn::text from app.patient p where p.id = p_patient);
end $$;
create function app.patient_of_mrn(p_mrn text) returns uuid language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
begin
    return (select p.id from app.patient p where p.mrn = p_mrn);
end $$;

-- How many people were registered today, and how many of them by the one who asks: numbers only.
create index patient_registered on app.patient (registered_at);
create function app.registered_today(out everybody bigint, out own bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('patients', 'create');
    select count(*), count(*) filter (where p.registered_by = auth.uid()) into everybody, own
    from app.patient p
    where p.registered_at >= app.today()::timestamp
        at time zone coalesce((select h.time_zone from app.hospital h), 'UTC');
end $$;
grant execute on function app.registered_today to app_station;
reset role;
alter function app.patient_exists owner to his_search;
alter function app.mrn_of owner to his_search;
alter function app.patient_of_mrn owner to his_search;
alter function app.registered_today owner to his_search;
set role his_search;
grant execute on function app.patient_exists to his_auth;
grant execute on function app.mrn_of, app.patient_of_mrn to his_audit;
grant execute on function app.patient_of_mrn to his_auth;
reset role;
