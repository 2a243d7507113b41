-- Every change, opening, search and sign-in: before and after, who, which station and address, server clock.
set role his_audit;

create table audit.log (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    xid xid8 not null default pg_current_xact_id(),
    session_id uuid,
    user_id uuid,
    station name not null default session_user,
    address inet default inet_client_addr(),
    verb text not null,
    table_name text not null,
    key uuid,
    patient_id uuid,
    before jsonb,
    after jsonb,
    detail jsonb not null default '{}'
);
create index log_at on audit.log (at);
create index log_user on audit.log (user_id, id);
create index log_patient on audit.log (patient_id, id) where patient_id is not null;
create index log_key on audit.log (key, id);
create index log_door on audit.log (at) where verb in ('refused', 'opened', 'exported');

-- Columns that only the privacy officer reads in the audit.
create table audit.clinical_column (
    table_name text not null,
    column_name text not null,
    primary key (table_name, column_name)
);

create function audit.note(p_verb text, p_table text, p_key uuid, p_patient uuid, p_detail jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into audit.log (session_id, user_id, verb, table_name, key, patient_id, detail)
    select w.sid, w.uid, p_verb, p_table, p_key, p_patient, p_detail from auth.whoami() w;
end $$;

create function audit.hashed(p_row jsonb, p_columns text) returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_column text;
begin
    foreach v_column in array string_to_array(p_columns, ',') loop
        if p_row ->> v_column is not null then
            p_row := jsonb_set(p_row, array[v_column],
                to_jsonb('sha256 ' || left(encode(sha256(convert_to(p_row ->> v_column, 'UTF8')), 'hex'), 16)));
        end if;
    end loop;
    return p_row;
end $$;

-- The one trigger of every table: an audit row and an outbox row in the same transaction.
-- Arguments: column with the key, with the patient, with the department ('' where there is none), and columns whose
-- values are replaced by their hash (ciphertext, pictures, credentials).
create function audit.record() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_before jsonb;
    v_after jsonb;
    v_row jsonb;
    v_key uuid;
    v_patient uuid;
    v_me record;
begin
    -- An import by the server writes one batch row instead; stations cannot claim to be the server.
    if session_user = 'deploy' and current_setting('hisdesk.batch', true) = 'on' then
        return null;
    end if;
    if tg_op <> 'INSERT' then v_before := to_jsonb(old); end if;
    if tg_op <> 'DELETE' then v_after := to_jsonb(new); end if;
    if tg_argv[3] <> '' then
        v_before := audit.hashed(v_before, tg_argv[3]);
        v_after := audit.hashed(v_after, tg_argv[3]);
    end if;
    v_row := coalesce(v_after, v_before);
    v_key := v_row ->> tg_argv[0];
    v_patient := v_row ->> tg_argv[1];
    v_me := auth.whoami();
    insert into audit.log (session_id, user_id, verb, table_name, key, patient_id, before, after)
    values (v_me.sid, v_me.uid, case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'changed' else 'removed' end,
            tg_table_name, v_key, v_patient, v_before, v_after);
    insert into app.outbox (table_name, key, operation, version, department_id, patient_id)
    values (tg_table_name, v_key, left(tg_op, 1), coalesce((v_row ->> 'version')::integer, 1),
            (v_row ->> tg_argv[2])::uuid, v_patient);
    return null;
end $$;

create function audit.masked(p_table text, p_row jsonb) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
    select case when p_row is null then null else (
        select jsonb_object_agg(e.key, case when c.column_name is not null and e.value <> 'null'::jsonb
                                            then '"•••"'::jsonb else e.value end)
        from jsonb_each(p_row) e
        left join audit.clinical_column c on c.table_name = p_table and c.column_name = e.key) end
$$;

-- The audit as a window shows it: newest first, a page before `p_before` (or the nearest newer ones after `p_after`),
-- clinical columns masked. What to show was asked for, recorded and committed before (`auth.ask`, kind 'audit': a JSON
-- object with any of verbs, user, users, patient, mrn, station, table, from, until, key); pages come for 15 minutes.
create function audit.entries(
    p_ask uuid, p_before bigint default null, p_most integer default 100, p_after bigint default null)
returns table (id bigint, at timestamptz, user_id uuid, station text, address text, verb text, table_name text,
    key uuid, patient_id uuid, before jsonb, after jsonb, detail jsonb, mrn text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
    v_filter jsonb := auth.asked(p_ask, 'audit');
    v_clinical boolean := auth.has('clinical_audit', 'view');
    v_patient uuid := v_filter ->> 'patient';
    v_station name := v_filter ->> 'station';
    v_user uuid := v_filter ->> 'user';
    v_table text := v_filter ->> 'table';
    v_key uuid := v_filter ->> 'key';
    v_from timestamptz := v_filter ->> 'from';
    v_until timestamptz := v_filter ->> 'until';
    v_verbs text[];
    v_users uuid[];
begin
    perform auth.require('audit', 'view');
    if v_filter ? 'mrn' then
        v_patient := coalesce(app.patient_of_mrn(v_filter ->> 'mrn'), '00000000-0000-0000-0000-000000000000');
    end if;
    if v_filter ? 'verbs' then
        v_verbs := array(select e.word from jsonb_array_elements_text(v_filter -> 'verbs') e (word));
    end if;
    if v_filter ? 'users' then
        v_users := array(select e.word::uuid from jsonb_array_elements_text(v_filter -> 'users') e (word));
    end if;
    v_station := coalesce(auth.station_role(v_station::text), v_station);
    return query
    select l.id, l.at, l.user_id, coalesce(auth.station_code(l.station), l.station::text), host(l.address), l.verb,
        l.table_name, l.key, l.patient_id,
        case when v_clinical then l.before else audit.masked(l.table_name, l.before) end,
        case when v_clinical then l.after else audit.masked(l.table_name, l.after) end,
        case when v_clinical then l.detail else l.detail - 'reason' end,
        app.mrn_of(l.patient_id)
    from audit.log l
    where (p_before is null or l.id < p_before)
      and (p_after is null or l.id > p_after)
      and (v_verbs is null or l.verb = any (v_verbs))
      and (v_user is null or l.user_id = v_user)
      and (v_users is null or l.user_id = any (v_users))
      and (v_patient is null or l.patient_id = v_patient)
      and (v_station is null or l.station = v_station)
      and (v_table is null or l.table_name = v_table)
      and (v_from is null or l.at >= v_from)
      and (v_until is null or l.at < v_until)
      and (v_key is null or l.key = v_key)
    order by case when p_after is not null then l.id end, l.id desc limit least(greatest(p_most, 1), 500);
end $$;

-- Somebody takes a copy of the audit out of the program: recorded before the first row is read.
create function audit.export(p_what jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('audit', 'export');
    perform audit.note('exported', 'audit', null, null, p_what);
end $$;

-- What happened at the door and to records in the last 24 hours: numbers only.
create function audit.figures(out refused bigint, out opened bigint, out exported bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('audit', 'view');
    select count(*) filter (where l.verb = 'refused'), count(*) filter (where l.verb = 'opened'),
        count(*) filter (where l.verb = 'exported')
    into refused, opened, exported
    from audit.log l
    where l.verb in ('refused', 'opened', 'exported') and l.at > clock_timestamp() - interval '24 h';
end $$;

-- What the signed-in person did last, as keys: whom and what they stand for, the policies of each table decide.
-- `deed` is the same for all that was done at once; `status` is what a row became, '' where that did not change.
create function audit.own(p_most integer) returns table (at timestamptz, deed text, verb text, table_name text,
    key uuid, patient_id uuid, status text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.enter();
    return query
    select l.at, l.xid::text, l.verb, l.table_name, l.key, l.patient_id,
        case when l.before ->> 'status' is distinct from l.after ->> 'status' then l.after ->> 'status' else '' end
    from audit.log l
    where l.user_id = auth.uid() and l.verb in ('created', 'changed', 'removed')
    order by l.id desc limit least(greatest(p_most, 1), 500);
end $$;

-- Who changed a row last, and when: for the person whose own change just met that one. Answers only about tables
-- without patients, open charts and people whom this session serves.
create function audit.last_change(p_table text, p_key uuid, out name text, out at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_log audit.log;
begin
    perform auth.enter();
    if to_regclass('app.' || quote_ident(p_table)) is null then
        return;
    end if;
    select * into v_log from audit.log l where l.key = p_key and l.table_name = p_table and l.after is not null
    order by l.id desc limit 1;
    if not found or not auth.signed_in() or not (v_log.patient_id is null or v_log.patient_id = any (auth.charts())
            or app.serves(v_log.patient_id, auth.departments(), auth.kinds())) then
        return;
    end if;
    at := v_log.at;
    name := coalesce(app.staff_name(v_log.user_id), '');
end $$;

grant usage on schema audit to app_station, his_auth, his_owner, his_search;
grant execute on function audit.note to his_auth, his_search, his_owner;
grant execute on function audit.record to his_auth, his_owner;
grant execute on function audit.entries, audit.export, audit.last_change to app_station;
grant execute on function audit.figures, audit.own to app_station;
reset role;

set role his_auth;
create function auth.station_code(p_role name) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select s.code from auth.station s where s.role_name = p_role
$$;
create function auth.station_role(p_code text) returns name
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select s.role_name from auth.station s where s.code = p_code
$$;
reset role;
