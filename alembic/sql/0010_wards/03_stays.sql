-- Requests for admission, stays in beds, and what must be done before somebody goes home.
set role his_owner;

create table app.admission_request (
    id uuid primary key,
    patient_id uuid not null references app.patient,
    mother_id uuid references app.patient,
    from_visit_id uuid references app.visit,
    department_id uuid not null references app.department,
    doctor_id uuid references app.staff,
    urgency text not null default 'normal' check (urgency in ('emergency', 'urgent', 'normal')),
    reason text not null check (length(reason) between 1 and 500),
    isolation text not null default '' check (isolation in ('', 'contact', 'droplet', 'airborne', 'protective')),
    equipment text[] not null default '{}'
        check (equipment <@ array['oxygen', 'suction', 'monitor', 'bariatric', 'air mattress', 'dialysis']),
    expected_days integer not null default 3 check (expected_days between 1 and 365),
    expected_on date check (expected_on between '0001-01-01' and '9999-12-31'),
    leaves_at timestamptz check (leaves_at between '2000-01-01' and '2199-12-31'),
    status text not null default 'requested'
        check (status in ('requested', 'assigned', 'admitted', 'discharged', 'cancelled')),
    bed_id uuid references app.bed,
    requested_at timestamptz not null default clock_timestamp(),
    requested_by uuid default auth.uid(),
    assigned_at timestamptz,
    assigned_by uuid,
    admitted_at timestamptz,
    ended_at timestamptz,
    cancelled_reason text not null default '' check (length(cancelled_reason) <= 500),
    version integer not null default 1,
    check ((status = 'assigned') = (bed_id is not null)),
    check (status not in ('admitted', 'discharged') or admitted_at is not null),
    check ((status = 'cancelled') = (cancelled_reason <> ''))
);
create index admission_request_ward on app.admission_request (department_id, status);
create index admission_request_patient on app.admission_request (patient_id, requested_at);
create unique index admission_request_open_once on app.admission_request (patient_id)
    where status in ('requested', 'assigned', 'admitted');
create unique index admission_request_bed_once on app.admission_request (bed_id) where bed_id is not null;
call app.fence('admission_request', 'patient_id', 'department_id', '');
create policy read on app.admission_request for select to app_station using (
    (select auth.has('admissions', 'view'))
    and (department_id = any ((select auth.departments())::uuid[])
         or patient_id = any ((select auth.charts())::uuid[])));
create policy make on app.admission_request for insert to app_station with check (
    (select auth.has('admissions', 'create')) and patient_id = any ((select auth.charts())::uuid[]));
-- the ward decides; who may ask changes the request with the record open while no bed is assigned, or takes it back
create policy change on app.admission_request for update to app_station using (
    (select auth.has('admissions', 'edit')) and department_id = any ((select auth.departments())::uuid[])
    or (select auth.has('admissions', 'create')) and patient_id = any ((select auth.charts())::uuid[]));
grant insert (id, patient_id, from_visit_id, department_id, doctor_id, urgency, reason, isolation, equipment,
    expected_days) on app.admission_request to app_station;
grant update (doctor_id, urgency, reason, isolation, equipment, expected_days, expected_on, leaves_at, status, bed_id,
    cancelled_reason, version) on app.admission_request to app_station;

