-- Cleaning tasks: made when a bed becomes dirty, offered to one person, shown to that person and to the ward.
set role his_owner;

create table app.cleaning_task (
    id uuid primary key default gen_random_uuid(),
    bed_id uuid not null references app.bed,
    department_id uuid not null references app.department,
    kind text not null check (kind in ('clean', 'deep clean')),
    target_minutes integer not null check (target_minutes between 1 and 480),
    status text not null default 'waiting'
        check (status in ('waiting', 'offered', 'accepted', 'started', 'done', 'cancelled')),
    offered_to uuid references app.staff,
    declined_by uuid[] not null default '{}',
    asked_at timestamptz not null default clock_timestamp(),
    offered_at timestamptz,
    accepted_at timestamptz,
    started_at timestamptz,
    done_at timestamptz,
    version integer not null default 1,
    check ((status = 'waiting') <= (offered_to is null)),
    check (status not in ('offered', 'accepted', 'started', 'done') or offered_to is not null),
    check (status <> 'done' or started_at is not null and done_at is not null)
);
create unique index cleaning_task_open_once on app.cleaning_task (bed_id)
    where status in ('waiting', 'offered', 'accepted', 'started');
create index cleaning_task_ward on app.cleaning_task (department_id, status);
create index cleaning_task_bed on app.cleaning_task (bed_id);
create index cleaning_task_person on app.cleaning_task (offered_to, status);
call app.fence('cleaning_task', '', 'department_id', '');
create policy read on app.cleaning_task for select to app_station using (
    (select auth.has('cleaning', 'view'))
    and (offered_to = (select auth.uid())
         or (select auth.has('beds', 'edit')) and department_id = any ((select auth.departments())::uuid[])));
create policy change on app.cleaning_task for update to app_station using (
    (select auth.has('cleaning', 'edit')) and offered_to = (select auth.uid()));
-- tasks are made, offered and timed by the server: see the triggers and functions below
grant update (status, version) on app.cleaning_task to app_station;
grant insert, update on app.cleaning_task to his_search;
grant update (version) on app.staff to his_search;   -- for the lock that keeps one person from two offers at once

-- The nearest who is on duty and free: of this ward, else of the same floor, else anybody; who is signed in first.
create function app.nearest_cleaner(p_department uuid, p_without uuid[]) returns uuid
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select s.id from app.staff s join auth.cleaners() c on c.user_id = s.id
    where s.active and s.status = 'on duty' and s.id <> all (p_without)
      and not exists (select 1 from app.cleaning_task t where t.offered_to = s.id
                      and t.status in ('offered', 'accepted', 'started'))
    order by p_department = any (c.departments) desc,
        exists (select 1 from app.department d join app.department w on w.location = d.location and w.location <> ''
                where d.id = p_department and w.id = any (c.departments)) desc,
        c.signed_in desc,
        (select max(t.done_at) from app.cleaning_task t where t.offered_to = s.id) nulls first, s.id
    limit 1 for update of s skip locked
$$;

