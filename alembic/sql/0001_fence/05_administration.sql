-- Accounts and roles, changed only through these functions: each asks for its permission and keeps the last key safe.
set role his_auth;

create trigger record after insert or update or delete on auth.account
    for each row execute function audit.record('user_id', '', '', 'salt,stored_key');
create trigger record after insert or update or delete on auth.role
    for each row execute function audit.record('id', '', '', '');
create trigger record after insert or update or delete on auth.role_grant
    for each row execute function audit.record('role_id', '', '', '');
create trigger record after insert or update or delete on auth.account_role
    for each row execute function audit.record('user_id', '', '', '');
create trigger record after insert or update or delete on auth.account_department
    for each row execute function audit.record('user_id', '', '', '');
create trigger record after insert or update on auth.station
    for each row execute function audit.record('id', '', '', 'public_key');

create function auth.check_credential(p_salt text, p_stored_key bytea) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    if p_salt !~ '^\$2b\$1[2-9]\$[./A-Za-z0-9]{21}[.Oeu]$' or length(p_stored_key) is distinct from 32 then
        raise exception 'The credential is malformed.' using errcode = 'HD422';
    end if;
end $$;

create function auth.keep_an_administrator() returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    -- one at a time: two who deactivate each other at the same moment would both find the other one still there
    perform 1 from auth.secret s for update;
    if not exists (
        select 1 from auth.account a
        join auth.account_role r on r.user_id = a.user_id
        join auth.role_grant g on g.role_id = r.role_id and g.module = 'roles' and g.act = 'edit'
        where not a.disabled) then
        raise exception 'Somebody must stay able to edit roles. Give that to another person first.' using errcode = 'HD422';
    end if;
end $$;

