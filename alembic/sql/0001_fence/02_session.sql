-- Who is asking, and what may they do: asked once a statement by every policy.
set role his_auth;

-- plpgsql throughout: its plans are kept for the connection, those of SQL functions are made anew in each statement.
-- A session that may not go on (revoked station, deactivated account, new password) has been ended, so one row tells.
create function auth.sid() returns uuid
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp as $$
begin
    return (
        select s.id from auth.session s
        where s.token_hash = sha256(convert_to(current_setting('hisdesk.token', true), 'UTF8'))
          and s.station = session_user and s.ended_at is null and s.expires_at > clock_timestamp()
          and s.silent_at > clock_timestamp());
end $$;

create function auth.uid() returns uuid
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp as $$
begin
    return (
        select s.user_id from auth.session s
        where s.token_hash = sha256(convert_to(current_setting('hisdesk.token', true), 'UTF8'))
          and s.station = session_user and s.ended_at is null and s.expires_at > clock_timestamp()
          and s.silent_at > clock_timestamp());
end $$;

create function auth.whoami(out sid uuid, out uid uuid)
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp as $$
begin
    select s.id, s.user_id into sid, uid from auth.session s
    where s.token_hash = sha256(convert_to(current_setting('hisdesk.token', true), 'UTF8'))
      and s.station = session_user and s.ended_at is null and s.expires_at > clock_timestamp()
      and s.silent_at > clock_timestamp();
end $$;

create function auth.signed_in() returns boolean
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp as $$
begin
    return auth.uid() is not null;
end $$;

create function auth.has(p_module text, p_act text) returns boolean
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp as $$
begin
    return exists (
        select 1 from auth.session s
        join auth.account_role r on r.user_id = s.user_id
        join auth.role_grant g on g.role_id = r.role_id and g.module = p_module and g.act = p_act
        where s.token_hash = sha256(convert_to(current_setting('hisdesk.token', true), 'UTF8'))
          and s.station = session_user and s.ended_at is null and s.expires_at > clock_timestamp()
          and s.silent_at > clock_timestamp() and not s.limited);
end $$;

-- Called with `begin` by every transaction of the program: an ended session is an error, never an empty list.
create function auth.enter() returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if auth.sid() is null then
        raise exception 'Your session has ended. Sign in again; what you typed is kept.' using errcode = 'HD401';
    end if;
end $$;

create function auth.require(p_module text, p_act text) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.enter();
    if not auth.has(p_module, p_act) then
        raise exception 'You do not have the permission “%.%”. Ask your administrator.', p_module, p_act
            using errcode = 'HD403';
    end if;
end $$;

create function auth.departments() returns uuid[]
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp as $$
begin
    return coalesce((
        select array_agg(d.department_id) from auth.session s
        join auth.account_department d on d.user_id = s.user_id
        where s.token_hash = sha256(convert_to(current_setting('hisdesk.token', true), 'UTF8'))
          and s.station = session_user and s.ended_at is null and s.expires_at > clock_timestamp()
          and s.silent_at > clock_timestamp()), '{}');
end $$;

-- Departments whose queue a board may show.
create function auth.device_departments() returns uuid[]
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp as $$
begin
    return coalesce((
        select array_agg(d.department_id) from auth.session s
        join auth.station_department d on d.station_id = s.station_id
        where s.id = (select auth.sid()) and s.kind = 'device'), '{}');  -- asked once, not for each session
end $$;

-- Kinds of care relationship that this session's permissions serve.
create table auth.relationship_kind (
    kind text not null,
    module text not null,
    act text not null,
    primary key (kind, module, act),
    foreign key (module, act) references auth.permission
);
create function auth.kinds() returns text[]
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp as $$
begin
    return coalesce((
        select array_agg(distinct k.kind) from auth.session s
        join auth.account_role r on r.user_id = s.user_id
        join auth.role_grant g on g.role_id = r.role_id
        join auth.relationship_kind k on k.module = g.module and k.act = g.act
        where s.token_hash = sha256(convert_to(current_setting('hisdesk.token', true), 'UTF8'))
          and s.station = session_user and s.ended_at is null and s.expires_at > clock_timestamp()
          and s.silent_at > clock_timestamp() and not s.limited), '{}');
