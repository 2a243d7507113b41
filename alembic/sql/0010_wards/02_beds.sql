-- Rooms and beds. The state of a bed is that of HL7 table 0116; reserved and blocked stand apart from it.
set role his_owner;

create table app.room (
    id uuid primary key,
    department_id uuid not null references app.department,
    label text not null check (length(label) between 1 and 40),
    sex text not null default 'none' check (sex in ('none', 'female', 'male')),
    isolation boolean not null default false,
    distance_m integer not null default 0 check (distance_m between 0 and 1000),
    active boolean not null default true,
    version integer not null default 1,
    unique (department_id, label)
);
call app.fence('room', '', 'department_id', '');
create policy read on app.room for select to app_station using (
    (select auth.has('beds', 'view')) or (select auth.has('cleaning', 'view')));
create policy make on app.room for insert to app_station with check ((select auth.has('beds', 'admin')));
create policy change on app.room for update to app_station using ((select auth.has('beds', 'admin')));
grant insert (id, department_id, label, sex, isolation, distance_m) on app.room to app_station;
grant update (label, sex, isolation, distance_m, active, version) on app.room to app_station;

-- C closed, H housekeeping, I isolated, K contaminated, O occupied, U unoccupied
create table app.bed (
    id uuid primary key,
    room_id uuid not null references app.room,
    department_id uuid not null references app.department,
    label text not null check (length(label) between 1 and 12),
    equipment text[] not null default '{}'
        check (equipment <@ array['oxygen', 'suction', 'monitor', 'bariatric', 'air mattress', 'dialysis']),
    status text not null default 'U' check (status in ('C', 'H', 'I', 'K', 'O', 'U')),
    hold text not null default '' check (hold in ('', 'reserved', 'blocked')),
    hold_reason text not null default '' check (length(hold_reason) <= 120),
    since timestamptz not null default clock_timestamp(),
    active boolean not null default true,
    version integer not null default 1,
    unique (department_id, label),
    check (hold <> 'blocked' or hold_reason <> ''),
    check (status <> 'C' or hold_reason <> ''),
    check (hold = '' or status in ('U', 'H', 'K')),
    check (active or status in ('U', 'C'))
);
create index bed_room on app.bed (room_id);
call app.fence('bed', '', 'department_id', '');
create policy read on app.bed for select to app_station using (
    (select auth.has('beds', 'view')) or (select auth.has('cleaning', 'view')));
create policy make on app.bed for insert to app_station with check ((select auth.has('beds', 'admin')));
create policy change on app.bed for update to app_station using (
    (select auth.has('beds', 'admin'))
    or (select auth.has('beds', 'edit')) and department_id = any ((select auth.departments())::uuid[]));
-- the ward is the room's, and the moment of a change the server's: see the triggers below
grant insert (id, room_id, label, equipment) on app.bed to app_station;
grant update (label, equipment, status, hold, hold_reason, active, version) on app.bed to app_station;

create function app.place_bed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    new.department_id := (select r.department_id from app.room r where r.id = new.room_id);
    return new;
end $$;
create trigger a_place before insert on app.bed for each row execute function app.place_bed();

-- People are put into beds by stays and beds are kept by requests; a station moves a bed between the other states.
create function app.guard_bed() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if current_user = session_user and session_user like 'st\_%' then
        if (new.label, new.equipment, new.active) <> (old.label, old.equipment, old.active) then
            perform auth.require('beds', 'admin');
        end if;
        if (new.status, new.hold, new.hold_reason) = (old.status, old.hold, old.hold_reason) then
            return new;
        end if;
        perform auth.require('beds', 'edit');
        if new.department_id <> all (auth.departments()) then
            raise exception 'This bed is on another ward.' using errcode = 'HD403';
        elsif new.status <> old.status and (old.status in ('I', 'O') or new.status in ('I', 'O')) then
            raise exception 'A bed is taken and left by the stay of a person.' using errcode = 'HD409';
        elsif new.hold <> old.hold and 'reserved' in (new.hold, old.hold) then
            raise exception 'A bed is kept and given back by the request for admission.' using errcode = 'HD409';
        elsif old.hold = 'reserved' and new.status <> old.status then
            raise exception 'This bed is reserved for somebody. Take the reservation back first.' using errcode = 'HD409';
        end if;
    end if;
    if new.status <> old.status or new.hold <> old.hold then
        new.since := clock_timestamp();
    end if;
    return new;
end $$;
create trigger a_guard before update on app.bed for each row execute function app.guard_bed();
reset role;
alter function app.place_bed owner to his_search;

-- A newborn's record knows the mother's (FHIR RelatedPerson, role MTH).
set role his_owner;
create table app.related_person (
    id uuid primary key,
    patient_id uuid not null references app.patient,
    related_id uuid not null references app.patient,
    relationship text not null check (relationship in ('mother')),
    recorded_at timestamptz not null default clock_timestamp(),
    recorded_by uuid default auth.uid(),
    version integer not null default 1,
    check (patient_id <> related_id)
);
create index related_person_related on app.related_person (related_id);
create unique index related_person_mother on app.related_person (patient_id) where relationship = 'mother';
call app.fence_of_patient('related_person', 'patients', 'create', 'edit', '');
reset role;