-- One row for each time in one bed; a transfer ends one and begins the next, so the history is kept.
create table app.stay (
    id uuid primary key,
    request_id uuid not null references app.admission_request,
    patient_id uuid not null references app.patient,
    bed_id uuid not null references app.bed,
    department_id uuid not null references app.department,
    previous_id uuid references app.stay,
    cot boolean not null default false,
    status text not null default 'admitted' check (status in ('admitted', 'transferred', 'discharged', 'cancelled')),
    from_at timestamptz not null default clock_timestamp(),
    until_at timestamptz,
    discharged_to text not null default ''
        check (discharged_to in ('', 'home', 'other hospital', 'care facility', 'against advice', 'died')),
    end_reason text not null default '' check (length(end_reason) <= 500),
    recorded_by uuid default auth.uid(),
    ended_by uuid,
    version integer not null default 1,
    check ((status = 'admitted') = (until_at is null)),
    check (until_at >= from_at),
    check ((status = 'discharged') = (discharged_to <> '')),
    check (status <> 'cancelled' or end_reason <> ''),
    -- deferrable, so that two people swap beds in one transaction; a newborn lies in a cot beside the mother's bed
    constraint stay_one_person_a_bed exclude using gist (
        bed_id ext.gist_uuid_ops with =, tstzrange(from_at, until_at) with &&)
        where (status <> 'cancelled' and not cot) deferrable initially immediate,
    constraint stay_one_bed_a_person exclude using gist (
        patient_id ext.gist_uuid_ops with =, tstzrange(from_at, until_at) with &&)
        where (status <> 'cancelled') deferrable initially immediate
);
create index stay_ward on app.stay (department_id) where until_at is null;
create index stay_department on app.stay (department_id);
create index stay_bed on app.stay (bed_id, from_at);
create index stay_request on app.stay (request_id, from_at);
create index stay_previous on app.stay (previous_id);
create index stay_patient on app.stay (patient_id, from_at);
call app.fence('stay', 'patient_id', 'department_id', '');
create policy read on app.stay for select to app_station using (
    (select auth.has('beds', 'view'))
    and (department_id = any ((select auth.departments())::uuid[])
         or patient_id = any ((select auth.charts())::uuid[])));
create policy make on app.stay for insert to app_station with check (
    (select auth.has('admissions', 'edit')) and department_id = any ((select auth.departments())::uuid[]));
create policy change on app.stay for update to app_station using (
    (select auth.has('admissions', 'edit')) and department_id = any ((select auth.departments())::uuid[]));
-- whose stay it is, the ward and the moments are the server's: see the triggers below
grant insert (id, request_id, bed_id, previous_id) on app.stay to app_station;
grant update (status, discharged_to, end_reason, version) on app.stay to app_station;

create table app.discharge_item (
    id uuid primary key default gen_random_uuid(),
    request_id uuid not null references app.admission_request,
    patient_id uuid not null references app.patient,
    department_id uuid not null references app.department,
    item text not null
        check (item in ('letter', 'medicines', 'follow-up', 'lines removed', 'informed', 'transport', 'belongings')),
    status text not null default 'open' check (status in ('open', 'done', 'not needed')),
    note text not null default '' check (length(note) <= 200),
    done_at timestamptz,
    done_by uuid,
    version integer not null default 1,
    unique (request_id, item),
    check ((status = 'open') = (done_at is null))
);
create index discharge_item_patient on app.discharge_item (patient_id);
create index discharge_item_department on app.discharge_item (department_id);
call app.fence('discharge_item', 'patient_id', 'department_id', '');
create policy read on app.discharge_item for select to app_station using (
    (select auth.has('admissions', 'view'))
    and (department_id = any ((select auth.departments())::uuid[])
         or patient_id = any ((select auth.charts())::uuid[])));
create policy change on app.discharge_item for update to app_station using (
    (select auth.has('admissions', 'edit')) and department_id = any ((select auth.departments())::uuid[]));
grant update (status, note, version) on app.discharge_item to app_station;
grant select, insert, update on app.admission_request, app.stay, app.discharge_item, app.bed to his_search;

-- What a station cannot choose in a request: who admitted and discharged, and beds that somebody else has.
create function app.check_request() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if session_user = 'deploy' or new.mother_id is not null then   -- newborns come through app.register_newborn
        return new;
    end if;
    perform auth.require('admissions', 'create');
    if not exists (select 1 from app.department d where d.id = new.department_id and d.active and d.kind = 'ward') then
        raise exception 'People are admitted to a ward. Choose one.' using errcode = 'HD422';
    elsif new.patient_id <> all (auth.charts()) then
        raise exception 'Open this person''s record first, then ask for the admission.' using errcode = 'HD403';
    elsif new.from_visit_id is not null and not exists (
            select 1 from app.visit v where v.id = new.from_visit_id and v.patient_id = new.patient_id) then
        raise exception 'This visit is another person''s.' using errcode = 'HD422';
    elsif not auth.spend(auth.uid()::text, 'relate', auth.setting('relations_per_hour'), 3600) then
        raise exception 'Too many people added in a short time. Wait some minutes, then go on.' using errcode = 'HD429';
    end if;
    return new;