end $$;

-- The station says that its person is still there.
create function auth.touch() returns timestamptz
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_expires timestamptz;
begin
    perform auth.enter();
    update auth.session s set last_seen_at = clock_timestamp(),
        silent_at = clock_timestamp() + make_interval(mins => auth.setting('session_silence_minutes'))
    where s.id = auth.sid() returning expires_at into v_expires;
    return v_expires;
end $$;

create function auth.sign_out() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_sid uuid := auth.sid();
begin
    if v_sid is not null then
        perform audit.note('signed out', 'account', auth.uid(), null, '{}');
        update auth.session s set ended_at = clock_timestamp(), ended_reason = 'signed out' where s.id = v_sid;
    end if;
end $$;

-- When and where this person signed in the last time before `p_before`.
create function auth.last_session(p_user uuid, p_before timestamptz) returns table (created_at timestamptz, code text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select s.created_at, t.code from auth.session s join auth.station t on t.id = s.station_id
    where s.user_id = p_user and s.created_at < p_before order by s.created_at desc limit 1
$$;

-- What the window needs to know about its person, in one statement.
create function auth.me(out user_id uuid, out user_name text, out must_change boolean, out roles text[],
    out role_names text[], out permissions text[], out departments uuid[], out station text, out last_at timestamptz,
    out last_station text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.enter();
    select a.user_id, a.name, a.must_change, p.created_at, p.code, t.code
    into user_id, user_name, must_change, last_at, last_station, station
    from auth.session s join auth.account a on a.user_id = s.user_id join auth.station t on t.id = s.station_id
    left join lateral auth.last_session(s.user_id, s.created_at) p on true
    where s.id = auth.sid();
    select coalesce(array_agg(r.title order by r.title), '{}'), coalesce(array_agg(r.name order by r.title), '{}')
    into roles, role_names
    from auth.account_role ar join auth.role r on r.id = ar.role_id where ar.user_id = me.user_id;
    select coalesce(array_agg(distinct g.module || '.' || g.act), '{}') into permissions
    from auth.account_role ar join auth.role_grant g on g.role_id = ar.role_id where ar.user_id = me.user_id;
    departments := auth.departments();
end $$;

-- Charts opened by this session. An opening counts once it is committed, so that a read cannot be rolled back
-- together with its trace; the chart of a person who does not exist yet counts at once.
create table auth.opening (
    id uuid primary key default gen_random_uuid(),
    session_id uuid not null references auth.session,
    patient_id uuid not null,
    how text not null check (how in ('relationship', 'search', 'new')),
    reason text not null default '',
    opened_at timestamptz not null default clock_timestamp(),
    until_at timestamptz not null,
    closed_at timestamptz,
    xid xid8
);
create index opening_session on auth.opening (session_id, patient_id) where closed_at is null;
create index opening_patient on auth.opening (patient_id) where closed_at is null;
-- two sessions that claim one key at the same moment: the second must not keep it past the first one's registration
create unique index opening_new_once on auth.opening (patient_id) where how = 'new' and closed_at is null;

create function auth.charts() returns uuid[]
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp as $$
begin
    return coalesce((
        select array_agg(distinct o.patient_id) from auth.session s
        join auth.opening o on o.session_id = s.id and o.closed_at is null and o.until_at > clock_timestamp()
        where s.token_hash = sha256(convert_to(current_setting('hisdesk.token', true), 'UTF8'))
          and s.station = session_user and s.ended_at is null and s.expires_at > clock_timestamp()
          and s.silent_at > clock_timestamp()
          and (o.xid is null or o.xid is distinct from pg_current_xact_id_if_assigned())), '{}');
end $$;

-- A search in two steps, so that it cannot be made and then rolled back: `ask` is committed, then answered.
create table auth.ask (
    id uuid primary key,
    session_id uuid not null references auth.session,
    kind text not null check (kind in ('find', 'similar', 'audit', 'dispensings')),
    query text not null,
    number_index bytea,
    asked_at timestamptz not null default clock_timestamp(),
    xid xid8 not null default pg_current_xact_id(),
    found uuid[] not null default '{}'
);
create index ask_session on auth.ask (session_id, asked_at);

create function auth.ask(p_id uuid, p_query text, p_number_index bytea default null, p_kind text default 'find')
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    c_longest constant integer := case p_kind when 'find' then 200 when 'audit' then 100000 else 2000 end;
    v_filter jsonb;
begin
    if p_kind = 'audit' then
        perform auth.require('audit', 'view');
    elsif p_kind = 'dispensings' then
        perform auth.require('dispensing_history', 'view');
    else
        perform auth.require('patients', case p_kind when 'similar' then 'create' else 'view' end);
    end if;
    -- by person, not by session: signing in again refills nothing
    if not auth.spend(auth.uid()::text, 'ask', auth.setting('asks_per_minute'), 60) then
        raise exception 'Too many searches in a short time. Wait a minute, then go on.' using errcode = 'HD429';
    elsif p_kind <> 'find' and length(p_query) > c_longest then
        raise exception 'This question is too long.' using errcode = 'HD422';
    end if;
    insert into auth.ask (id, session_id, kind, query, number_index)
    values (p_id, auth.sid(), p_kind, left(p_query, c_longest), p_number_index);
    -- the audit holds all that is answered to, also which number was asked for (as the audit of the number itself)
    if p_kind = 'audit' then
        v_filter := p_query;
        perform audit.note('searched', 'audit', null,
            coalesce((v_filter ->> 'patient')::uuid, app.patient_of_mrn(v_filter ->> 'mrn')), v_filter - 'patient');
    elsif p_kind = 'dispensings' then
        v_filter := p_query;
        perform audit.note('searched', 'dispensing', null,        -- whose it is, is what is looked for
            app.patient_of_mrn(regexp_replace(coalesce(v_filter ->> 'patient', ''), '[^0-9]', '', 'g')), v_filter);
    else
        perform audit.note('searched', 'patient', null, null, jsonb_strip_nulls(jsonb_build_object(
            'kind', p_kind, 'query', left(p_query, c_longest), 'number', p_number_index is not null,
            'number_index', 'sha256 '
                || left(encode(sha256(convert_to('\x' || encode(p_number_index, 'hex'), 'UTF8')), 'hex'), 16))));
    end if;
end $$;

create function auth.asked(p_id uuid, p_kind text default 'find') returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_ask auth.ask;
begin
    select * into v_ask from auth.ask a
    where a.id = p_id and a.kind = p_kind and a.session_id = auth.sid()
      and a.asked_at > clock_timestamp() - case when p_kind in ('audit', 'dispensings') then interval '15 min'
                                                  else interval '60 s' end;
    if not found or v_ask.xid is not distinct from pg_current_xact_id_if_assigned() then
        raise exception 'Ask first, commit, then read the answer.' using errcode = 'HD403';
    end if;
    return v_ask.query;
end $$;

create function auth.asked_index(p_id uuid) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select a.number_index from auth.ask a where a.id = p_id and a.session_id = auth.sid()
$$;

create function auth.answered(p_id uuid, p_found uuid[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    -- dispensings come page by page
    update auth.ask a set found = case a.kind when 'dispensings' then a.found || p_found else p_found end
    where a.id = p_id and a.session_id = auth.sid()
$$;

-- What this session's searches of the dispensing history found within the hour: it may be printed and reversed.
create function auth.found_dispensings() returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce(array_agg(distinct f.key), '{}') from auth.ask a cross join unnest(a.found) f (key)
    where a.session_id = auth.sid() and a.kind = 'dispensings' and a.asked_at > clock_timestamp() - interval '1 h'
      and auth.has('dispensing_history', 'view')
$$;

-- Opens a person's chart: with a care relationship, or after this session's own search found the person.
create function auth.open(p_patient uuid, p_reason text default '') returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_sid uuid := auth.sid();
    v_how text;
begin
    perform auth.require('patients', 'view');
    if not auth.spend(auth.uid()::text, 'open', auth.setting('openings_per_minute'), 60) then
        raise exception 'Too many records opened in a short time. Wait a minute, then go on.' using errcode = 'HD429';
    end if;
    if app.serves(p_patient, auth.departments(), auth.kinds()) then
        v_how := 'relationship';
    elsif auth.has('patients', 'create') and exists (
        select 1 from auth.ask a where a.session_id = v_sid and a.asked_at > clock_timestamp() - interval '1 h'
          and a.kind <> 'dispensings' and p_patient = any (a.found)) then
        v_how := 'search';                    -- registration opens whom its own search found
    elsif p_patient = any (auth.charts()) then
        -- open already (just registered here): noted again, and neither longer nor wider open than before
        perform audit.note('opened', 'patient', p_patient, p_patient,
                           jsonb_build_object('how', 'open already', 'reason', left(p_reason, 200)));
        return 'open already';
    else
        raise exception 'This record is closed to you: the person is not with your department. Ask the front desk to add the visit.'
            using errcode = 'HD403';
    end if;
    insert into auth.opening (session_id, patient_id, how, reason, until_at, xid)
    values (v_sid, p_patient, v_how, left(p_reason, 200),
            clock_timestamp() + make_interval(mins => auth.setting('opening_minutes')), pg_current_xact_id());
    perform audit.note('opened', 'patient', p_patient, p_patient,
                       jsonb_build_object('how', v_how, 'reason', left(p_reason, 200)));
    return v_how;
end $$;

create function auth.close(p_patient uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update auth.opening o set closed_at = clock_timestamp()
    where o.session_id = auth.sid() and o.patient_id = p_patient and o.closed_at is null
$$;

-- For a person just being registered: nobody by that key exists, so nothing can be read by it.
create function auth.open_new(p_patient uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('patients', 'create');
    if app.patient_exists(p_patient) then
        raise exception 'This record exists already.' using errcode = 'HD409';
    end if;
    -- An earlier claim on the key ends, whoever's it was; one that is just being made waits here, and one of them fails.
    update auth.opening o set closed_at = clock_timestamp()
    where o.patient_id = p_patient and o.how = 'new' and o.closed_at is null;
    insert into auth.opening (session_id, patient_id, how, until_at)
    values (auth.sid(), p_patient, 'new',
            clock_timestamp() + make_interval(mins => auth.setting('opening_minutes')));
    if app.patient_exists(p_patient) then                            -- registered meanwhile
        raise exception 'This record exists already.' using errcode = 'HD409';
    end if;
end $$;

-- The first insert ends everybody else's claim on that key.
create function auth.close_others() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update auth.opening o set closed_at = clock_timestamp()
    where o.patient_id = new.id and o.closed_at is null and o.session_id is distinct from auth.sid();
    return null;
end $$;

-- Data keys, wrapped for each station's own key pair. The database never sees one unwrapped.
create table auth.data_key (
    purpose text not null check (purpose in ('data', 'index')),
    version integer not null,
    escrow bytea not null,
    made_at timestamptz not null default clock_timestamp(),
    primary key (purpose, version)
);
create table auth.station_key (
    station_id uuid not null references auth.station,
    purpose text not null,
    version integer not null,
    wrapped bytea not null,
    primary key (station_id, purpose, version),
    foreign key (purpose, version) references auth.data_key
);
create function auth.station_keys() returns table (purpose text, version integer, wrapped bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select k.purpose, k.version, k.wrapped from auth.station_key k
    join auth.session s on s.station_id = k.station_id
    where s.id = auth.sid() and s.kind = 'person' order by 1, 2
$$;
reset role;
