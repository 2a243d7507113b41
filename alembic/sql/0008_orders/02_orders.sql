-- What one department asks of another: diagnostic requests, referrals, care instructions.
set role his_owner;

create table app.clinical_order (
    id uuid primary key,
    patient_id uuid not null references app.patient,
    visit_id uuid references app.visit,
    kind text not null check (kind in ('diagnostic request', 'referral', 'care instruction')),
    title text not null check (length(title) between 1 and 120),
    text text not null default '' check (length(text) <= 4000),
    priority text not null default 'routine' check (priority in ('emergency', 'urgent', 'routine')),
    from_department_id uuid not null references app.department,
    to_department_id uuid not null references app.department,
    status text not null default 'pending'
        check (status in ('pending', 'in progress', 'completed', 'cancelled')),
    asked_at timestamptz not null default clock_timestamp(),
    asked_by uuid default auth.uid(),
    started_at timestamptz,
    started_by uuid,
    completed_at timestamptz,
    completed_by uuid,
    completion_note text not null default '' check (length(completion_note) <= 4000),
    cancelled_at timestamptz,
    cancelled_by uuid,
    cancelled_reason text not null default '' check (length(cancelled_reason) <= 500),
    seen_at timestamptz check (seen_at is null or status in ('completed', 'cancelled')),  -- the answer, by who asked
    version integer not null default 1,
    check (status <> 'pending' or started_at is null),
    check (status not in ('in progress', 'completed') or started_at is not null),
    check ((status = 'completed') = (completed_at is not null)),
    check ((status = 'completed') = (completion_note <> '')),
    check ((status = 'cancelled') = (cancelled_at is not null)),
    check ((status = 'cancelled') = (cancelled_reason <> ''))
);
create index clinical_order_queue on app.clinical_order (to_department_id, status);
create index clinical_order_asked on app.clinical_order (from_department_id, asked_at);
create index clinical_order_patient on app.clinical_order (patient_id, asked_at);
call app.fence('clinical_order', 'patient_id', 'to_department_id', '');
create policy read on app.clinical_order for select to app_station using (
    (select auth.has('orders', 'view'))
    and (to_department_id = any ((select auth.departments())::uuid[])
         or from_department_id = any ((select auth.departments())::uuid[])
         or patient_id = any ((select auth.charts())::uuid[])));
-- asked from one of the own departments with the record open; a nurse asks for care, a physician for the rest too
create policy make on app.clinical_order for insert to app_station with check (
    (select auth.has('orders', 'create'))
    and (kind = 'care instruction' or (select auth.has('orders', 'approve')))
    and from_department_id = any ((select auth.departments())::uuid[])
    and patient_id = any ((select auth.charts())::uuid[]));
-- the department carries it out; who may ask may take it back with the record open, while nobody has begun
create policy change on app.clinical_order for update to app_station using (
    (select auth.has('orders', 'edit')) and to_department_id = any ((select auth.departments())::uuid[])
    or (select auth.has('orders', 'create'))
       and (kind = 'care instruction' or (select auth.has('orders', 'approve')))
       and patient_id = any ((select auth.charts())::uuid[]));
-- who and when are the server's: see the two triggers below
grant insert (id, patient_id, visit_id, kind, title, text, priority, from_department_id, to_department_id)
    on app.clinical_order to app_station;
grant update (status, completion_note, cancelled_reason, version) on app.clinical_order to app_station;

