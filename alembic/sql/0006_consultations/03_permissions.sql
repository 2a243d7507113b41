-- Who reads, writes and corrects notes and diagnoses.
set role his_auth;
insert into auth.permission (module, act, clinical, meaning) values
    ('notes', 'view', true, 'read signed notes, diagnoses and the problem list'),
    ('notes', 'create', true, 'write and sign notes, add addenda, record diagnoses'),
    ('notes', 'edit', true, 'resolve problems, and mark diagnoses entered in error');

insert into auth.role_grant (role_id, module, act)
select r.id, 'notes', a.act
from (values ('physician', array['view', 'create', 'edit']), ('nurse', array['view']), ('therapist', array['view']),
             ('medical_admin', array['view'])) as g (name, acts)
join auth.role r on r.name = g.name cross join unnest(g.acts) as a (act);

insert into auth.grant_lock (role_id, module, act, reason)
select r.id, 'notes', p.act, x.reason
from (values
    ('superadmin', 'administrators do not read records'),
    ('kiosk_patient', 'a kiosk has its own narrow view'),
    ('wall_board', 'a board has its own narrow view'),
    ('registration', 'clinical data stays with clinicians')
) as x (name, reason)
join auth.role r on r.name = x.name join auth.permission p on p.module = 'notes';

insert into auth.relationship_kind (kind, module, act) values ('note', 'notes', 'create');
reset role;

set role his_audit;
insert into audit.clinical_column (table_name, column_name)
select 'note', c from unnest('{subjective,objective,assessment,plan,treatment,diagnoses}'::text[]) c
union all
values ('note_addendum', 'reason'), ('note_addendum', 'text'), ('diagnosis', 'code'), ('diagnosis', 'title'),
    ('diagnosis', 'status_reason');
reset role;