-- Offers a task to the nearest who has not declined it; nobody free leaves it waiting for the first who will be.
create function app.offer_cleaning(p_task uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_task app.cleaning_task;
    v_who uuid;
begin
    select * into v_task from app.cleaning_task t where t.id = p_task and t.status in ('waiting', 'offered') for update;
    if not found then
        return;
    end if;
    v_who := app.nearest_cleaner(v_task.department_id, v_task.declined_by);
    if v_who is not null or v_task.offered_to is not null then
        update app.cleaning_task t
        set offered_to = v_who, status = case when v_who is null then 'waiting' else 'offered' end,
            offered_at = case when v_who is null then null else clock_timestamp() end, version = t.version + 1
        where t.id = p_task;
    end if;
end $$;

create function app.offer_waiting() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_task uuid;
begin
    for v_task in select t.id from app.cleaning_task t where t.status = 'waiting'
                  order by t.kind desc, t.asked_at for update skip locked loop
        perform app.offer_cleaning(v_task);
    end loop;
end $$;

-- A bed that becomes dirty asks for cleaning; one that is made ready or closed by hand needs none any more.
create function app.ask_cleaning() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_task uuid := gen_random_uuid();
begin
    if new.status in ('H', 'K') then
        insert into app.cleaning_task (id, bed_id, department_id, kind, target_minutes)
        values (v_task, new.id, new.department_id, case new.status when 'K' then 'deep clean' else 'clean' end,
                case new.status when 'K' then 60 else 30 end)
        on conflict (bed_id) where status in ('waiting', 'offered', 'accepted', 'started')
        do update set kind = excluded.kind, target_minutes = excluded.target_minutes,
            version = cleaning_task.version + 1
        where cleaning_task.kind <> excluded.kind;
        if session_user <> 'deploy' then
            perform app.offer_cleaning(v_task);
        end if;
    else
        update app.cleaning_task t set status = 'cancelled', version = t.version + 1
        where t.bed_id = new.id and t.status in ('waiting', 'offered', 'accepted', 'started');
    end if;
    return null;
end $$;
create trigger ask_cleaning after update of status on app.bed for each row
    when (old.status <> new.status) execute function app.ask_cleaning();

create function app.stamp_cleaning() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
begin
    if session_user = 'deploy' or new.status = old.status then
        return new;
    elsif old.status in ('done', 'cancelled') then
        raise exception 'This task is over.' using errcode = 'HD409';
    elsif old.status = 'started' and new.status = 'accepted' then
        raise exception 'The clock of this task runs already.' using errcode = 'HD409';
    elsif new.status = 'accepted' then
        new.accepted_at := v_now;
    elsif new.status = 'started' then
        new.accepted_at := coalesce(new.accepted_at, v_now);
        new.started_at := v_now;
    elsif new.status = 'done' then
        if old.status <> 'started' then
            raise exception 'Start the task first; its clock has not run yet.' using errcode = 'HD409';
        end if;
        new.done_at := v_now;
    end if;
    return new;
end $$;
create trigger a_stamp before update of status on app.cleaning_task for each row execute function app.stamp_cleaning();

create function app.guard_cleaning() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if current_user = session_user and session_user like 'st\_%' and new.status <> old.status
       and new.status not in ('accepted', 'started', 'done') then
        raise exception 'A task is given and taken back by the ward.' using errcode = 'HD403';
    end if;
    return new;
end $$;
create trigger a_guard before update on app.cleaning_task for each row execute function app.guard_cleaning();

-- Done: the bed is free again, and who is free now is offered what waits.
create function app.follow_cleaning() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if new.status = 'done' then
        update app.bed b set status = 'U', version = b.version + 1 where b.id = new.bed_id and b.status in ('H', 'K');
    end if;
    if session_user <> 'deploy' then
        perform app.offer_waiting();
    end if;
    return null;
end $$;
create trigger follow after update of status on app.cleaning_task for each row
    when (old.status <> new.status and new.status in ('done', 'cancelled')) execute function app.follow_cleaning();

-- "I cannot": the next nearest is asked.
create function app.decline_cleaning(p_task uuid, p_version integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('cleaning', 'edit');
    update app.cleaning_task t set declined_by = array_append(t.declined_by, t.offered_to), version = t.version + 1,
        status = 'offered', accepted_at = null
    where t.id = p_task and t.version = p_version and t.offered_to = auth.uid() and t.status in ('offered', 'accepted');
    if not found then
        raise exception 'This task is not yours any more, or has begun.' using errcode = 'HD409';
    end if;
    perform app.offer_cleaning(p_task);
    perform app.offer_waiting();
end $$;

-- The ward gives a task to somebody by name, also to one who is busy.
create function app.give_cleaning(p_task uuid, p_version integer, p_to uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('beds', 'edit');
    if not exists (select 1 from auth.cleaners() c join app.staff s on s.id = c.user_id and s.active
                   where c.user_id = p_to) then
        raise exception 'This person does no cleaning.' using errcode = 'HD422';
    end if;
    update app.cleaning_task t set offered_to = p_to, status = 'offered', offered_at = clock_timestamp(),
        accepted_at = null, declined_by = array_remove(t.declined_by, p_to), version = t.version + 1
    where t.id = p_task and t.version = p_version and t.status in ('waiting', 'offered', 'accepted')
      and t.department_id = any (auth.departments());
    if not found then
        raise exception 'This task has begun, is over, or was given to somebody a moment ago.' using errcode = 'HD409';
    end if;
end $$;

-- Whom the ward can give a task to.
create function app.cleaners(p_department uuid) returns table (id uuid, name text, on_ward boolean, on_duty boolean,
    open_tasks bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('beds', 'edit');
    return query
    select s.id, app.staff_name(s.id), p_department = any (c.departments), s.status = 'on duty',
        (select count(*) from app.cleaning_task t
         where t.offered_to = s.id and t.status in ('offered', 'accepted', 'started'))
    from auth.cleaners() c join app.staff s on s.id = c.user_id and s.active
    order by 3 desc, 4 desc, 5, 2;
end $$;

-- Somebody comes on duty: what waits is offered. Somebody goes: what they have not begun is offered to others.
create function app.follow_duty() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_task uuid;
begin
    if new.status <> 'on duty' then
        for v_task in update app.cleaning_task t set status = 'offered', accepted_at = null, version = t.version + 1
                      where t.offered_to = new.id and t.status in ('offered', 'accepted') returning t.id loop
            perform app.offer_cleaning(v_task);
        end loop;
    end if;
    perform app.offer_waiting();
    return null;
end $$;
create trigger follow_duty after update of status on app.staff for each row
    when (old.status <> new.status) execute function app.follow_duty();
grant execute on function app.decline_cleaning, app.give_cleaning, app.cleaners to app_station;
reset role;
