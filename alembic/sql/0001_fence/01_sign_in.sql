-- Accounts, stations, sessions, and signing in without the password ever reaching the server.
set role his_auth;
grant usage on schema auth to app_station, his_owner, his_audit, his_search;

create table auth.setting (
    name text primary key,
    value integer not null,
    unit text not null,
    meaning text not null
);
insert into auth.setting (name, value, unit, meaning) values
    ('failures_until_lock', 5, 'tries', 'wrong passwords for one name at one station before it is locked there'),
    ('lock_minutes', 15, 'min', 'how long a name stays locked at a station'),
    ('failures_until_backoff', 20, 'tries', 'wrong passwords for one name at all stations within an hour before each try must wait'),
    ('backoff_seconds', 30, 's', 'how long each try then waits'),
    ('session_hours', 12, 'h', 'longest session of a person'),
    ('session_silence_minutes', 15, 'min', 'a session ends when its station has not been heard from for so long'),
    ('device_session_minutes', 60, 'min', 'session of a board or kiosk, renewed by its station'),
    ('opening_minutes', 240, 'min', 'how long an opened chart stays open'),
    ('asks_per_minute', 120, '1/min', 'searches of one person'),
    ('openings_per_minute', 30, '1/min', 'charts opened by one person'),
    ('relations_per_hour', 240, '1/h', 'people one person may add to queues'),
    ('numbers_per_hour', 600, '1/h', 'record numbers given to one person'),
    ('challenges_per_minute', 60, '1/min', 'sign-in challenges of one station');

create table auth.secret (name text primary key, value bytea not null);

create table auth.station (
    id uuid primary key,
    code text not null unique check (code ~ '^[A-Z0-9][A-Z0-9-]{1,30}$'),
    role_name name not null unique,
    kind text not null check (kind in ('desk', 'board')),
    title text not null,
    location text not null default '',
    room text not null default '',
    public_key bytea not null,
    enrolled_at timestamptz not null default clock_timestamp(),
    revoked_at timestamptz,
    version integer not null default 1
);
create table auth.station_department (
    station_id uuid not null references auth.station,
    department_id uuid not null,
    primary key (station_id, department_id)
);

create table auth.account (
    user_id uuid primary key,
    name text not null unique check (name = lower(name) and name ~ '^[a-z0-9][a-z0-9._-]{1,60}$'),
    employee_number text unique,
    salt text not null,
    stored_key bytea not null check (length(stored_key) = 32),
    must_change boolean not null default false,
    disabled boolean not null default false,
    changed_at timestamptz not null default clock_timestamp(),
    version integer not null default 1
);
create unique index account_number on auth.account (lower(employee_number));
create table auth.role (
    id uuid primary key,
    name text not null unique,
    title text not null,
    description text not null default '',
    version integer not null default 1
);
create table auth.permission (
    module text not null,
    act text not null check (act in ('view', 'create', 'edit', 'delete', 'approve', 'export', 'admin')),
    clinical boolean not null default false,
    meaning text not null,
    primary key (module, act)
);
create table auth.role_grant (
    role_id uuid not null references auth.role,
    module text not null,
    act text not null,
    primary key (role_id, module, act),
    foreign key (module, act) references auth.permission
);
-- Cells of the permission grid that nobody can change, with the reason that stands in the window.
create table auth.grant_lock (
    role_id uuid not null references auth.role,
    module text not null,
    act text not null,
    reason text not null,
    primary key (role_id, module, act),
    foreign key (module, act) references auth.permission
);
create table auth.account_role (
    user_id uuid not null references auth.account,
    role_id uuid not null references auth.role,
    primary key (user_id, role_id)
);
create index account_role_role on auth.account_role (role_id);
create table auth.account_department (
    user_id uuid not null references auth.account,
    department_id uuid not null,
    primary key (user_id, department_id)
);

create function auth.random32() returns bytea language sql volatile set search_path = pg_catalog, pg_temp
return sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

create table auth.challenge (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    user_id uuid,
    station name not null default session_user,
    nonce bytea not null default auth.random32(),
    made_at timestamptz not null default clock_timestamp()
);
create table auth.attempt (
    id uuid primary key default gen_random_uuid(),
    challenge_id uuid not null unique references auth.challenge,
    proof bytea not null,
    station name not null default session_user,
    made_at timestamptz not null default clock_timestamp(),
    xid xid8 not null default pg_current_xact_id(),
    refused_until timestamptz,
    used boolean not null default false
);
-- Wrong passwords, by name (also of names that do not exist, so that the answer tells nothing) and station.
create table auth.failure (
    name text not null,
    station name not null,
    failures integer not null,
    last_at timestamptz not null,
    locked_until timestamptz,
    primary key (name, station)
);
create table auth.session (
    id uuid primary key default gen_random_uuid(),
    token_hash bytea not null unique,
    kind text not null check (kind in ('person', 'device')),
    user_id uuid references auth.account,
    station_id uuid not null references auth.station,
    station name not null,
    created_at timestamptz not null default clock_timestamp(),
    last_seen_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    silent_at timestamptz not null default clock_timestamp() + interval '15 minutes',                  -- ends then, unless the station is heard from before
    ended_at timestamptz,
    ended_reason text,
    limited boolean not null default false,              -- signed in with a first password: may only change it
    check ((kind = 'person') = (user_id is not null))
);
create index session_user_created on auth.session (user_id, created_at);
create index session_user_open on auth.session (user_id) where ended_at is null;
create index session_station_open on auth.session (station) where ended_at is null;

