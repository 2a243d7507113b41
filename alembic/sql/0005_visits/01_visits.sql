-- Walk-in queues: a number per department and day, the states of a visit, and the care relationship it gives.
set role his_owner;

create table app.ticket_counter (
    department_id uuid not null references app.department,
    day date not null,
    last integer not null,
    primary key (department_id, day)
);

create table app.visit (
    id uuid primary key,
    patient_id uuid references app.patient,
    anonymous_name text not null default '' check (length(anonymous_name) <= 200),
    anonymous_phone text not null default '' check (length(anonymous_phone) <= 40),
    department_id uuid not null references app.department,
    doctor_id uuid references app.staff,
    day date not null default app.today(),
    number integer not null check (number between 1 and 9999),
    ticket text not null check (ticket ~ '^[A-Z]{1,2} [0-9]{3,4}$'),
    priority text not null default 'normal' check (priority in ('emergency', 'urgent', 'normal')),
    status text not null default 'waiting'
        check (status in ('waiting', 'called', 'with doctor', 'completed', 'cancelled')),
    reason text not null default '' check (length(reason) <= 500),
    arrived_at timestamptz not null default clock_timestamp(),
    called_at timestamptz,
    called_room text not null default '' check (length(called_room) <= 40),
    called_by uuid,
    started_at timestamptz,
    completed_at timestamptz,
    cancelled_at timestamptz,
    cancelled_reason text not null default '' check (length(cancelled_reason) <= 200),
    created_by uuid default auth.uid(),
    version integer not null default 1,
    unique (department_id, day, number),
    check (patient_id is not null or anonymous_name <> ''),
    check (status <> 'cancelled' or cancelled_reason <> ''),
    check (status <> 'called' or called_at is not null)
);
create index visit_queue on app.visit (department_id, day, status);
create index visit_patient on app.visit (patient_id, arrived_at);
-- one person waits once in a department
create unique index visit_open_once on app.visit (patient_id, department_id)
    where patient_id is not null and status in ('waiting', 'called', 'with doctor');
call app.fence('visit', 'patient_id', 'department_id', '');
create policy read on app.visit for select to app_station using (
    (select auth.has('visits', 'view'))
    and (department_id = any ((select auth.departments())::uuid[])
         or patient_id = any ((select auth.charts())::uuid[])));
-- nobody makes a relationship with a person whom this session does not know already
create policy make on app.visit for insert to app_station with check (
    (select auth.has('visits', 'create'))
    and department_id = any ((select auth.departments())::uuid[])
    and (patient_id is null or patient_id = any ((select auth.charts())::uuid[])));
create policy change on app.visit for update to app_station using (
    (select auth.has('visits', 'edit')) and department_id = any ((select auth.departments())::uuid[]));
-- number, ticket, moments and who called are the server's: see the two triggers below
grant insert (id, patient_id, anonymous_name, anonymous_phone, department_id, doctor_id, priority, reason)
    on app.visit to app_station;
grant update (doctor_id, priority, status, called_room, cancelled_reason, version) on app.visit to app_station;

