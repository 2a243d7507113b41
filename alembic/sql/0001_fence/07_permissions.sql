-- Permissions and roles as they come out of the box; the administrator changes grants in the program.
set role his_auth;
insert into auth.permission (module, act, clinical, meaning) values
    ('patients', 'view', false, 'find people and open their records'),
    ('patients', 'create', false, 'register a person'),
    ('patients', 'edit', false, 'change a person''s record'),
    ('patients', 'delete', false, 'deactivate a record, with a reason'),
    ('documents', 'view', false, 'see scanned cards and documents'),
    ('documents', 'create', false, 'add scanned cards and documents'),
    ('allergies', 'view', true, 'see allergies'),
    ('allergies', 'create', true, 'record an allergy, or that there are none'),
    ('allergies', 'edit', true, 'correct or refute a recorded allergy'),
    ('visits', 'view', false, 'see the queue of the own departments'),
    ('visits', 'create', false, 'add a person to a queue'),
    ('visits', 'edit', false, 'call, start, complete and cancel visits'),
    ('users', 'view', false, 'see accounts and their roles'),
    ('users', 'create', false, 'make an account'),
    ('users', 'edit', false, 'change an account, reset a password'),
    ('users', 'admin', false, 'give and take roles'),
    ('roles', 'view', false, 'see what each role may do'),
    ('roles', 'edit', false, 'change what each role may do'),
    ('departments', 'create', false, 'add a department'),
    ('departments', 'edit', false, 'change a department'),
    ('stations', 'view', false, 'see the stations'),
    ('audit', 'view', false, 'see who did what'),
    ('audit', 'export', false, 'export the audit'),
    ('clinical_audit', 'view', true, 'see clinical values in the audit');

insert into auth.role (id, name, title, description)
select ('00000000-0000-7000-8000-0000000010' || lpad(to_hex(n), 2, '0'))::uuid, name, title, description
from (values
    (1, 'superadmin', 'Superadmin', 'Users, roles, stations, departments, audit; no clinical data'),
    (2, 'facility_head', 'Facility head', 'Every module''s figures and lists, without editing'),
    (3, 'medical_admin', 'Medical administrator', 'Clinical oversight'),
    (4, 'physician', 'Physician', 'Consulting room'),
    (5, 'nurse', 'Nurse', 'Desk, triage and ward'),
    (6, 'registration', 'Registration', 'Front desk'),
    (7, 'laboratory', 'Laboratory', 'Laboratory department'),
    (8, 'radiology', 'Radiology', 'Radiology department'),
    (9, 'pharmacy', 'Pharmacy', 'Pharmacy window'),
    (10, 'cashier', 'Cashier', 'Cash desk'),
    (11, 'hr', 'HR', 'Human resources office'),
    (12, 'helpdesk', 'Helpdesk', 'Password resets'),
    (13, 'quality', 'Quality', 'Quality office'),
    (14, 'satisfaction', 'Satisfaction', 'Patient satisfaction office'),
    (15, 'maintenance', 'Maintenance', 'Technical department'),
    (16, 'ward_manager', 'Ward manager', 'Ward'),
    (17, 'therapist', 'Therapist', 'Physiotherapy and other therapies'),
    (18, 'housekeeping', 'Housekeeping', 'Cleaning tasks'),
    (19, 'porter', 'Porter', 'Transport tasks'),
    (20, 'privacy_officer', 'Privacy officer', 'Audit with clinical values'),
    (21, 'kiosk_patient', 'Patient at a kiosk', 'Own check-in only'),
    (22, 'wall_board', 'Wall board', 'Bed and queue boards; no person signs in')
) as r (n, name, title, description);

insert into auth.role_grant (role_id, module, act)
select r.id, split_part(p, '.', 1), split_part(p, '.', 2)
from (values
    ('superadmin', array['users.view', 'users.create', 'users.edit', 'users.admin', 'roles.view', 'roles.edit',
        'departments.create', 'departments.edit', 'stations.view', 'audit.view', 'audit.export']),
    ('facility_head', array['visits.view', 'users.view', 'stations.view']),
    ('medical_admin', array['patients.view', 'allergies.view', 'visits.view']),
    ('physician', array['patients.view', 'documents.view', 'allergies.view', 'allergies.create', 'allergies.edit',
        'visits.view', 'visits.create', 'visits.edit']),
    ('nurse', array['patients.view', 'patients.edit', 'documents.view', 'allergies.view', 'allergies.create',
        'visits.view', 'visits.create', 'visits.edit']),
    ('registration', array['patients.view', 'patients.create', 'patients.edit', 'patients.delete', 'documents.view',
        'documents.create', 'visits.view', 'visits.create', 'visits.edit']),
    ('helpdesk', array['users.view', 'users.edit', 'stations.view']),
    ('ward_manager', array['patients.view', 'allergies.view', 'visits.view']),
    ('therapist', array['patients.view', 'allergies.view', 'visits.view', 'visits.edit']),
    ('privacy_officer', array['audit.view', 'audit.export', 'clinical_audit.view', 'users.view', 'roles.view',
        'stations.view'])
) as g (name, permissions)
join auth.role r on r.name = g.name
cross join unnest(g.permissions) as p;

insert into auth.grant_lock (role_id, module, act, reason)
select r.id, p.module, p.act, x.reason
from (values
    ('superadmin', array['users', 'roles'], 'somebody must be able to administer'),
    ('superadmin', array['allergies', 'clinical_audit', 'documents', 'patients'], 'administrators do not read records'),
    ('kiosk_patient', array['users', 'roles', 'audit', 'clinical_audit', 'stations', 'patients', 'visits', 'allergies',
        'documents', 'departments'], 'a kiosk has its own narrow view'),
    ('wall_board', array['users', 'roles', 'audit', 'clinical_audit', 'stations', 'patients', 'visits', 'allergies',
        'documents', 'departments'], 'a board has its own narrow view'),
    ('registration', array['allergies', 'clinical_audit'], 'clinical data stays with clinicians')
) as x (name, modules, reason)
join auth.role r on r.name = x.name
join auth.permission p on p.module = any (x.modules);

insert into auth.relationship_kind (kind, module, act) values ('visit', 'visits', 'view');
reset role;

set role his_audit;
-- what is typed about a person's health or about a record counts, reasons and titles among it
insert into audit.clinical_column (table_name, column_name) values
    ('allergy', 'substance'), ('allergy', 'code'), ('allergy', 'category'), ('allergy', 'reaction'),
    ('allergy', 'severity'), ('allergy', 'status_reason'), ('allergy_declaration', 'state'), ('document', 'title'),
    ('patient', 'gender'), ('patient', 'ethnicity'), ('patient', 'blood_group'), ('patient', 'history'),
    ('patient', 'notes'), ('patient', 'status_reason'), ('visit', 'reason'), ('visit', 'cancelled_reason');
reset role;