-- Where an order can go: departments that are open and in which somebody would see it.
create function app.order_departments() returns table (id uuid, code text, name text, kind text, location text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('orders', 'create');
    return query
    select d.id, d.code, d.name, d.kind, d.location from app.department d
    where d.active and d.kind <> 'office' and d.id = any (auth.staffed('orders', 'edit'))
    order by case d.kind when 'service' then 0 when 'ward' then 1 else 2 end, d.name;
end $$;
grant execute on function app.order_departments to app_station;

create function app.check_order() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if session_user = 'deploy' then
        return new;
    end if;
    perform auth.require('orders', 'create');
    if new.kind <> 'care instruction' then
        perform auth.require('orders', 'approve');
    end if;
    if new.patient_id <> all (auth.charts()) then
        raise exception 'Open this person''s record first, then place the order.' using errcode = 'HD403';
    elsif new.from_department_id <> all (auth.departments()) then
        raise exception 'Orders are placed from a department of your own.' using errcode = 'HD403';
    elsif not exists (select 1 from app.order_departments() d where d.id = new.to_department_id) then
        raise exception 'Nobody in this department receives orders. Choose another one.' using errcode = 'HD422';
    elsif new.visit_id is not null and not exists (
            select 1 from app.visit v where v.id = new.visit_id and v.patient_id = new.patient_id) then
        raise exception 'This visit is another person''s.' using errcode = 'HD422';
    elsif not auth.spend(auth.uid()::text, 'relate', auth.setting('relations_per_hour'), 3600) then
        raise exception 'Too many orders in a short time. Wait some minutes, then go on.' using errcode = 'HD429';
    end if;
    return new;
end $$;
create trigger a_check before insert on app.clinical_order for each row execute function app.check_order();

-- Who and when by the session and the server's clock; what is done stays done.
create function app.stamp_order() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
begin
    if session_user = 'deploy' then
        return new;
    elsif new.seen_at is distinct from old.seen_at then  -- by app.see_order alone, which changes nothing else
        return new;
    elsif old.status in ('completed', 'cancelled') then
        raise exception 'This order is already “%”. Place a new one.', old.status using errcode = 'HD409';
    elsif not (auth.has('orders', 'edit') and old.to_department_id = any (auth.departments()))
          and not (old.status = 'pending' and new.status = 'cancelled') then
        raise exception 'Only the department that received this order can do that.' using errcode = 'HD403';
    end if;
    if new.status <> 'completed' then
        new.completion_note := '';
    end if;
    if new.status <> 'cancelled' then
        new.cancelled_reason := '';
    end if;
    if new.status = old.status then
        return new;
    elsif new.status = 'pending' then                 -- begun by mistake
        new.started_at := null;
        new.started_by := null;
    elsif new.status = 'in progress' then
        new.started_at := v_now;
        new.started_by := auth.uid();
    elsif new.status = 'completed' then
        new.completed_at := v_now;
        new.completed_by := auth.uid();
    elsif new.status = 'cancelled' then
        new.cancelled_at := v_now;
        new.cancelled_by := auth.uid();
    end if;
    if new.status in ('completed', 'cancelled') and old.asked_by = auth.uid() then
        new.seen_at := v_now;                         -- one's own doing is no news
    end if;
    return new;
end $$;
create trigger a_stamp before update on app.clinical_order for each row execute function app.stamp_order();

-- Who asked has seen what came of it. Seen twice is seen once.
create function app.see_order(p_order uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('orders', 'create');
    update app.clinical_order o set seen_at = clock_timestamp(), version = o.version + 1
    where o.id = p_order and o.asked_by = auth.uid() and o.status in ('completed', 'cancelled') and o.seen_at is null;
end $$;
grant execute on function app.see_order to app_station;
grant update (seen_at, version) on app.clinical_order to his_search;

-- The department that carries it out knows the person until it is done and 12 hours more; the one that asked, as long
-- as the answer is news: a week. That second relationship has a key made from the order's.
create function app.relate_order() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_asked constant uuid := md5('asked ' || new.id)::uuid;
    v_now constant timestamptz := clock_timestamp();
begin
    if tg_op = 'INSERT' then
        insert into app.care_relationship (source_id, kind, patient_id, department_id, from_at)
        values (new.id, 'order', new.patient_id, new.to_department_id, new.asked_at),
               (v_asked, 'order', new.patient_id, new.from_department_id, new.asked_at);
    end if;
    if new.status in ('completed', 'cancelled') then
        update app.care_relationship r set until_at = coalesce(new.completed_at, new.cancelled_at)
            + case r.source_id when new.id then interval '12 hours' else interval '7 days' end
        where r.source_id in (new.id, v_asked) and r.kind = 'order' and r.until_at = 'infinity';
    end if;
    return null;
end $$;
create trigger relate after insert or update of status on app.clinical_order
    for each row execute function app.relate_order();
-- the fence tells the department that carries it out; this tells the one that asked
create trigger tell_asker after insert or update on app.clinical_order
    for each row when (new.from_department_id <> new.to_department_id)
    execute function audit.tell('id', '', 'from_department_id');
reset role;
alter function app.order_departments owner to his_search;
alter function app.check_order owner to his_search;
alter function app.stamp_order owner to his_search;
alter function app.see_order owner to his_search;
alter function app.relate_order owner to his_search;
