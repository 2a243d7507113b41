-- Beds, admissions and cleaning: who may see, ask for, decide and clean.
set role his_auth;
insert into auth.permission (module, act, clinical, meaning) values
    ('beds', 'view', false, 'see the beds of the house, and who lies in those of the own wards'),
    ('beds', 'edit', false, 'close, block and open beds, send somebody to clean'),
    ('beds', 'admin', false, 'set up rooms and beds'),
    ('admissions', 'view', true, 'see who waits for a bed of the own wards'),
    ('admissions', 'create', true, 'ask for an admission'),
    ('admissions', 'edit', true, 'assign beds, admit, transfer and discharge'),
    ('cleaning', 'view', false, 'see cleaning tasks: the own ones, or those of the own wards with beds.edit'),
    ('cleaning', 'edit', false, 'take, start and finish the own cleaning tasks');

insert into auth.role_grant (role_id, module, act)
select r.id, split_part(p, '.', 1), split_part(p, '.', 2)
from (values
    ('facility_head', array['beds.view']),
    ('medical_admin', array['beds.view', 'admissions.view']),
    ('physician', array['beds.view', 'admissions.view', 'admissions.create']),
    ('nurse', array['beds.view', 'beds.edit', 'admissions.view', 'admissions.edit', 'cleaning.view']),
    ('ward_manager', array['beds.view', 'beds.edit', 'beds.admin', 'admissions.view', 'admissions.create',
        'admissions.edit', 'cleaning.view']),
    ('housekeeping', array['cleaning.view', 'cleaning.edit'])
) as g (name, permissions)
join auth.role r on r.name = g.name
cross join unnest(g.permissions) as p
on conflict do nothing;

insert into auth.grant_lock (role_id, module, act, reason)
select r.id, p.module, p.act, x.reason
from (values
    ('superadmin', array['admissions'], 'administrators do not read records'),
    ('registration', array['admissions'], 'clinical data stays with clinicians'),
    ('kiosk_patient', array['beds', 'admissions', 'cleaning'], 'a kiosk has its own narrow view'),
    ('wall_board', array['beds', 'admissions', 'cleaning'], 'a board has its own narrow view')
) as x (name, modules, reason)
join auth.role r on r.name = x.name
join auth.permission p on p.module = any (x.modules);

insert into auth.relationship_kind (kind, module, act) values
    ('stay', 'beds', 'view'), ('admission', 'admissions', 'view');

-- Who cleans: people of the role, their wards, and whether they are signed in somewhere.
create function auth.cleaners() returns table (user_id uuid, departments uuid[], signed_in boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select a.user_id,
        coalesce((select array_agg(d.department_id) from auth.account_department d where d.user_id = a.user_id), '{}'),
        exists (select 1 from auth.session s where s.user_id = a.user_id and s.ended_at is null
                and s.expires_at > clock_timestamp() and s.silent_at > clock_timestamp())
    from auth.account a
    where not a.disabled and exists (select 1 from auth.account_role r join auth.role x on x.id = r.role_id
                                     where r.user_id = a.user_id and x.name = 'housekeeping')
$$;
grant execute on function auth.cleaners to his_search;
reset role;

set role his_audit;
insert into audit.clinical_column (table_name, column_name) values
    ('admission_request', 'reason'), ('admission_request', 'isolation'), ('admission_request', 'equipment'),
    ('admission_request', 'cancelled_reason'), ('stay', 'end_reason'), ('stay', 'discharged_to'),
    ('discharge_item', 'note');
reset role;