end $$;
create trigger a_check before insert on app.admission_request for each row execute function app.check_request();

create function app.guard_request() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if current_user = session_user and session_user like 'st\_%' then
        if old.status in ('discharged', 'cancelled') then
            raise exception 'This admission is over. Ask for a new one.' using errcode = 'HD409';
        elsif new.status <> old.status and 'admitted' in (new.status, old.status) or new.status = 'discharged' then
            raise exception 'Somebody is admitted and discharged by a stay in a bed.' using errcode = 'HD409';
        elsif not (auth.has('admissions', 'edit') and old.department_id = any (auth.departments()))
              and new.status <> 'cancelled' and (old.status, new.status) <> ('requested', 'requested') then
            raise exception 'The ward decides from now on. Ask it.' using errcode = 'HD403';
        end if;
    end if;
    return new;
end $$;
create trigger a_guard before update on app.admission_request for each row execute function app.guard_request();

-- Two who want one bed wait here for each other; the second finds it reserved.
create function app.reserve_bed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_bed app.bed;
begin
    if new.status <> 'assigned' then
        new.bed_id := null;
        if new.status = 'requested' then
            new.assigned_at := null;
            new.assigned_by := null;
        elsif new.status = 'cancelled' and new.ended_at is null then
            new.ended_at := clock_timestamp();
        end if;
    elsif new.bed_id is distinct from old.bed_id then
        select * into v_bed from app.bed b where b.id = new.bed_id for update;
        if not found or not v_bed.active then
            raise exception 'This bed is not in use.' using errcode = 'HD422';
        elsif v_bed.status <> 'U' or v_bed.hold <> '' then
            raise exception 'This bed is not free any more.' using errcode = 'HD409';
        elsif session_user <> 'deploy' and not (auth.has('admissions', 'edit')
                and v_bed.department_id = any (auth.departments())) then
            raise exception 'This bed is on another ward.' using errcode = 'HD403';
        end if;
        new.department_id := v_bed.department_id;
        new.assigned_at := clock_timestamp();
        new.assigned_by := auth.uid();
    end if;
    return new;
end $$;
create trigger a_reserve before update on app.admission_request for each row execute function app.reserve_bed();

create function app.hold_bed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if old.bed_id is distinct from new.bed_id then
        update app.bed b set hold = '', version = b.version + 1 where b.id = old.bed_id and b.hold = 'reserved';
        update app.bed b set hold = 'reserved', version = b.version + 1 where b.id = new.bed_id;
    end if;
    if new.status = 'admitted' and new.isolation <> old.isolation then
        update app.bed b set status = case new.isolation when '' then 'O' else 'I' end, version = b.version + 1
        from app.stay s where s.request_id = new.id and s.until_at is null and not s.cot and b.id = s.bed_id
            and b.status <> case new.isolation when '' then 'O' else 'I' end;
    end if;
    return null;
end $$;
create trigger hold after update on app.admission_request for each row execute function app.hold_bed();

-- The ward that was asked knows the person until the stay takes over or the request is cancelled.
create function app.relate_request() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if new.status in ('requested', 'assigned') then
        insert into app.care_relationship as r (source_id, kind, patient_id, department_id, from_at)
        values (new.id, 'admission', new.patient_id, new.department_id, new.requested_at)
        on conflict (source_id, kind) do update set department_id = excluded.department_id
        where r.department_id <> excluded.department_id;
    else
        update app.care_relationship r set until_at = clock_timestamp()
        where r.source_id = new.id and r.kind = 'admission' and r.until_at = 'infinity';
    end if;
    return null;
end $$;
create trigger relate after insert or update of status, department_id on app.admission_request
    for each row execute function app.relate_request();

-- Whose stay it is follows from the request. Two who want one bed wait here for each other.
create function app.place_stay() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_request app.admission_request;
    v_previous app.stay;
    v_bed app.bed;