create function app.next_ticket(p_department uuid, out number integer, out ticket text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into app.ticket_counter as c (department_id, day, last) values (p_department, app.today(), 1)
    on conflict (department_id, day) do update set last = c.last + 1 returning c.last into number;
    select d.ticket_letter || ' ' || lpad(next_ticket.number::text, 3, '0') into ticket
    from app.department d where d.id = p_department and d.active and d.kind = 'clinic';
    if ticket is null then
        raise exception 'This department has no queue.' using errcode = 'HD422';
    end if;
end $$;
grant select, insert, update on app.ticket_counter to his_search;

-- A station cannot choose its number, nor add people past the limit by leaving the function out.
create function app.number_visit() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if session_user = 'deploy' then
        if new.number is null then
            select t.number, t.ticket into new.number, new.ticket from app.next_ticket(new.department_id) t;
        end if;
        return new;
    end if;
    perform auth.require('visits', 'create');
    if new.department_id <> all (auth.departments()) then
        raise exception 'This department''s queue is not one of yours.' using errcode = 'HD403';
    elsif new.patient_id is not null and new.patient_id <> all (auth.charts()) then
        raise exception 'Open this person''s record first, then add the visit.' using errcode = 'HD403';
    elsif not auth.spend(auth.uid()::text, 'relate', auth.setting('relations_per_hour'), 3600) then
        raise exception 'Too many people added in a short time. Wait some minutes, then go on.' using errcode = 'HD429';
    end if;
    select t.number, t.ticket into new.number, new.ticket from app.next_ticket(new.department_id) t;
    return new;
end $$;
create trigger a_number before insert on app.visit for each row execute function app.number_visit();

-- The moments of a visit by the server's clock, and who called by the session.
create function app.stamp_visit() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
begin
    if session_user = 'deploy' then
        return new;
    elsif old.status in ('completed', 'cancelled') and new.status <> old.status then
        -- a way to know a person again, and to read the record and roll it all back
        raise exception 'This visit is over. Add a new one.' using errcode = 'HD409';
    elsif new.status = 'called' then                  -- also a second call of somebody who did not come
        new.called_at := v_now;
        new.called_by := auth.uid();
    elsif new.status = old.status then
        return new;
    elsif new.status = 'with doctor' then
        new.started_at := v_now;
    elsif new.status = 'completed' then
        new.completed_at := v_now;
    elsif new.status = 'cancelled' then
        new.cancelled_at := v_now;
    elsif new.status = 'waiting' then
        new.called_at := null;
        new.called_by := null;
        new.called_room := '';
        new.started_at := null;
    end if;
    return new;
end $$;
create trigger a_stamp before update of status on app.visit for each row execute function app.stamp_visit();

create function app.relate_visit() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if new.patient_id is null then
        return null;
    elsif tg_op = 'UPDATE' and old.patient_id = new.patient_id and old.status in ('waiting', 'called', 'with doctor')
          and new.status in ('waiting', 'called', 'with doctor') then
        return null;                                  -- stays open: the relationship too, and nothing is written
    elsif new.status in ('waiting', 'called', 'with doctor') then
        insert into app.care_relationship as r (source_id, kind, patient_id, department_id, from_at)
        values (new.id, 'visit', new.patient_id, new.department_id, new.arrived_at)
        on conflict (source_id, kind) do update set until_at = 'infinity'
        where r.until_at <> 'infinity';
    elsif new.status = 'completed' then
        update app.care_relationship r set until_at = clock_timestamp() + interval '12 hours'
        where r.source_id = new.id and r.kind = 'visit' and r.until_at = 'infinity';
    else
        update app.care_relationship r set until_at = clock_timestamp()
        where r.source_id = new.id and r.kind = 'visit';
    end if;
    return null;
end $$;
create trigger relate after insert or update of status on app.visit
    for each row execute function app.relate_visit();

-- A ticket that is printed again: two people could come with the same number, so it is known who gave it out.
create function app.note_reprint(p_visit uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_patient uuid;
    v_ticket text;
begin
    perform auth.require('visits', 'view');
    select v.patient_id, v.ticket into v_patient, v_ticket from app.visit v
    where v.id = p_visit
      and (v.department_id = any (auth.departments()) or v.patient_id = any (auth.charts()));
    if v_ticket is null then
        raise exception 'This visit is not in one of your queues.' using errcode = 'HD403';
    end if;
    perform audit.note('printed', 'visit', p_visit, v_patient, jsonb_build_object('ticket', v_ticket));
end $$;
grant execute on function app.note_reprint to app_station;

-- What a hall display may show: numbers and rooms, no names, no keys of people.
create function app.hall_queue() returns table (ticket text, department text, status text, room text,
    called_at timestamptz, place integer, urgent boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_departments uuid[] := auth.device_departments();
begin
    perform auth.enter();
    if cardinality(v_departments) = 0 and auth.has('visits', 'view') then
        v_departments := auth.departments();
    end if;
    return query
    select v.ticket, d.name, v.status, case when v.called_room <> '' then v.called_room else d.location end, v.called_at,
        row_number() over (order by case v.priority when 'emergency' then 0 when 'urgent' then 1 else 2 end,
            v.arrived_at)::integer,
        v.priority <> 'normal'
    from app.visit v join app.department d on d.id = v.department_id
    where v.department_id = any (v_departments) and v.day = app.today()
      and (v.status in ('waiting', 'called')
           or v.status = 'with doctor' and v.called_at > clock_timestamp() - interval '1 h')
    order by 6;
end $$;
grant execute on function app.hall_queue to app_station;
reset role;
alter function app.next_ticket owner to his_search;
alter function app.number_visit owner to his_search;
alter function app.stamp_visit owner to his_search;
alter function app.relate_visit owner to his_search;
alter function app.note_reprint owner to his_search;
alter function app.hall_queue owner to his_search;
