-- What a bed board may show: states, and initials or "Private"; no names, no keys of people, no diagnoses.
set role his_owner;
create function app.bed_board() returns table (bed_id uuid, department_id uuid, ward text, room text, bed text,
    sex text, equipment text[], status text, hold text, hold_reason text, since timestamptz, initials text,
    isolation text, expected_on date, leaves_at timestamptz, reserved_at timestamptz, cleaning text,
    cleaning_started_at timestamptz, cleaning_minutes integer, version integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_departments uuid[] := auth.device_departments();
begin
    perform auth.enter();
    if cardinality(v_departments) = 0 and auth.has('beds', 'view') then
        v_departments := auth.departments();
    end if;
    return query
    select b.id, b.department_id, d.name, r.label, b.label, r.sex, b.equipment, b.status, b.hold,
        case when b.hold = 'blocked' or b.status = 'C' then b.hold_reason else '' end, b.since,
        case when p.id is null then ''
             when p.private_on_boards then 'Private'
             else concat(upper(left(btrim(p.given_names), 1)) || nullif('.', case btrim(p.given_names) when '' then '.' end),
                         upper(left(btrim(p.family_name), 1)) || nullif('.', case btrim(p.family_name) when '' then '.' end))
        end,
        coalesce(q.isolation, ''), q.expected_on, q.leaves_at, q.assigned_at, coalesce(t.status, ''), t.started_at,
        t.target_minutes, b.version
    from app.bed b
    join app.room r on r.id = b.room_id
    join app.department d on d.id = b.department_id
    left join app.stay s on s.bed_id = b.id and s.until_at is null and not s.cot
    left join app.admission_request q on q.id = s.request_id or s.id is null and q.bed_id = b.id
    left join app.patient p on p.id = q.patient_id
    left join app.cleaning_task t on t.bed_id = b.id and t.status in ('waiting', 'offered', 'accepted', 'started')
    where b.department_id = any (v_departments) and b.active and r.active
    order by d.name, length(b.label), b.label collate "C";
end $$;

-- How many wait for a bed of the wards that this board (or this person) shows.
create function app.bed_waiting() returns table (department_id uuid, waiting bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_departments uuid[] := auth.device_departments();
begin
    perform auth.enter();
    if cardinality(v_departments) = 0 and auth.has('beds', 'view') then
        v_departments := auth.departments();
    end if;
    return query
    select q.department_id, count(*) from app.admission_request q
    where q.department_id = any (v_departments) and q.status = 'requested' group by 1;
end $$;
grant execute on function app.bed_board, app.bed_waiting to app_station;
reset role;

do $$
declare
    v_function regprocedure;
begin
    for v_function in select p.oid from pg_proc p where p.pronamespace = 'app'::regnamespace and p.proname in (
        'check_request', 'reserve_bed', 'hold_bed', 'relate_request', 'place_stay', 'stamp_stay', 'relate_stay',
        'settle_stay', 'settle_bed', 'stamp_item', 'nearest_cleaner', 'offer_cleaning', 'offer_waiting', 'ask_cleaning',
        'stamp_cleaning', 'follow_cleaning', 'decline_cleaning', 'give_cleaning', 'cleaners', 'follow_duty',
        'bed_board', 'bed_waiting') loop
        execute format('alter function %s owner to his_search', v_function);
    end loop;
end $$;
