"""What the catalogue says about our tables, functions and grants; each check returns the names that break a rule."""

from __future__ import annotations

import sqlalchemy as sa

# Tables that stations reach only through functions, or that hold no hospital data: what each is exempt from, and why.
# A table that is not here has row security enabled and forced, policies, and the trigger of audit and outbox.
INFRASTRUCTURE: dict[str, dict[str, str]] = {
    "app.outbox": {
        "policies": "no station has a grant; the relay must see every row",
        "record": "it is what the trigger writes: keys only, kept until published",
    },
    "app.op_done": {
        "policies": "no station has a grant; app.op_start and app.op_finish show each person their own",
        "record": "it repeats the result of a write that is recorded itself",
    },
    "app.care_relationship": {"record": "triggers derive it from rows that are recorded themselves"},
    "app.ticket_counter": {
        "policies": "no station has a grant; app.number_visit counts",
        "record": "the visit that carries the number is recorded",
    },
    "app.mrn_issued": {
        "policies": "no station has a grant; app.next_mrn writes it",
        "record": "it is itself the list of who was given which number, and is never changed",
    },
    "app.name_word": {
        "policies": "no station has a grant; only the search, which bypasses row security, reads it",
        "record": "a vocabulary derived from names that are recorded themselves",
    },
    "app.icd10": {
        "policies": "no station has a grant; app.find_icd10 answers",
        "record": "a published list, taken over at set-up",
    },
    "app.icd10_word": {
        "policies": "no station has a grant; only app.find_icd10 reads it",
        "record": "the words of a published list",
    },
    "app.prescription_draft": {"record": "what is not issued yet, seen by its author alone; the issue is recorded"},
    "app.schema_version": {
        "policies": "it names the schema's version, which the sign-in window shows",
        "record": "written by migrations only",
    },
    "auth.setting": {"policies": "no grants in auth", "record": "changed by migrations only"},
    "auth.secret": {"policies": "no grants in auth", "record": "made once by a migration"},
    "auth.station": {"policies": "no grants in auth; functions show what each may see"},
    "auth.station_department": {"policies": "no grants in auth", "record": "written when a station is enrolled"},
    "auth.account": {"policies": "no grants in auth; functions show what each may see"},
    "auth.role": {"policies": "no grants in auth; functions show what each may see"},
    "auth.role_grant": {"policies": "no grants in auth; functions show what each may see"},
    "auth.account_role": {"policies": "no grants in auth; functions show what each may see"},
    "auth.account_department": {"policies": "no grants in auth; functions show what each may see"},
    "auth.permission": {"policies": "no grants in auth", "record": "changed by migrations only"},
    "auth.grant_lock": {"policies": "no grants in auth", "record": "changed by migrations only"},
    "auth.relationship_kind": {"policies": "no grants in auth", "record": "changed by migrations only"},
    "auth.challenge": {"policies": "no grants in auth", "record": "one try to sign in; its outcome is noted"},
    "auth.attempt": {"policies": "no grants in auth", "record": "one try to sign in; its outcome is noted"},
    "auth.failure": {"policies": "no grants in auth", "record": "counts refusals, each of which is noted"},
    "auth.session": {"policies": "no grants in auth", "record": "its begin and end are noted"},
    "auth.meter": {"policies": "no grants in auth", "record": "a rate limit's counter"},
    "auth.opening": {"policies": "no grants in auth", "record": "each opening is noted"},
    "auth.confirmation": {"policies": "no grants in auth", "record": "each confirmation is noted"},
    "auth.ask": {"policies": "no grants in auth", "record": "each search is noted"},
    "auth.data_key": {"policies": "no grants in auth", "record": "made once; wrapped for the server's key"},
    "auth.station_key": {"policies": "no grants in auth", "record": "written when a station is enrolled"},
    "audit.log": {"policies": "no grants in audit; audit.entries shows it", "record": "it is the record"},
    "audit.clinical_column": {"policies": "no grants in audit", "record": "changed by migrations only"},
}

