-- Infrastructure of writes: the outbox that the relay empties, the results of writes already done, who knows whom.
set role his_owner;

create table app.outbox (
    id bigint generated always as identity primary key,
    table_name text not null,
    key uuid not null,
    operation text not null check (operation in ('I', 'U', 'D')),
    version integer not null,
    department_id uuid,
    patient_id uuid,
    created_at timestamptz not null default clock_timestamp(),
    published_at timestamptz
);
create index outbox_unsent on app.outbox (id) where published_at is null;

create table app.op_done (
    op_id uuid primary key,
    user_id uuid not null,
    action text not null,
    done_at timestamptz not null default clock_timestamp(),
    result jsonb
);

create function app.op_start(p_op uuid, p_action text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user uuid := auth.uid();
    v_done app.op_done;
begin
    if v_user is null then
        raise exception 'Your session has ended. Sign in again; what you typed is kept.' using errcode = 'HD401';
    end if;
    insert into app.op_done (op_id, user_id, action) values (p_op, v_user, left(p_action, 100)) on conflict do nothing;
    if found then
        return null;
    end if;
    select * into v_done from app.op_done d where d.op_id = p_op;
    if v_done.user_id is distinct from v_user or v_done.action <> left(p_action, 100) then
        raise exception 'This was done already by somebody else.' using errcode = 'HD409';
    end if;
    return coalesce(v_done.result, '{"result": null}');
end $$;

create function app.op_finish(p_op uuid, p_result jsonb) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update app.op_done d set result = p_result where d.op_id = p_op and d.user_id = auth.uid() and d.result is null
$$;

-- Who has a reason to know whom. Kept by triggers of the tables that give the reason; the only rule that other
-- policies ask. Keys are made by stations, so the kind belongs to the key: a trigger changes its own kind alone.
create table app.care_relationship (
    source_id uuid not null,
    kind text not null,
    patient_id uuid not null,
    department_id uuid not null,
    from_at timestamptz not null,
    until_at timestamptz not null default 'infinity',
    primary key (source_id, kind)
);
create index care_relationship_patient on app.care_relationship (patient_id, until_at)
    include (department_id, kind, from_at);
create index care_relationship_department on app.care_relationship (department_id, until_at)
    include (patient_id, kind, from_at);
alter table app.care_relationship enable row level security;
alter table app.care_relationship force row level security;
grant select on app.care_relationship to app_station;
create policy read on app.care_relationship for select to app_station using (
    department_id = any ((select auth.departments())::uuid[])
    and kind = any ((select auth.kinds())::text[])
    and from_at <= statement_timestamp() and until_at > statement_timestamp());

create function app.serves(p_patient uuid, p_departments uuid[], p_kinds text[]) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (
        select 1 from app.care_relationship r
        where r.patient_id = p_patient and r.department_id = any (p_departments) and r.kind = any (p_kinds)
          and r.from_at <= clock_timestamp() and r.until_at > clock_timestamp())
$$;

grant usage on schema app to app_station, his_auth, his_audit, his_search, relay;
grant select, update (published_at) on app.outbox to relay;
grant insert on app.outbox to his_audit;
grant select, insert, update on app.care_relationship to his_search;
grant execute on function app.op_start, app.op_finish to app_station;
reset role;
alter function app.serves owner to his_search;
set role his_search;
grant execute on function app.serves to his_auth, his_audit;
reset role;