insert into auth.secret (name, value) values ('unknown names', auth.random32());

create function auth.setting(p_name text) returns integer language sql stable security definer parallel safe
set search_path = pg_catalog, pg_temp
return (select s.value from auth.setting s where s.name = p_name);

-- HMAC (RFC 2104) over the core sha256(), since the embedded server has no pgcrypto.
create function auth.hmac_sha256(p_key bytea, p_message bytea) returns bytea
language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
    v_key bytea := case when length(p_key) > 64 then sha256(p_key) else p_key end;
    v_inner bytea;
    v_outer bytea;
begin
    v_key := v_key || decode(repeat('00', 64 - length(v_key)), 'hex');
    v_inner := v_key;
    v_outer := v_key;
    for i in 0..63 loop
        v_inner := set_byte(v_inner, i, get_byte(v_key, i) # 54);   -- 0x36
        v_outer := set_byte(v_outer, i, get_byte(v_key, i) # 92);   -- 0x5c
    end loop;
    return sha256(v_outer || sha256(v_inner || p_message));
end $$;

create function auth.xor(p_a bytea, p_b bytea) returns bytea
language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
    v_result bytea := p_a;
begin
    for i in 0..length(p_a) - 1 loop
        v_result := set_byte(v_result, i, get_byte(p_a, i) # get_byte(p_b, i));
    end loop;
    return v_result;
end $$;

-- A token bucket: `p_allowed` per `p_window_s`, refilled evenly. False when it is empty.
create table auth.meter (
    subject text not null,
    kind text not null,
    remaining double precision not null,
    at timestamptz not null,
    primary key (subject, kind)
);
create function auth.spend(p_subject text, p_kind text, p_allowed integer, p_window_s integer) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_remaining double precision;
    v_now timestamptz := clock_timestamp();
begin
    insert into auth.meter as m (subject, kind, remaining, at) values (p_subject, p_kind, p_allowed - 1, v_now)
    on conflict (subject, kind) do update set
        remaining = greatest(-1, least(p_allowed, m.remaining
            + extract(epoch from v_now - m.at) * p_allowed / p_window_s) - 1),
        at = v_now
    returning remaining into v_remaining;
    return v_remaining >= 0;
end $$;

-- The three steps send no messages: a station may have every plan printed (debug_print_plan), values and all, and those
-- tell which names exist.
-- Step 1: what the client needs to prove the password. A name that does not exist gets a stable salt of the same shape.
create function auth.challenge(p_name text, out id uuid, out salt text, out nonce bytea)
language plpgsql security definer set search_path = pg_catalog, pg_temp set client_min_messages = error as $$
declare
    v_account auth.account;
    v_name text := lower(btrim(left(p_name, 100)));
    v_hash bytea;
begin
    if not auth.spend('station ' || session_user, 'challenge', auth.setting('challenges_per_minute'), 60) then
        raise exception 'Too many sign-in tries at this station. Wait a minute, then try again.' using errcode = 'HD429';
    end if;
    select * into v_account from auth.account a where a.name = v_name or lower(a.employee_number) = v_name
    order by a.name = v_name desc limit 1;
    insert into auth.challenge as c (name, user_id) values (coalesce(v_account.name, v_name), v_account.user_id)
    returning c.id, c.nonce into id, nonce;
    v_hash := auth.hmac_sha256((select s.value from auth.secret s where s.name = 'unknown names'),
                               convert_to(v_name, 'UTF8'));
    -- 16 salt bytes are 21 full characters of bcrypt's alphabet and one that carries only two bits
    salt := coalesce(v_account.salt, '$2b$12$'
        || translate(substr(encode(v_hash, 'base64'), 1, 21), '+', '.')
        || substr('.Oeu', (get_byte(v_hash, 31) & 3) + 1, 1));
end $$;

-- Step 2, committed before step 3: the guess, counted as a failure in advance.
create function auth.attempt(p_challenge uuid, p_proof bytea) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp set client_min_messages = error as $$
declare
    v_challenge auth.challenge;
    v_failure auth.failure;
    v_elsewhere record;
    v_refused timestamptz;
    v_id uuid;
    v_now timestamptz := clock_timestamp();
begin
    select * into v_challenge from auth.challenge c
    where c.id = p_challenge and c.station = session_user and c.made_at > v_now - interval '60 s';
    if not found or length(p_proof) is distinct from 32 then
        raise exception 'This sign-in took too long. Try again.' using errcode = 'HD422';
    end if;
    insert into auth.failure (name, station, failures, last_at) values (v_challenge.name, session_user, 0, v_now)
    on conflict do nothing;
    select * into v_failure from auth.failure f where f.name = v_challenge.name and f.station = session_user for update;
    select coalesce(sum(f.failures), 0) as failures, max(f.last_at) as last_at into v_elsewhere
    from auth.failure f where f.name = v_challenge.name and f.last_at > v_now - interval '1 h';
    if v_failure.locked_until > v_now then
        v_refused := v_failure.locked_until;
    elsif v_elsewhere.failures >= auth.setting('failures_until_backoff')
          and v_elsewhere.last_at > v_now - make_interval(secs => auth.setting('backoff_seconds')) then
        v_refused := v_elsewhere.last_at + make_interval(secs => auth.setting('backoff_seconds'));
    else
        if v_failure.locked_until is not null then
            v_failure.failures := 0;                                  -- the lock has run out: count afresh
        end if;
        update auth.failure f set
            failures = v_failure.failures + 1,
            last_at = v_now,
            locked_until = case when v_failure.failures + 1 >= auth.setting('failures_until_lock')
                then v_now + make_interval(mins => auth.setting('lock_minutes')) end
        where f.name = v_challenge.name and f.station = session_user;
    end if;
    insert into auth.attempt (challenge_id, proof, refused_until) values (v_challenge.id, p_proof, v_refused)
    returning attempt.id into v_id;
    return v_id;
end $$;

-- Step 3: the answer. Refuses an attempt of its own transaction, which a rollback would otherwise erase.
create function auth.login(p_attempt uuid, out outcome text, out token text, out locked_until timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp set client_min_messages = error as $$
declare
    v_attempt auth.attempt;
    v_challenge auth.challenge;
    v_account auth.account;
    v_station auth.station;
    v_stored bytea;
    v_key bytea;
begin
    select * into v_attempt from auth.attempt a
    where a.id = p_attempt and a.station = session_user and not a.used
      and a.made_at > clock_timestamp() - interval '60 s'
    for update;
    if not found or v_attempt.xid = pg_current_xact_id() then
        raise exception 'This sign-in took too long. Try again.' using errcode = 'HD422';
    end if;
    update auth.attempt a set used = true where a.id = v_attempt.id;
    select * into v_challenge from auth.challenge c where c.id = v_attempt.challenge_id;
    select * into v_account from auth.account a where a.user_id = v_challenge.user_id;
    select * into v_station from auth.station s where s.role_name = session_user and s.revoked_at is null;
    -- the same work whether the name exists or not
    v_stored := coalesce(v_account.stored_key, auth.hmac_sha256(v_challenge.nonce, v_challenge.nonce));
    v_key := auth.xor(v_attempt.proof,
        auth.hmac_sha256(v_stored, v_challenge.nonce || convert_to(session_user::text, 'UTF8')));
    if v_attempt.refused_until is not null then
        outcome := 'locked';
        locked_until := v_attempt.refused_until;
    elsif sha256(v_key) <> v_stored or v_account.user_id is null or v_account.disabled or v_station.id is null
          or v_station.kind <> 'desk' then
        outcome := 'refused';
        select f.locked_until into locked_until from auth.failure f
        where f.name = v_challenge.name and f.station = session_user and f.locked_until > clock_timestamp();
    else
        outcome := 'ok';
        token := encode(auth.random32(), 'base64');
        delete from auth.failure f where f.name = v_challenge.name and f.station = session_user;
        insert into auth.session (token_hash, kind, user_id, station_id, station, limited, expires_at, silent_at)
        values (sha256(convert_to(token, 'UTF8')), 'person', v_account.user_id, v_station.id, session_user,
                v_account.must_change,
                clock_timestamp() + make_interval(hours => auth.setting('session_hours')),
                clock_timestamp() + make_interval(mins => auth.setting('session_silence_minutes')));
    end if;
    perform audit.note(case outcome when 'ok' then 'signed in' else 'refused' end, 'account', v_account.user_id, null,
                       jsonb_build_object('name', v_challenge.name, 'outcome', outcome));
end $$;

-- A board signs in with its station's credential alone and renews by calling again.
create function auth.device_login() returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_station auth.station;
    v_token text := encode(auth.random32(), 'base64');
begin
    select * into v_station from auth.station s
    where s.role_name = session_user and s.revoked_at is null and s.kind = 'board';
    if not found then
        raise exception 'This station is not enrolled as a board.' using errcode = 'HD403';
    elsif not auth.spend('station ' || session_user, 'challenge', auth.setting('challenges_per_minute'), 60) then
        raise exception 'Too many sign-ins of this board. Wait a minute, then try again.' using errcode = 'HD429';
    end if;
    update auth.session s set ended_at = clock_timestamp(), ended_reason = 'renewed'
    where s.station = session_user and s.kind = 'device' and s.ended_at is null
      and s.created_at < clock_timestamp() - interval '5 min';
    insert into auth.session (token_hash, kind, station_id, station, expires_at, silent_at)
    values (sha256(convert_to(v_token, 'UTF8')), 'device', v_station.id, session_user,
            clock_timestamp() + make_interval(mins => auth.setting('device_session_minutes')), 'infinity');
    perform audit.note('signed in', 'station', v_station.id, null, jsonb_build_object('device', v_station.code));
    return v_token;
end $$;
reset role;