# Foreign keys without an index of their own, and why none is needed.
BARE_FOREIGN_KEYS: dict[str, str] = {
    "app.clinical_order.clinical_order_visit_id_fkey": "visits are never deleted and their keys never change",
    "app.admission_request.admission_request_bed_id_fkey": "beds are never deleted and their keys never change",
    "app.admission_request.admission_request_doctor_id_fkey": "staff are never deleted and their keys never change",
    "app.admission_request.admission_request_from_visit_id_fkey": "visits are never deleted",
    "app.admission_request.admission_request_mother_id_fkey": "people are never deleted and their keys never change",
    "app.visit.visit_doctor_id_fkey": "staff are never deleted and their keys never change",
    "app.note_addendum.note_addendum_author_id_fkey": "staff are never deleted and their keys never change",
    "app.diagnosis.diagnosis_code_fkey": "codes are never deleted and never change",
    "app.prescription.prescription_clinic_id_fkey": "departments are never deleted and their keys never change",
    "app.prescription_override.prescription_override_allergy_id_fkey": "allergies are never deleted",
    "app.prescription_override.prescription_override_confirmed_by_fkey": "staff are never deleted",
    "app.prescription_draft.prescription_draft_author_id_fkey": "staff are never deleted",
    "app.prescription_draft.prescription_draft_patient_id_fkey": "people are never deleted",
    "app.prescription_draft.prescription_draft_visit_id_fkey": "visits are never deleted",
    "auth.confirmation.confirmation_user_id_fkey": "accounts are never deleted",
    "auth.station_key.station_key_purpose_version_fkey": "a handful of rows",
    "auth.role_grant.role_grant_module_act_fkey": "permissions are deleted by migrations only",
    "auth.grant_lock.grant_lock_module_act_fkey": "permissions are deleted by migrations only",
    "auth.relationship_kind.relationship_kind_module_act_fkey": "permissions are deleted by migrations only",
    "auth.session.session_station_id_fkey": "stations are never deleted; open sessions are indexed by name",
    "auth.opening.opening_session_id_fkey": "sessions are never deleted; open charts are indexed",
}

# Text in tables about people that is not clinical: whoever may read the audit reads it there.
NOT_CLINICAL: dict[str, str] = {
    "admission_request": "urgency status",
    "allergy": "status",
    "diagnosis": "status",
    "clinical_order": "kind priority status",
    "discharge_item": "item status",
    "document": "kind media_type source",
    "emergency_contact": "name relation phone",
    "insurance_policy": "payer plan subscriber details",
    "note": "status",
    "note_addendum": "kind",
    "patient": "mrn family_name family_key given_names given_key preferred_name title sex language phone"
    " phone_digits_rev phone_2 phone_2_digits_rev email street city region postcode country status",
    "patient_identifier": "kind issuing_state",
    "patient_name": "use family_name family_key given_names given_key words",
    "prescription": "anonymous_name status",
    "prescription_line": "status",
    "prescription_override": "outcome",
    "related_person": "relationship",
    "stay": "status",
    "vital_signs": "status",
    "visit": "anonymous_name anonymous_phone ticket priority status called_room",
}

_SCHEMAS = "('app', 'auth', 'audit')"


def _names(connection: sa.Connection, sql: str) -> set[str]:
    return set(connection.exec_driver_sql(sql).scalars())


def tables(connection: sa.Connection) -> set[str]:
    return _names(
        connection,
        f"select schemaname || '.' || tablename from pg_tables where schemaname in {_SCHEMAS}",
    )


def exempt(rule: str) -> set[str]:
    return {table for table, reasons in INFRASTRUCTURE.items() if rule in reasons}


def without_forced_policies(connection: sa.Connection) -> set[str]:
    """Tables without row security, enabled and forced, and at least a policy for reading."""
    return _names(
        connection,
        f"""select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in {_SCHEMAS} and c.relkind in ('r', 'p') and not (
                c.relrowsecurity and c.relforcerowsecurity
                and exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polcmd in ('r', '*')))""",
    ) - exempt("policies")