begin
    if session_user <> 'deploy' then
        perform auth.require('admissions', 'edit');
    end if;
    select * into v_request from app.admission_request r where r.id = new.request_id for update;
    select * into v_bed from app.bed b where b.id = new.bed_id for update;
    if v_request.id is null or v_bed.id is null then
        raise exception 'This request or this bed is not there.' using errcode = 'HD422';
    end if;
    if session_user <> 'deploy' then
        if v_request.department_id <> all (auth.departments()) or v_bed.department_id <> all (auth.departments()) then
            raise exception 'This bed or this person is on another ward.' using errcode = 'HD403';
        end if;
        new.from_at := clock_timestamp();
    end if;
    new.patient_id := v_request.patient_id;
    new.department_id := v_bed.department_id;
    if new.previous_id is not null then
        select * into v_previous from app.stay s where s.id = new.previous_id and s.request_id = new.request_id;
        if v_previous.id is null or v_previous.status not in ('transferred', 'cancelled') then
            raise exception 'The stay before this one has not ended.' using errcode = 'HD422';
        elsif v_request.status <> 'admitted' and session_user <> 'deploy' then   -- who went home is not known again
            raise exception 'This admission is over. Ask for a new one.' using errcode = 'HD409';
        elsif v_previous.status = 'cancelled' then              -- recorded in the wrong bed
            new.from_at := v_previous.from_at;
        end if;
    elsif v_request.status not in ('requested', 'assigned') then
        raise exception 'This person is admitted already, or the request was taken back.' using errcode = 'HD409';
    end if;
    new.cot := v_request.mother_id is not null and exists (
        select 1 from app.stay s where s.patient_id = v_request.mother_id and s.bed_id = new.bed_id
            and s.until_at is null and not s.cot);
    if not new.cot and session_user <> 'deploy' then
        if not v_bed.active or v_bed.status in ('C', 'H', 'K') or v_bed.hold = 'blocked' then
            raise exception 'This bed is not ready.' using errcode = 'HD409';
        elsif v_bed.status in ('I', 'O') and (            -- left in this transaction, and dirty when it commits
                select s.status = 'discharged' or s.status <> 'admitted' and new.previous_id is null
                from app.stay s where s.bed_id = new.bed_id and not s.cot
                order by s.until_at desc nulls first limit 1) then
            raise exception 'This bed has to be cleaned first.' using errcode = 'HD409';
        elsif v_bed.hold = 'reserved' and v_request.bed_id is distinct from new.bed_id then
            raise exception 'This bed is reserved for somebody else.' using errcode = 'HD409';
        end if;
    end if;
    return new;
end $$;
create trigger a_place before insert on app.stay for each row execute function app.place_stay();

create function app.stamp_stay() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if session_user = 'deploy' then
        return new;
    elsif old.status <> 'admitted' then
        raise exception 'This stay is over.' using errcode = 'HD409';
    elsif new.status = old.status then
        return new;
    end if;
    new.until_at := clock_timestamp();
    new.ended_by := auth.uid();
    if new.status = 'discharged' and new.discharged_to not in ('against advice', 'died') and exists (
            select 1 from app.discharge_item i where i.request_id = new.request_id and i.status = 'open') then
        raise exception 'The discharge checklist is not finished.' using errcode = 'HD409';
    end if;
    return new;
end $$;
create trigger a_stamp before update on app.stay for each row execute function app.stamp_stay();

create function app.relate_stay() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if new.status = 'admitted' then
        insert into app.care_relationship (source_id, kind, patient_id, department_id, from_at)
        values (new.id, 'stay', new.patient_id, new.department_id, new.from_at) on conflict do nothing;
    else
        update app.care_relationship r
        set until_at = new.until_at + case new.status when 'cancelled' then interval '0' else interval '12 hours' end
        where r.source_id = new.id and r.kind = 'stay' and r.until_at = 'infinity';
    end if;
    return null;
end $$;
create trigger relate after insert or update of status on app.stay for each row execute function app.relate_stay();

-- At the end of the transaction: the request, the checklist and the bed follow the stays, whatever way they went.
create function app.settle_stay() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_here app.stay;
    v_now app.stay;
