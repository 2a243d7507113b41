-- Shorthand for every table that stations reach: row security forced, the trigger of audit and outbox attached.
set role his_owner;

-- A version counts up by one, whatever the station writes: a leap to the greatest integer would end all changes.
create function app.next_version() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    new.version := old.version + 1;
    return new;
end $$;

create procedure app.fence(p_table text, p_patient text, p_department text, p_hashed text)
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    execute format('alter table app.%I enable row level security', p_table);
    execute format('alter table app.%I force row level security', p_table);
    execute format('create trigger record after insert or update on app.%I for each row '
                   'execute function audit.record(%L, %L, %L, %L)', p_table, 'id', p_patient, p_department, p_hashed);
    execute format('create trigger b_version before update on app.%I for each row '
                   'when (new.version <> old.version + 1 and session_user like ''st\_%%'') '
                   'execute function app.next_version()', p_table);
    execute format('grant select on app.%I to app_station, his_search', p_table);
end $$;
reset role;