def without_record(connection: sa.Connection) -> set[str]:
    """Tables without the enabled trigger that writes audit and outbox for every insert and update."""
    return _names(
        connection,
        f"""select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in {_SCHEMAS} and c.relkind in ('r', 'p') and not exists (
                select 1 from pg_trigger t where t.tgrelid = c.oid and t.tgfoid = 'audit.record()'::regprocedure
                    and t.tgenabled in ('O', 'A') and t.tgtype & 1 = 1 and t.tgtype & 2 = 0
                    and t.tgtype & 4 = 4 and t.tgtype & 16 = 16)""",
    ) - exempt("record")


def policies_that_call_too_often(connection: sa.Connection) -> set[str]:
    """Policies that ask auth.* outside a sub-select, which would run for every row."""
    return {
        name
        for name, text in connection.exec_driver_sql(
            """select schemaname || '.' || tablename || '.' || policyname, coalesce(qual, '') || ' ' ||
                   coalesce(with_check, '') from pg_policies"""
        )
        if text.count("auth.") != text.count("( SELECT auth.")
    }


def definers_without_path(connection: sa.Connection) -> set[str]:
    """Functions that run as their owner and do not pin `search_path = pg_catalog, pg_temp`."""
    return _names(
        connection,
        f"""select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname in {_SCHEMAS} and p.prosecdef
                and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false)""",
    )


def triggers_without_path(connection: sa.Connection) -> set[str]:
    """Trigger functions that do not pin their path, whoever they run as."""
    return _names(
        connection,
        f"""select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname in {_SCHEMAS} and p.prorettype = 'trigger'::regtype
                and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false)""",
    )


def callable_by_everybody(connection: sa.Connection) -> set[str]:
    return _names(
        connection,
        f"""select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname in ('ext', {_SCHEMAS[1:-1]}) and has_function_privilege('public', p.oid, 'execute')""",
    )


def too_much_granted(connection: sa.Connection) -> set[str]:
    """Table-level rights beyond SELECT that a station has, by any way, and any right of everybody's."""
    return _names(
        connection,
        f"""select n.nspname || '.' || c.relname || ': ' || p.privilege
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            cross join unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p (privilege)
            where n.nspname in {_SCHEMAS} and c.relkind in ('r', 'p', 'v', 'm')
                and has_table_privilege('app_station', c.oid, p.privilege)
            union all
            select n.nspname || '.' || c.relname || ': everybody' from pg_class c
            join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
            where n.nspname in {_SCHEMAS} and a.grantee = 0
            union all
            select n.nspname || '.' || c.relname || ': sequence' from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in {_SCHEMAS}
                and case when c.relkind = 'S' then has_sequence_privilege('app_station', c.oid, 'usage') end
            union all
            select 'schema ' || n.nspname || ': create' from pg_namespace n
            where has_schema_privilege('app_station', n.oid, 'create')""",
    )


def readable_outside_app(connection: sa.Connection) -> set[str]:
    """Tables of auth and audit that a station could read."""
    return _names(
        connection,
        """select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname in ('auth', 'audit') and c.relkind in ('r', 'p', 'v', 'm')
               and (has_table_privilege('app_station', c.oid, 'select')
                    or has_any_column_privilege('app_station', c.oid, 'select'))""",
    )


def server_columns_granted(connection: sa.Connection) -> set[str]:
    """Columns that say who or when, or are computed, and that a station may nevertheless write."""
    return _names(
        connection,
        """select table_name || '.' || column_name || ': ' || privilege_type
           from information_schema.column_privileges
           where grantee = 'app_station' and table_schema = 'app' and privilege_type in ('INSERT', 'UPDATE')
               and (column_name ~ '_(by|key|rev)$' or column_name in ('registered_at', 'recorded_at', 'arrived_at',
                    'called_at', 'started_at', 'completed_at', 'cancelled_at', 'asked_at', 'captured_at', 'saved_at',
                    'signed_at', 'written_at', 'seen_at', 'author_id', 'number', 'ticket', 'day', 'deceased_on',
                    'words')
                    or privilege_type = 'UPDATE' and column_name in ('id', 'patient_id', 'department_id',
                        'from_department_id', 'to_department_id', 'visit_id', 'mrn'))""",
    )