create function auth.create_account(p_user uuid, p_name text, p_employee_number text, p_salt text, p_stored_key bytea,
    p_roles uuid[], p_departments uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('users', 'create');
    perform auth.check_credential(p_salt, p_stored_key);
    if cardinality(p_roles) > 0 then
        perform auth.require('users', 'admin');
    end if;
    if exists (select 1 from auth.account a where a.name = lower(p_name)) then
        raise exception 'The user name “%” is taken. Choose another one.', lower(p_name) using errcode = 'HD409';
    end if;
    insert into auth.account (user_id, name, employee_number, salt, stored_key, must_change)
    values (p_user, lower(p_name), nullif(p_employee_number, ''), p_salt, p_stored_key, true);
    insert into auth.account_role (user_id, role_id) select p_user, unnest(p_roles);
    insert into auth.account_department (user_id, department_id) select p_user, unnest(p_departments);
end $$;

create function auth.set_account(p_user uuid, p_version integer, p_roles uuid[], p_departments uuid[],
    p_disabled boolean) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('users', 'admin');
    if p_user = auth.uid() then
        raise exception 'Nobody changes their own roles. Ask another administrator.' using errcode = 'HD403';
    end if;
    update auth.account a set disabled = p_disabled, version = version + 1, changed_at = clock_timestamp()
    where a.user_id = p_user and a.version = p_version;
    if not found then
        raise exception 'This account was changed by somebody else meanwhile. Read it again.' using errcode = 'HD409';
    end if;
    delete from auth.account_role r where r.user_id = p_user and r.role_id <> all (p_roles);
    insert into auth.account_role (user_id, role_id) select p_user, unnest(p_roles) on conflict do nothing;
    delete from auth.account_department d where d.user_id = p_user and d.department_id <> all (p_departments);
    insert into auth.account_department (user_id, department_id) select p_user, unnest(p_departments)
    on conflict do nothing;
    perform auth.keep_an_administrator();
    if p_disabled then
        update auth.session s set ended_at = clock_timestamp(), ended_reason = 'deactivated'
        where s.user_id = p_user and s.ended_at is null;
    end if;
end $$;

create function auth.set_password(p_user uuid, p_salt text, p_stored_key bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('users', 'edit');
    perform auth.check_credential(p_salt, p_stored_key);
    if p_user = auth.uid() then
        raise exception 'Change your own password with the old one, not here.' using errcode = 'HD403';
    end if;
    -- a reset must not be a way to rights that the resetting person lacks
    if exists (select 1 from auth.account_role r join auth.role_grant g on g.role_id = r.role_id
               where r.user_id = p_user and not auth.has(g.module, g.act)
                 and (g.module in ('users', 'roles', 'audit', 'clinical_audit'))) then
        perform auth.require('roles', 'edit');
    end if;
    update auth.account a set salt = p_salt, stored_key = p_stored_key, must_change = true,
        changed_at = clock_timestamp(), version = version + 1 where a.user_id = p_user;
    if not found then
        raise exception 'There is no such account.' using errcode = 'HD422';
    end if;
    update auth.session s set ended_at = clock_timestamp(), ended_reason = 'password reset'
    where s.user_id = p_user and s.ended_at is null;
end $$;

-- A person's own new password; the old one was proved by an attempt, committed before and not yet used.
create function auth.change_password(p_attempt uuid, p_salt text, p_stored_key bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp set client_min_messages = error as $$
declare
    v_attempt auth.attempt;
    v_challenge auth.challenge;
    v_account auth.account;
begin
    perform auth.enter();
    perform auth.check_credential(p_salt, p_stored_key);
    select * into v_attempt from auth.attempt a where a.id = p_attempt and a.station = session_user and not a.used
      and a.made_at > clock_timestamp() - interval '60 s' for update;
    if not found or v_attempt.xid = pg_current_xact_id() then
        raise exception 'This took too long. Try again.' using errcode = 'HD422';
    end if;
    update auth.attempt a set used = true where a.id = v_attempt.id;
    select * into v_challenge from auth.challenge c where c.id = v_attempt.challenge_id;
    select * into v_account from auth.account a where a.user_id = auth.uid();
    if v_attempt.refused_until is not null or v_challenge.user_id is distinct from v_account.user_id
       or sha256(auth.xor(v_attempt.proof, auth.hmac_sha256(v_account.stored_key,
              v_challenge.nonce || convert_to(session_user::text, 'UTF8')))) <> v_account.stored_key then
        return false;
    end if;
    delete from auth.failure f where f.name = v_challenge.name and f.station = session_user;
    update auth.account a set salt = p_salt, stored_key = p_stored_key, must_change = false,
        changed_at = clock_timestamp(), version = version + 1 where a.user_id = v_account.user_id;
    update auth.session s set ended_at = clock_timestamp(), ended_reason = 'password changed'
    where s.user_id = v_account.user_id and s.ended_at is null and s.id <> auth.sid();
    update auth.session s set limited = false where s.id = auth.sid() and s.limited;
    return true;
end $$;

create function auth.change_grants(p_role uuid, p_version integer, p_give text[], p_take text[]) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_version integer;
begin
    perform auth.require('roles', 'edit');
    if exists (select 1 from auth.account_role r where r.role_id = p_role and r.user_id = auth.uid()) then
        raise exception 'Nobody changes a role of their own. Ask another administrator.' using errcode = 'HD403';
    end if;
    if exists (select 1 from auth.grant_lock l
               where l.role_id = p_role and l.module || '.' || l.act = any (p_give || p_take)) then
        raise exception 'One of these permissions is fixed by the hospital and cannot be changed.' using errcode = 'HD403';
    end if;
    update auth.role r set version = version + 1 where r.id = p_role and r.version = p_version
    returning version into v_version;
    if v_version is null then
        raise exception 'This role was changed by somebody else meanwhile. Read it again.' using errcode = 'HD409';
    end if;
    delete from auth.role_grant g where g.role_id = p_role and g.module || '.' || g.act = any (p_take);
    insert into auth.role_grant (role_id, module, act)
    select p_role, p.module, p.act from auth.permission p where p.module || '.' || p.act = any (p_give)
    on conflict do nothing;
    perform auth.keep_an_administrator();
    return v_version;
end $$;

create function auth.accounts() returns table (user_id uuid, name text, employee_number text, disabled boolean,
    must_change boolean, roles uuid[], departments uuid[], last_sign_in_at timestamptz, last_sign_in_station text,
    signed_in_at text, version integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('users', 'view');
    return query
    select a.user_id, a.name, a.employee_number, a.disabled, a.must_change,
        coalesce((select array_agg(r.role_id) from auth.account_role r where r.user_id = a.user_id), '{}'),
        coalesce((select array_agg(d.department_id) from auth.account_department d where d.user_id = a.user_id), '{}'),
        l.created_at, l.code,
        (select t.code from auth.session s join auth.station t on t.id = s.station_id
         where s.user_id = a.user_id and s.ended_at is null and s.expires_at > clock_timestamp()
           and s.silent_at > clock_timestamp()
         order by s.last_seen_at desc limit 1),
        a.version
    from auth.account a left join lateral auth.last_session(a.user_id, 'infinity') l on true order by a.name;
end $$;

create function auth.roles() returns table (id uuid, name text, title text, description text, people bigint,
    version integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('users', 'view');
    return query select r.id, r.name, r.title, r.description,
        (select count(*) from auth.account_role ar join auth.account a on a.user_id = ar.user_id and not a.disabled
         where ar.role_id = r.id), r.version
    from auth.role r order by r.title;
end $$;

create function auth.grid(p_role uuid) returns table (module text, act text, clinical boolean, meaning text,
    granted boolean, fixed_because text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('roles', 'view');
    return query select p.module, p.act, p.clinical, p.meaning, g.role_id is not null, l.reason
    from auth.permission p
    left join auth.role_grant g on g.role_id = p_role and g.module = p.module and g.act = p.act
    left join auth.grant_lock l on l.role_id = p_role and l.module = p.module and l.act = p.act
    order by p.module, p.act;
end $$;

create function auth.stations() returns table (id uuid, code text, kind text, title text, location text, room text,
    enrolled_at timestamptz, revoked_at timestamptz, last_seen_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('stations', 'view');
    return query select t.id, t.code, t.kind, t.title, t.location, t.room, t.enrolled_at, t.revoked_at,
        (select max(s.last_seen_at) from auth.session s where s.station_id = t.id)
    from auth.station t order by t.code;
end $$;

-- How many people are signed in, cannot sign in because of wrong passwords, have not changed their first password.
create function auth.account_figures(out signed_in bigint, out locked bigint, out first_passwords bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('users', 'view');
    signed_in := (select count(distinct s.user_id) from auth.session s
                  where s.kind = 'person' and s.ended_at is null and s.expires_at > clock_timestamp()
                    and s.silent_at > clock_timestamp());
    locked := (select count(distinct a.user_id) from auth.failure f join auth.account a on a.name = f.name
               where f.locked_until > clock_timestamp() and not a.disabled);
    first_passwords := (select count(*) from auth.account a where a.must_change and not a.disabled);
end $$;

-- How many stations and boards there are, and how many are in use: a desk was heard from in the last five minutes,
-- a board renewed its session in time.
create function auth.station_figures(out stations bigint, out in_use bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('stations', 'view');
    stations := (select count(*) from auth.station t where t.revoked_at is null);
    in_use := (select count(distinct s.station_id) from auth.session s
             join auth.station t on t.id = s.station_id and t.revoked_at is null
             where s.ended_at is null and s.expires_at > clock_timestamp()
               and (s.kind = 'device' or s.last_seen_at > clock_timestamp() - interval '5 min'));
end $$;

-- This station's name for the window, and the room printed on calls made from it.
create function auth.my_station(out code text, out title text, out location text, out room text, out kind text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select t.code, t.title, t.location, t.room, t.kind from auth.station t
    where t.role_name = session_user and t.revoked_at is null
$$;
reset role;
