-- Orders: who may see, ask for, authorise and carry out what one department asks of another.
set role his_auth;
insert into auth.permission (module, act, clinical, meaning) values
    ('orders', 'view', true, 'see orders to and from the own departments'),
    ('orders', 'create', true, 'ask another department for care'),
    ('orders', 'approve', true, 'ask for a diagnostic request or a referral'),
    ('orders', 'edit', true, 'start, complete and cancel orders to the own departments');

insert into auth.role_grant (role_id, module, act)
select r.id, split_part(p, '.', 1), split_part(p, '.', 2)
from (values
    ('medical_admin', array['orders.view']),
    ('physician', array['orders.view', 'orders.create', 'orders.approve', 'orders.edit']),
    ('nurse', array['orders.view', 'orders.create', 'orders.edit']),
    ('ward_manager', array['orders.view']),
    ('therapist', array['orders.view', 'orders.edit']),
    -- they meet the person: names, and what a contrast medium or a glove may do
    ('laboratory', array['patients.view', 'allergies.view', 'orders.view', 'orders.edit']),
    ('radiology', array['patients.view', 'allergies.view', 'orders.view', 'orders.edit'])
) as g (name, permissions)
join auth.role r on r.name = g.name
cross join unnest(g.permissions) as p
on conflict do nothing;

insert into auth.grant_lock (role_id, module, act, reason)
select r.id, p.module, p.act, x.reason
from (values
    ('superadmin', 'administrators do not read records'),
    ('registration', 'clinical data stays with clinicians'),
    ('kiosk_patient', 'a kiosk has its own narrow view'),
    ('wall_board', 'a board has its own narrow view')
) as x (name, reason)
join auth.role r on r.name = x.name
join auth.permission p on p.module = 'orders';

insert into auth.relationship_kind (kind, module, act) values ('order', 'orders', 'view');

-- Departments in which somebody with an account has this permission: nothing is sent where nobody would see it.
create function auth.staffed(p_module text, p_act text) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return coalesce((
        select array_agg(distinct d.department_id) from auth.account_department d
        join auth.account a on a.user_id = d.user_id and not a.disabled
        join auth.account_role r on r.user_id = d.user_id
        join auth.role_grant g on g.role_id = r.role_id and g.module = p_module and g.act = p_act), '{}');
end $$;
grant execute on function auth.staffed to his_search;
reset role;

set role his_audit;
insert into audit.clinical_column (table_name, column_name) values
    ('clinical_order', 'title'), ('clinical_order', 'text'), ('clinical_order', 'completion_note'),
    ('clinical_order', 'cancelled_reason');
reset role;