def foreign_keys_without_index(connection: sa.Connection) -> set[str]:
    return _names(
        connection,
        f"""select n.nspname || '.' || c.relname || '.' || k.conname
            from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
            where k.contype = 'f' and n.nspname in {_SCHEMAS} and not exists (
                select 1 from pg_index i where i.indrelid = k.conrelid and i.indpred is null
                    and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)""",
    ) - set(BARE_FOREIGN_KEYS)


def owned_by_others(connection: sa.Connection) -> set[str]:
    """Tables and functions that no house owner owns, or that somebody who can log in does."""
    return _names(
        connection,
        f"""select n.nspname || '.' || o.name || ' is ' || r.rolname || '''s' from (
                select c.relnamespace, c.relname as name, c.relowner as owner
                from pg_class c where c.relkind in ('r', 'S')
                union all select p.pronamespace, p.proname || '()', p.proowner from pg_proc p) o
            join pg_namespace n on n.oid = o.relnamespace join pg_roles r on r.oid = o.owner
            where n.nspname in {_SCHEMAS} and o.name <> 'schema_version'
                and (r.rolcanlogin or r.rolname not in ('his_owner', 'his_auth', 'his_audit', 'his_search'))""",
    )


_TEXT_ABOUT_PEOPLE = """
    select c.relname || '.' || a.attname
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    join pg_type t on t.oid = a.atttypid
    where n.nspname = 'app' and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
        and (t.typcategory = 'S' or t.typelem = 'text'::regtype or t.typname in ('json', 'jsonb', 'xml'))
        and exists (select 1 from pg_trigger r where r.tgrelid = c.oid and r.tgfoid = 'audit.record()'::regprocedure)
        and (c.relname = 'patient' or exists (select 1 from pg_attribute p
             where p.attrelid = c.oid and p.attname = 'patient_id' and not p.attisdropped))"""


def not_clinical() -> set[str]:
    return {f"{table}.{column}" for table, columns in NOT_CLINICAL.items() for column in columns.split()}


def clinical_columns(connection: sa.Connection) -> set[str]:
    """What the audit hides from administrators."""
    return _names(connection, "select table_name || '.' || column_name from audit.clinical_column")


def clinical_columns_that_do_not_exist(connection: sa.Connection) -> set[str]:
    return clinical_columns(connection) - _names(
        connection,
        "select table_name || '.' || column_name from information_schema.columns where table_schema = 'app'",
    )


def text_about_people_nobody_judged(connection: sa.Connection) -> set[str]:
    """Text of tables that hang on a person and are audited, neither clinical nor named as not clinical."""
    return _names(connection, _TEXT_ABOUT_PEOPLE) - clinical_columns(connection) - not_clinical()


def text_judged_in_vain(connection: sa.Connection) -> set[str]:
    """Columns named as not clinical that do not exist, or that the audit hides all the same."""
    return not_clinical() - (_names(connection, _TEXT_ABOUT_PEOPLE) - clinical_columns(connection))


def permissions_without_lock(connection: sa.Connection) -> set[str]:
    """Permissions that a role could be given by mistake: any for kiosks and boards, clinical ones for administrators
    and registration."""
    return _names(
        connection,
        """select r.name || ': ' || p.module || '.' || p.act from auth.role r cross join auth.permission p
           where (r.name in ('kiosk_patient', 'wall_board')
                  or r.name in ('superadmin', 'registration') and p.clinical)
               and not exists (select 1 from auth.grant_lock l
                   where (l.role_id, l.module, l.act) = (r.id, p.module, p.act))""",
    )
