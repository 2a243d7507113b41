-- Prescriptions: signed when they are stored, their lines unchangeable, each stop that was overridden with its reason.
set role his_auth;

-- A second person's word, given at somebody else's session: proved by an attempt of their own, good for one use.
create table auth.confirmation (
    id uuid primary key default gen_random_uuid(),
    session_id uuid not null references auth.session,
    user_id uuid not null references auth.account,
    module text not null,
    act text not null,
    subject text not null check (length(subject) between 1 and 200),
    made_at timestamptz not null default clock_timestamp(),
    used_at timestamptz
);
create index confirmation_session on auth.confirmation (session_id);

-- Like auth.login, but without a session: outcome 'ok', 'refused', 'locked', 'same person' or 'not permitted'. Whoever
-- confirms must have that permission; `p_subject` says what is confirmed, and only that.
create function auth.confirm(p_attempt uuid, p_module text, p_act text, p_subject text,
    out outcome text, out confirmation_id uuid, out locked_until timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp set client_min_messages = error as $$
declare
    v_attempt auth.attempt;
    v_challenge auth.challenge;
    v_account auth.account;
    v_stored bytea;
    v_key bytea;
begin
    perform auth.enter();
    select * into v_attempt from auth.attempt a
    where a.id = p_attempt and a.station = session_user and not a.used
      and a.made_at > clock_timestamp() - interval '60 s'
    for update;
    if not found or v_attempt.xid = pg_current_xact_id() then
        raise exception 'This took too long. Try again.' using errcode = 'HD422';
    end if;
    update auth.attempt a set used = true where a.id = v_attempt.id;
    select * into v_challenge from auth.challenge c where c.id = v_attempt.challenge_id;
    select * into v_account from auth.account a where a.user_id = v_challenge.user_id;
    v_stored := coalesce(v_account.stored_key, auth.hmac_sha256(v_challenge.nonce, v_challenge.nonce));
    v_key := auth.xor(v_attempt.proof,
        auth.hmac_sha256(v_stored, v_challenge.nonce || convert_to(session_user::text, 'UTF8')));
    if v_attempt.refused_until is not null then
        outcome := 'locked';
        locked_until := v_attempt.refused_until;
    elsif sha256(v_key) <> v_stored or v_account.user_id is null or v_account.disabled or v_account.must_change then
        outcome := 'refused';
        select f.locked_until into locked_until from auth.failure f
        where f.name = v_challenge.name and f.station = session_user and f.locked_until > clock_timestamp();
    else
        delete from auth.failure f where f.name = v_challenge.name and f.station = session_user;
        if v_account.user_id = auth.uid() then
            outcome := 'same person';
        elsif not exists (select 1 from auth.account_role r
                          join auth.role_grant g on g.role_id = r.role_id and g.module = p_module and g.act = p_act
                          where r.user_id = v_account.user_id) then
            outcome := 'not permitted';
        else
            outcome := 'ok';
            insert into auth.confirmation (session_id, user_id, module, act, subject)
            values (auth.sid(), v_account.user_id, p_module, p_act, p_subject) returning id into confirmation_id;
        end if;
    end if;
    perform audit.note(case outcome when 'ok' then 'confirmed' else 'refused' end, 'account', v_account.user_id, null,
                       jsonb_build_object('name', v_challenge.name, 'outcome', outcome, 'for', p_module || '.' || p_act));
end $$;

-- Who confirmed it, for this session and within half an hour; each confirmation serves once. Null: nobody.
create function auth.confirmed(p_confirmation uuid, p_module text, p_act text, p_subject text) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user uuid;
begin
    update auth.confirmation c set used_at = clock_timestamp()
    where c.id = p_confirmation and c.session_id = auth.sid() and c.module = p_module and c.act = p_act
      and c.subject = p_subject and c.used_at is null and c.made_at > clock_timestamp() - interval '30 min'
    returning c.user_id into v_user;
    return v_user;
end $$;
grant execute on function auth.confirm to app_station;
grant execute on function auth.confirmed to his_search;

create function auth.pharmacy_departments() returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce(array_agg(distinct d.department_id), '{}') from auth.account_department d
    join auth.account a on a.user_id = d.user_id and not a.disabled
    join auth.account_role r on r.user_id = d.user_id
    join auth.role x on x.id = r.role_id and x.name = 'pharmacy'
$$;
grant execute on function auth.pharmacy_departments to his_search;

insert into auth.permission (module, act, clinical, meaning) values
    ('prescriptions', 'view', true, 'see prescriptions'),
    ('prescriptions', 'create', true, 'prescribe, and confirm another physician''s override'),
    ('prescriptions', 'edit', true, 'cancel what is not dispensed yet');
insert into auth.role_grant (role_id, module, act)
select r.id, split_part(p, '.', 1), split_part(p, '.', 2)
from (values
    ('physician', array['prescriptions.view', 'prescriptions.create', 'prescriptions.edit']),
    ('pharmacy', array['patients.view', 'allergies.view', 'prescriptions.view']),
    ('nurse', array['prescriptions.view']),
    ('therapist', array['prescriptions.view']),
    ('ward_manager', array['prescriptions.view']),
    ('medical_admin', array['prescriptions.view'])
) as g (name, permissions)
join auth.role r on r.name = g.name
cross join unnest(g.permissions) as p;
insert into auth.grant_lock (role_id, module, act, reason)
select r.id, p.module, p.act, x.reason
from (values
    ('superadmin', 'administrators do not read records'),
    ('registration', 'clinical data stays with clinicians'),
    ('kiosk_patient', 'a kiosk has its own narrow view'),
    ('wall_board', 'a board has its own narrow view')
) as x (name, reason)
join auth.role r on r.name = x.name
join auth.permission p on p.module = 'prescriptions';
insert into auth.relationship_kind (kind, module, act) values ('prescription', 'prescriptions', 'view');
reset role;

set role his_owner;
-- People see `number`, with a check digit behind it. `department_id` is the pharmacy that shall dispense it, `clinic_id` where the visit is. Somebody without a record
-- is known by the visit and the name given there. The status follows the lines.
create table app.prescription (
    id uuid primary key,
    number bigint not null generated always as identity unique,
    patient_id uuid references app.patient,
    visit_id uuid references app.visit,
    department_id uuid not null references app.department,
    clinic_id uuid references app.department,
    anonymous_name text not null default '' check (length(anonymous_name) <= 200),
    prescriber_id uuid not null default auth.uid() references app.staff,
    status text not null default 'issued' check (status in ('issued', 'partly dispensed', 'dispensed', 'cancelled')),
    signed_at timestamptz not null default clock_timestamp(),
    done_at timestamptz,
    transaction_id bigint not null default pg_current_xact_id()::text::bigint,
    version integer not null default 1,
    check (patient_id is not null or visit_id is not null),
    check ((done_at is null) = (status in ('issued', 'partly dispensed')))
);
create index prescription_queue on app.prescription (department_id, status, signed_at);
create index prescription_patient on app.prescription (patient_id, signed_at);
create index prescription_nameless on app.prescription (department_id) where patient_id is null;
create index prescription_visit on app.prescription (visit_id);
create index prescription_prescriber on app.prescription (prescriber_id, signed_at);
call app.fence('prescription', 'patient_id', 'department_id', '');

-- `dispensed_quantity` is written by the dispensing alone, and the status follows it. patient_id, department_id and
-- clinic_id are the prescription's, so that the policies need not look there.
create table app.prescription_line (
    id uuid primary key,
    prescription_id uuid not null references app.prescription,
    patient_id uuid references app.patient,
    department_id uuid not null,
    clinic_id uuid,
    position smallint not null check (position between 1 and 50),
    medicine_id uuid not null references app.medicine,
    dose_value numeric(12, 4) not null check (dose_value > 0 and dose_value < 'NaN'),
    dose_unit text not null check (dose_unit in ('mg', 'g', 'microgram', 'unit', 'mmol', 'mL', 'tablet', 'capsule',
        'puff', 'drop', 'spray', 'suppository', 'patch', 'sachet', 'lozenge', 'pessary', 'ampoule', 'vial', 'enema',
        'application')),
    route text not null check (route in ('oral', 'sublingual', 'buccal', 'intravenous', 'intramuscular', 'subcutaneous',
        'inhalation', 'nasal', 'ophthalmic', 'otic', 'topical', 'transdermal', 'rectal', 'vaginal')),
    frequency text not null check (frequency in ('once', 'times a day', 'every hours', 'times a week')),
    frequency_count smallint not null default 1 check (frequency_count between 1 and 72),
    as_needed boolean not null default false,
    days smallint not null check (days between 1 and 365),
    quantity numeric(10, 2) not null check (quantity > 0 and quantity < 'NaN'),
    quantity_unit text not null check (length(quantity_unit) between 1 and 20),
    quantity_worked_out numeric(10, 2) check (quantity_worked_out > 0 and quantity_worked_out < 'NaN'),
    quantity_reason text not null default '' check (length(quantity_reason) <= 200),
    instructions text not null default '' check (length(instructions) <= 500),
    dispensed_quantity numeric(10, 2) not null default 0,
    status text not null default 'issued' check (status in ('issued', 'partly dispensed', 'dispensed', 'cancelled')),
    cancelled_reason text not null default '' check (length(cancelled_reason) <= 200),
    cancelled_at timestamptz,
    cancelled_by uuid,
    version integer not null default 1,
    unique (prescription_id, position),
    check (dispensed_quantity between 0 and quantity),
    check (quantity_reason <> '' or quantity_worked_out is null or quantity = quantity_worked_out),
    check (frequency <> 'once' or frequency_count = 1),
    check (status <> 'cancelled' or cancelled_reason <> '')
);
create index prescription_line_patient on app.prescription_line (patient_id);
create index prescription_line_medicine on app.prescription_line (medicine_id);
call app.fence('prescription_line', 'patient_id', 'department_id', '');

-- What stood in the way of a line, and why it was prescribed all the same; a caution is acknowledged.
create table app.prescription_override (
    id uuid primary key,
    line_id uuid not null references app.prescription_line,
    patient_id uuid references app.patient,
    department_id uuid not null,
    clinic_id uuid,
    check_kind text not null check (check_kind in ('allergy', 'duplicate', 'interaction', 'dose')),
    outcome text not null check (outcome in ('stop', 'caution')),
    allergy_id uuid references app.allergy,
    finding text not null check (length(finding) between 1 and 1000),
    reason text not null check (reason in ('benefit outweighs risk', 'tolerated before', 'no alternative',
        'allergy doubtful', 'monitored', 'intended', 'acknowledged')),
    sentence text not null default '' check (length(sentence) <= 500),
    confirmation_id uuid,
    confirmed_by uuid references app.staff,
    overridden_by uuid default auth.uid(),
    overridden_at timestamptz not null default clock_timestamp(),
    version integer not null default 1,
    check (outcome = 'caution' or (reason <> 'acknowledged' and sentence <> '')),
    check (check_kind <> 'allergy' or outcome = 'caution' or allergy_id is not null),
    check (confirmed_by is distinct from overridden_by or confirmed_by is null)
);
create index prescription_override_line on app.prescription_override (line_id);
create index prescription_override_patient on app.prescription_override (patient_id);
call app.fence('prescription_override', 'patient_id', 'department_id', '');

-- What a physician has not issued yet: kept at the server, so that it is there in another room; only the author sees it.
create table app.prescription_draft (
    id uuid primary key,
    author_id uuid not null default auth.uid() references app.staff,
    patient_id uuid references app.patient,
    visit_id uuid references app.visit,
    content jsonb not null check (jsonb_typeof(content) = 'array' and length(content::text) <= 100000),
    saved_at timestamptz not null default clock_timestamp(),
    version integer not null default 1,
    check (patient_id is not null or visit_id is not null)
);
create unique index prescription_draft_of_person on app.prescription_draft (author_id, patient_id)
    where patient_id is not null;
create unique index prescription_draft_of_visit on app.prescription_draft (author_id, visit_id)
    where patient_id is null;
alter table app.prescription_draft enable row level security;
alter table app.prescription_draft force row level security;
grant select, insert (id, patient_id, visit_id, content), update (content, version)
    on app.prescription_draft to app_station;
create policy own on app.prescription_draft for all to app_station using (
    author_id = (select auth.uid()) and (select auth.has('prescriptions', 'create'))
    and (patient_id is null or patient_id = any ((select auth.charts())::uuid[])));
create function app.stamp_draft() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    new.saved_at := clock_timestamp();
    return new;
end $$;
create trigger a_stamp before update on app.prescription_draft for each row execute function app.stamp_draft();

-- Seen with the record open or known through a care relationship; without a record, by the pharmacy and the clinic.
create procedure app.police_prescriptions(p_table text) language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    execute format($policy$
        create policy read on app.%1$I for select to app_station using (
            (select auth.has('prescriptions', 'view')) and (
                patient_id = any ((select auth.charts())::uuid[])
                or exists (select 1 from app.care_relationship r where r.patient_id = %1$I.patient_id)
                or patient_id is null and (department_id = any ((select auth.departments())::uuid[])
                                           or clinic_id = any ((select auth.departments())::uuid[]))))$policy$, p_table);
    execute format($policy$
        create policy make on app.%1$I for insert to app_station with check (
            (select auth.has('prescriptions', 'create'))
            and (patient_id = any ((select auth.charts())::uuid[])
                 or patient_id is null and clinic_id = any ((select auth.departments())::uuid[])))$policy$, p_table);
end $$;
call app.police_prescriptions('prescription');
call app.police_prescriptions('prescription_line');
call app.police_prescriptions('prescription_override');
drop procedure app.police_prescriptions;
create policy change on app.prescription_line for update to app_station using (
    (select auth.has('prescriptions', 'edit')) and (patient_id = any ((select auth.charts())::uuid[])
        or patient_id is null and clinic_id = any ((select auth.departments())::uuid[])));
grant insert (id, patient_id, visit_id, department_id) on app.prescription to app_station;
grant insert (id, prescription_id, position, medicine_id, dose_value, dose_unit, route, frequency, frequency_count,
    as_needed, days, quantity, quantity_unit, quantity_worked_out, quantity_reason, instructions)
    on app.prescription_line to app_station;
grant update (status, cancelled_reason, version) on app.prescription_line to app_station;
grant insert (id, line_id, check_kind, outcome, allergy_id, finding, reason, sentence, confirmation_id)
    on app.prescription_override to app_station;
grant update on app.prescription, app.prescription_line to his_search;

-- Where prescriptions can be sent: services in which somebody of the pharmacy works.
create function app.pharmacies() returns table (id uuid, name text, location text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('prescriptions', 'view');
    return query select d.id, d.name, d.location from app.department d
    where d.active and d.kind = 'service' and d.id = any (auth.pharmacy_departments()) order by d.name;
end $$;
grant execute on function app.pharmacies to app_station;

create function app.place_prescription() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_visit app.visit;
begin
    select * into v_visit from app.visit v where v.id = new.visit_id;
    new.clinic_id := v_visit.department_id;
    if new.patient_id is null then
        new.anonymous_name := v_visit.anonymous_name;
    end if;
    if session_user = 'deploy' then
        return new;
    end if;
    perform auth.require('prescriptions', 'create');
    if new.patient_id is not null and new.patient_id <> all (auth.charts()) then
        raise exception 'Open this person''s record first, then prescribe.' using errcode = 'HD403';
    elsif new.visit_id is not null and (v_visit.id is null or v_visit.patient_id is distinct from new.patient_id
              or v_visit.patient_id is null and v_visit.department_id <> all (auth.departments())) then
        raise exception 'This visit is not in one of your queues.' using errcode = 'HD403';
    elsif new.patient_id is null and v_visit.status not in ('called', 'with doctor') then
        raise exception 'Start the consultation, then prescribe.' using errcode = 'HD422';
    elsif new.department_id <> all (auth.pharmacy_departments()) then
        raise exception 'Choose a pharmacy: this department dispenses nothing.' using errcode = 'HD422';
    elsif exists (select 1 from app.patient p where p.id = new.patient_id and p.deceased_on is not null) then
        raise exception 'This person has died. Nothing can be prescribed.' using errcode = 'HD422';
    elsif not auth.spend(auth.uid()::text, 'relate', auth.setting('relations_per_hour'), 3600) then
        raise exception 'Too many people added in a short time. Wait some minutes, then go on.' using errcode = 'HD429';
    end if;
    return new;
end $$;
create trigger a_place before insert on app.prescription for each row execute function app.place_prescription();

-- A line comes with its prescription, in one transaction; nothing is added to what was signed.
create function app.place_line() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_of app.prescription;
begin
    if session_user <> 'deploy' then
        perform auth.require('prescriptions', 'create');
    end if;
    select * into v_of from app.prescription p where p.id = new.prescription_id;
    if session_user <> 'deploy' and (v_of.prescriber_id is distinct from auth.uid()
            or v_of.transaction_id <> pg_current_xact_id()::text::bigint) then
        raise exception 'This prescription is signed. Write a new one.' using errcode = 'HD403';
    elsif not exists (select 1 from app.medicine m where m.id = new.medicine_id and m.active) then
        raise exception 'This medicine is not in the formulary any more. Choose another one.' using errcode = 'HD422';
    end if;
    new.patient_id := v_of.patient_id;
    new.department_id := v_of.department_id;
    new.clinic_id := v_of.clinic_id;
    return new;
end $$;
create trigger a_place before insert on app.prescription_line for each row execute function app.place_line();

create function app.place_override() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_line app.prescription_line;
    v_of app.prescription;
begin
    if session_user <> 'deploy' then
        perform auth.require('prescriptions', 'create');
    end if;
    select * into v_line from app.prescription_line l where l.id = new.line_id;
    select * into v_of from app.prescription p where p.id = v_line.prescription_id;
    new.patient_id := v_line.patient_id;
    new.department_id := v_line.department_id;
    new.clinic_id := v_line.clinic_id;
    if session_user = 'deploy' then
        return new;
    elsif v_of.prescriber_id is distinct from auth.uid()
            or v_of.transaction_id <> pg_current_xact_id()::text::bigint then
        raise exception 'This prescription is signed. Write a new one.' using errcode = 'HD403';
    elsif new.allergy_id is not null and not exists (
            select 1 from app.allergy a where a.id = new.allergy_id and a.patient_id = v_line.patient_id) then
        raise exception 'This allergy is not one of this person''s.' using errcode = 'HD422';
    end if;
    if new.confirmation_id is not null then
        new.confirmed_by := auth.confirmed(new.confirmation_id, 'prescriptions', 'create',
            coalesce(v_line.patient_id::text, '') || ' ' || v_line.medicine_id || ' ' || coalesce(new.allergy_id::text, ''));
        if new.confirmed_by is null then
            raise exception 'The second physician''s confirmation has run out. Ask for it again.' using errcode = 'HD422';
        end if;
    end if;
    return new;
end $$;
create trigger a_place before insert on app.prescription_override
    for each row execute function app.place_override();

-- What a recorded allergy means: the substances that it names, by themselves or by another name of theirs.
create function app.allergy_substances(p_text text, p_code text) returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce(array_agg(distinct s.word), '{}') from app.medicine m cross join unnest(m.substances) s (word)
    where p_code <> '' and m.atc = p_code or app.names_any(p_text, array[s.word]) or app.names_any(p_text, m.also)
$$;

-- Which of a person's standing allergies stop this medicine: one of its substances is named, or a group that it belongs
-- to, or another substance of that group, or a group that is known to react with it.
create function app.allergy_stops(p_patient uuid, p_medicine uuid) returns table (allergy_id uuid, anaphylaxis boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_medicine app.medicine;
    v_own uuid[];
begin
    select * into v_medicine from app.medicine m where m.id = p_medicine;
    select array_agg(g.id) into v_own from app.allergy_group g
    where g.active and app.is_member(v_medicine.atc, v_medicine.substances, g.members);
    -- and the groups that react with one of these
    select v_own || array_agg(case when c.group_id = any (v_own) then c.other_id else c.group_id end) into v_own
    from app.cross_reactivity c
    where c.active and c.severity = 'stop' and (c.group_id = any (v_own) or c.other_id = any (v_own));
    return query
    select a.id, a.severity = 'anaphylaxis'
    from app.allergy a cross join lateral app.allergy_substances(a.substance, a.code) s (words)
    where a.patient_id = p_patient and a.status = 'active' and (
        s.words && v_medicine.substances
        or exists (
            select 1 from app.allergy_group g
            where g.id = any (v_own) and g.active
              and (a.code = g.code or app.names_any(a.substance, g.names) or s.words && g.members
                   or exists (select 1 from app.medicine m
                              where m.substances <@ s.words and app.is_member(m.atc, m.substances, g.members)))));
end $$;

-- Asked at the commit, when the overrides are there as well: a window that checks nothing gets no further.
create function app.check_line() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_stop record;
begin
    if session_user = 'deploy' or new.patient_id is null then
        return null;
    end if;
    for v_stop in
        select s.allergy_id, s.anaphylaxis, o.id as override_id, o.confirmed_by
        from app.allergy_stops(new.patient_id, new.medicine_id) s
        left join app.prescription_override o on o.line_id = new.id and o.allergy_id = s.allergy_id
            and o.check_kind = 'allergy' and o.outcome = 'stop'
    loop
        if v_stop.override_id is null then
            raise exception 'A recorded allergy stops one of these lines. Replace it, remove it, or override it with a reason.'
                using errcode = 'HD422';
        elsif v_stop.anaphylaxis and v_stop.confirmed_by is null then
            raise exception 'A recorded anaphylaxis stops one of these lines: a second physician must confirm.'
                using errcode = 'HD422';
        end if;
    end loop;
    return null;
end $$;
create constraint trigger check_line after insert on app.prescription_line
    deferrable initially deferred for each row execute function app.check_line();

create function app.check_prescription() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select 1 from app.prescription_line l where l.prescription_id = new.id) then
        raise exception 'A prescription needs at least one line.' using errcode = 'HD422';
    end if;
    return null;
end $$;
create constraint trigger check_prescription after insert on app.prescription
    deferrable initially deferred for each row execute function app.check_prescription();

-- A station cancels what is not dispensed; what is dispensed, and with it every other status, is the dispensing's.
create function app.guard_line() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.status is distinct from old.status then
        if old.status in ('dispensed', 'cancelled') then
            raise exception 'This line is done already: it is “%”.', old.status using errcode = 'HD409';
        elsif current_user = session_user and session_user <> 'deploy' and new.status <> 'cancelled' then
            raise exception 'This status follows what the pharmacy dispenses.' using errcode = 'HD403';
        elsif new.status = 'cancelled' then
            new.cancelled_at := clock_timestamp();
            new.cancelled_by := auth.uid();
        end if;
    elsif current_user = session_user and session_user <> 'deploy' and new.cancelled_reason <> old.cancelled_reason then
        raise exception 'This line is done already: it is “%”.', old.status using errcode = 'HD409';
    end if;
    if new.dispensed_quantity <> old.dispensed_quantity then
        if old.status = 'cancelled' and new.dispensed_quantity > old.dispensed_quantity then
            raise exception 'This line was cancelled. Nothing of it can be dispensed.' using errcode = 'HD409';
        elsif old.status <> 'cancelled' then
            new.status := case when new.dispensed_quantity = 0 then 'issued'
                               when new.dispensed_quantity < new.quantity then 'partly dispensed' else 'dispensed' end;
        end if;
    end if;
    return new;
end $$;
create trigger a_guard before update on app.prescription_line for each row execute function app.guard_line();

create function app.follow_lines() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_status text;
begin
    perform 1 from app.prescription p where p.id = new.prescription_id for update;
    select case
        when bool_and(l.status in ('dispensed', 'cancelled'))
            then case when bool_or(l.dispensed_quantity > 0) then 'dispensed' else 'cancelled' end
        when bool_or(l.dispensed_quantity > 0) then 'partly dispensed'
        else 'issued' end
    into v_status from app.prescription_line l where l.prescription_id = new.prescription_id;
    update app.prescription p set status = v_status, version = p.version + 1,
        done_at = case when v_status in ('dispensed', 'cancelled') then clock_timestamp() end
    where p.id = new.prescription_id and p.status <> v_status;
    return null;
end $$;
create trigger follow after update of status, dispensed_quantity on app.prescription_line
    for each row execute function app.follow_lines();

-- The pharmacy knows the person from the issue until twelve hours after the last line is done.
create function app.relate_prescription() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if new.patient_id is null then
        return null;
    elsif new.status in ('issued', 'partly dispensed') then
        insert into app.care_relationship as r (source_id, kind, patient_id, department_id, from_at)
        values (new.id, 'prescription', new.patient_id, new.department_id, new.signed_at)
        on conflict (source_id, kind) do update set until_at = 'infinity' where r.until_at <> 'infinity';
    else
        update app.care_relationship r set until_at = clock_timestamp() + interval '12 hours'
        where r.source_id = new.id and r.kind = 'prescription' and r.until_at = 'infinity';
    end if;
    return null;
end $$;
create trigger relate after insert or update of status on app.prescription
    for each row execute function app.relate_prescription();
reset role;
alter function app.pharmacies owner to his_search;
alter function app.place_prescription owner to his_search;
alter function app.place_line owner to his_search;
alter function app.place_override owner to his_search;
alter function app.allergy_substances owner to his_search;
alter function app.allergy_stops owner to his_search;
alter function app.check_line owner to his_search;
alter function app.check_prescription owner to his_search;
alter function app.follow_lines owner to his_search;
alter function app.relate_prescription owner to his_search;
set role his_owner;
grant execute on function app.names_any, app.is_member, app.plain_words to his_search;
reset role;

set role his_audit;
insert into audit.clinical_column (table_name, column_name) values
    ('prescription_line', 'dose_unit'), ('prescription_line', 'route'), ('prescription_line', 'frequency'),
    ('prescription_line', 'quantity_unit'), ('prescription_line', 'quantity_reason'),
    ('prescription_line', 'instructions'), ('prescription_line', 'cancelled_reason'),
    ('prescription_line', 'medicine_id'), ('prescription_line', 'dose_value'),
    ('prescription_override', 'finding'), ('prescription_override', 'reason'), ('prescription_override', 'sentence'),
    ('prescription_override', 'check_kind');
reset role;