begin
    select * into v_now from app.stay s where s.id = new.id;
    select * into v_here from app.stay s where s.request_id = new.request_id and s.until_at is null;
    if v_here.id is null and v_now.status = 'transferred' and not exists (
            select 1 from app.stay s where s.request_id = new.request_id and s.from_at >= v_now.until_at) then
        raise exception 'A transfer needs the bed that the person goes to.' using errcode = 'HD422';
    elsif v_here.cot and not exists (
            select 1 from app.stay s join app.admission_request r on r.id = v_here.request_id
            where s.patient_id = r.mother_id and s.bed_id = v_here.bed_id and s.until_at is null and not s.cot)
        or v_now.status <> 'admitted' and not v_now.cot and exists (
            select 1 from app.stay s join app.admission_request r on r.id = s.request_id
            where s.bed_id = v_now.bed_id and s.cot and s.until_at is null and r.mother_id = v_now.patient_id
                and not exists (select 1 from app.stay m where m.patient_id = r.mother_id and m.bed_id = s.bed_id
                                and m.until_at is null))
    then
        raise exception 'The newborn''s cot stands at this bed: move or discharge the newborn too.'
            using errcode = 'HD409';
    end if;
    if v_here.id is not null then
        update app.admission_request r
        set status = 'admitted', bed_id = null, department_id = v_here.department_id,
            admitted_at = coalesce(r.admitted_at, v_here.from_at), version = r.version + 1,
            expected_on = coalesce(r.expected_on, (v_here.from_at at time zone (select h.time_zone from app.hospital h))::date
                + r.expected_days)
        where r.id = new.request_id and (r.status <> 'admitted' or r.department_id <> v_here.department_id);
        insert into app.discharge_item (request_id, patient_id, department_id, item)
        select v_here.request_id, v_here.patient_id, v_here.department_id, i.item
        from unnest(array['letter', 'medicines', 'follow-up', 'lines removed', 'informed', 'transport', 'belongings'])
            as i (item)
        on conflict (request_id, item) do update
        set department_id = excluded.department_id, version = discharge_item.version + 1
        where discharge_item.department_id <> excluded.department_id;
    elsif v_now.status in ('discharged', 'cancelled') then
        update app.admission_request r
        set status = v_now.status, bed_id = null, ended_at = v_now.until_at, version = r.version + 1,
            admitted_at = coalesce(r.admitted_at, v_now.from_at),
            cancelled_reason = case v_now.status when 'cancelled' then v_now.end_reason else '' end
        where r.id = new.request_id and r.status not in ('discharged', 'cancelled');
    end if;
    if not v_now.cot then
        -- a mistake is noticed within a shift: a longer stay that is taken back leaves a bed that was lain in
        perform app.settle_bed(v_now.bed_id, case when v_now.status = 'cancelled'
            and v_now.until_at > v_now.from_at + interval '12 hours' then 'discharged' else v_now.status end);
    end if;
    return null;
end $$;

-- A bed that somebody left is dirty, after isolation contaminated; one in which nobody lay after all is free again.
create function app.settle_bed(p_bed uuid, p_left text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_isolation text;
    v_wanted text;
    v_bed app.bed;
begin
    select * into v_bed from app.bed b where b.id = p_bed for update;
    select r.isolation into v_isolation from app.stay s join app.admission_request r on r.id = s.request_id
    where s.bed_id = p_bed and s.until_at is null and not s.cot;
    v_wanted := case
        when v_isolation = '' then 'O'
        when v_isolation is not null then 'I'
        when v_bed.status not in ('I', 'O') then v_bed.status
        when p_left = 'cancelled' then 'U'
        when v_bed.status = 'I' then 'K'
        else 'H' end;
    if v_wanted <> v_bed.status then
        update app.bed b set status = v_wanted, hold = case when v_wanted in ('I', 'O') then '' else b.hold end,
            version = b.version + 1
        where b.id = p_bed;
    end if;
end $$;
create constraint trigger settle after insert or update on app.stay deferrable initially deferred
    for each row execute function app.settle_stay();

create function app.stamp_item() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if new.status <> old.status then
        new.done_at := case new.status when 'open' then null else clock_timestamp() end;
        new.done_by := case new.status when 'open' then null else auth.uid() end;
    end if;
    return new;
end $$;
create trigger a_stamp before update on app.discharge_item for each row execute function app.stamp_item();
reset role;
