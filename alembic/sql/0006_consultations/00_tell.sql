-- A change that is told to whoever shows the row, and is no record yet.
set role his_audit;
-- Arguments: column with the key, with the patient, with the department ('' where there is none).
create function audit.tell() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_row jsonb := to_jsonb(new);
begin
    insert into app.outbox (table_name, key, operation, version, department_id, patient_id)
    values (tg_table_name, (v_row ->> tg_argv[0])::uuid, left(tg_op, 1), (v_row ->> 'version')::integer,
            (v_row ->> tg_argv[2])::uuid, (v_row ->> tg_argv[1])::uuid);
    return null;
end $$;
grant execute on function audit.tell to his_owner;
reset role;
