-- The hospital itself, its departments, its staff: no patients in them, so the permission alone decides.
set role his_owner;

create table app.hospital (
    id uuid primary key,
    name text not null,
    time_zone text not null default 'UTC',
    currency text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
    helpdesk text not null default '',
    version integer not null default 1
);
create unique index hospital_is_one on app.hospital ((true));
call app.fence('hospital', '', '', '');
create policy read on app.hospital for select to app_station using ((select auth.sid()) is not null);

create table app.department (
    id uuid primary key,
    code text not null unique check (code ~ '^[A-Z0-9]{2,8}$'),
    name text not null check (length(name) between 1 and 80),
    ticket_letter text not null check (ticket_letter ~ '^[A-Z]{1,2}$'),
    kind text not null check (kind in ('clinic', 'ward', 'service', 'office')),
    location text not null default '',
    description text not null default '',
    active boolean not null default true,
    version integer not null default 1
);
create unique index department_letter on app.department (ticket_letter) where kind = 'clinic' and active;
call app.fence('department', '', 'id', '');
create policy read on app.department for select to app_station using ((select auth.sid()) is not null);
create policy make on app.department for insert to app_station with check ((select auth.has('departments', 'create')));
create policy change on app.department for update to app_station using ((select auth.has('departments', 'edit')));
grant insert (id, code, name, ticket_letter, kind, location, description) on app.department to app_station;
grant update (name, ticket_letter, kind, location, description, active, version) on app.department to app_station;

create table app.staff (
    id uuid primary key,
    employee_number text unique,
    family_name text not null check (length(family_name) between 1 and 100),
    given_names text not null check (length(given_names) <= 100),
    title text not null default '',
    email text not null default '',
    sex text not null default 'unknown' check (sex in ('female', 'male', 'other', 'unknown')),
    phone text not null default '',
    location text not null default '',
    status text not null default 'on duty' check (status in ('on duty', 'off duty', 'on leave', 'left')),
    specialisation text not null default '',
    qualification text not null default '',
    experience_years integer check (experience_years between 0 and 80),
    fee_amount numeric(12, 2) check (fee_amount >= 0),
    fee_currency text check (fee_currency ~ '^[A-Z]{3}$'),
    active boolean not null default true,
    version integer not null default 1,
    check ((fee_amount is null) = (fee_currency is null))
);
call app.fence('staff', '', '', '');
create policy read on app.staff for select to app_station using ((select auth.signed_in()));
create policy make on app.staff for insert to app_station with check ((select auth.has('users', 'create')));
create policy change on app.staff for update to app_station using ((select auth.has('users', 'edit')));
grant insert (id, employee_number, family_name, given_names, title, email, sex, phone, location, status,
    specialisation, qualification, experience_years, fee_amount, fee_currency) on app.staff to app_station;
grant update (employee_number, family_name, given_names, title, email, sex, phone, location, status, specialisation,
    qualification, experience_years, fee_amount, fee_currency, active, version) on app.staff to app_station;

-- Where each doctor works, for lists of whom a person can be sent to: names only, no accounts.
create function app.doctors(p_department uuid default null)
returns table (id uuid, family_name text, given_names text, title text, specialisation text, department_id uuid,
    status text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.require('visits', 'view');
    return query
    select s.id, s.family_name, s.given_names, s.title, s.specialisation, d.department_id, s.status
    from auth.doctor_departments() d join app.staff s on s.id = d.user_id and s.active
    where p_department is null or d.department_id = p_department
    order by s.family_name, s.given_names;
end $$;

create function app.staff_name(p_staff uuid) returns text language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
    select btrim(concat_ws(' ', nullif(s.title, ''), s.given_names, s.family_name)) from app.staff s where s.id = p_staff
$$;
grant execute on function app.staff_name to his_audit;

create function app.today() returns date language sql stable parallel safe security definer
set search_path = pg_catalog, pg_temp as $$
    select (clock_timestamp() at time zone coalesce((select h.time_zone from app.hospital h), 'UTC'))::date
$$;
grant execute on function app.today to app_station, his_search, his_auth;
grant execute on function app.doctors to app_station;
reset role;
alter function app.doctors owner to his_search;
alter function app.today owner to his_search;
alter function app.staff_name owner to his_search;

set role his_auth;
create function auth.doctor_departments() returns table (user_id uuid, department_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select d.user_id, d.department_id from auth.account_department d
    join auth.account a on a.user_id = d.user_id and not a.disabled
    where exists (select 1 from auth.account_role r join auth.role x on x.id = r.role_id and x.name = 'physician'
                  where r.user_id = d.user_id)
$$;
grant execute on function auth.doctor_departments to his_search;

-- The employee number is also a name to sign in with: it follows the staff file.
create function auth.follow_employee_number() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update auth.account a set employee_number = new.employee_number, version = version + 1 where a.user_id = new.id;
    return null;
end $$;
grant execute on function auth.follow_employee_number to his_owner;
reset role;
create trigger follow_employee_number after update of employee_number on app.staff for each row
    when (old.employee_number is distinct from new.employee_number) execute function auth.follow_employee_number();
