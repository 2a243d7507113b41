-- Notes of a consultation, what is added to them later, and a person's diagnoses and problems.
set role his_owner;

-- A draft is its author's alone and follows them to any room. Signed, it is everybody's who may read notes, and locked.
-- `diagnoses` is what the author coded: [{"code", "title", "problem"}], copied into app.diagnosis when signed.
create table app.note (
    id uuid primary key,
    patient_id uuid not null references app.patient,
    visit_id uuid not null references app.visit,
    author_id uuid not null default auth.uid() references app.staff,
    status text not null default 'draft' check (status in ('draft', 'signed', 'discarded')),
    subjective text not null default '' check (length(subjective) <= 20000),
    objective text not null default '' check (length(objective) <= 20000),
    assessment text not null default '' check (length(assessment) <= 20000),
    plan text not null default '' check (length(plan) <= 20000),
    treatment text not null default '' check (length(treatment) <= 20000),
    diagnoses jsonb not null default '[]' check (jsonb_typeof(diagnoses) = 'array' and jsonb_array_length(diagnoses) <= 50),
    next_visit_on date check (next_visit_on between '0001-01-01' and '9999-12-31'),
    started_at timestamptz not null default clock_timestamp(),
    saved_at timestamptz not null default clock_timestamp(),
    signed_at timestamptz,
    version integer not null default 1,
    check ((status = 'signed') = (signed_at is not null)),
    check (status <> 'signed' or subjective || objective || assessment || plan || treatment ~ '\S' or diagnoses <> '[]')
);
create index note_visit on app.note (visit_id);
create index note_author on app.note (author_id, signed_at);
-- what comes after signing is an addendum
create unique index note_once on app.note (visit_id, author_id) where status <> 'discarded';
create index note_patient on app.note (patient_id);
call app.fence('note', 'patient_id', '', '');
-- Every few seconds of typing would be a row of the audit, with the whole text: it begins with the signature. That there
-- is a newer draft is told all the same, to its author in another room.
drop trigger record on app.note;
create trigger record after insert or update on app.note for each row when (new.status <> 'draft')
    execute function audit.record('id', 'patient_id', '', '');
create trigger tell after insert or update on app.note for each row when (new.status = 'draft')
    execute function audit.tell('id', 'patient_id', '');
create policy read on app.note for select to app_station using (
    (select auth.has('notes', 'view'))
    and (patient_id = any ((select auth.charts())::uuid[])
         or exists (select 1 from app.care_relationship r where r.patient_id = note.patient_id))
    and (status = 'signed' or author_id = (select auth.uid())));
create policy make on app.note for insert to app_station with check (
    (select auth.has('notes', 'create')) and patient_id = any ((select auth.charts())::uuid[])
    and author_id = (select auth.uid()));
-- the last words of a draft are saved while the record is being closed: the draft itself is a reason to know the person
create policy change on app.note for update to app_station using (
    (select auth.has('notes', 'create')) and author_id = (select auth.uid())
    and (patient_id = any ((select auth.charts())::uuid[])
         or exists (select 1 from app.care_relationship r where r.patient_id = note.patient_id)));
grant insert (id, patient_id, visit_id, subjective, objective, assessment, plan, treatment, diagnoses, next_visit_on)
    on app.note to app_station;
grant update (status, subjective, objective, assessment, plan, treatment, diagnoses, next_visit_on, version)
    on app.note to app_station;

-- What somebody signed is as it was signed, whoever asks: also the server's own programs and a restored role.
create function app.lock_note() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'DELETE' or old.status <> 'draft' then
        raise exception 'A signed note is not changed. Write an addendum.' using errcode = 'HD409';
    end if;
    return new;
end $$;
create trigger a_lock before update or delete on app.note for each row execute function app.lock_note();

-- A note belongs to a visit of one's own department, which is not over before it began.
create function app.begin_note() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_visit app.visit;
begin
    if session_user <> 'deploy' then
        perform auth.require('notes', 'create');
        if new.patient_id <> all (auth.charts()) then      -- first: what follows tells of the person
            raise exception 'Open this person''s record first, then write.' using errcode = 'HD403';
        end if;
    end if;
    select * into v_visit from app.visit v where v.id = new.visit_id;
    if v_visit.patient_id is distinct from new.patient_id then
        raise exception 'This visit is another person''s.' using errcode = 'HD422';
    elsif session_user = 'deploy' then
        return new;
    elsif v_visit.department_id <> all (auth.departments()) then
        raise exception 'This visit is not in one of your queues.' using errcode = 'HD403';
    elsif v_visit.status = 'cancelled' then
        raise exception 'This visit was cancelled.' using errcode = 'HD409';
    end if;
    return new;
end $$;
create trigger b_begin before insert on app.note for each row execute function app.begin_note();

-- Moments are the server's; what is signed carries the titles of the list.
create function app.stamp_note() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_coded jsonb;
begin
    new.saved_at := clock_timestamp();
    if new.status = 'signed' then
        new.signed_at := new.saved_at;
        select coalesce(jsonb_agg(jsonb_build_object('code', c.code, 'title', c.title,
            'problem', coalesce((d.one ->> 'problem')::boolean, false)) order by d.place), '[]') into v_coded
        from jsonb_array_elements(new.diagnoses) with ordinality d (one, place)
        join app.icd10 c on c.code = d.one ->> 'code' and c.complete and not c.retired;
        if jsonb_array_length(v_coded) <> jsonb_array_length(new.diagnoses) then
            raise exception 'A diagnosis of this note is not one of the list that can be used.' using errcode = 'HD422';
        end if;
        new.diagnoses := v_coded;
    end if;
    return new;
end $$;
create trigger c_stamp before update on app.note for each row execute function app.stamp_note();

-- A department knows the person while one of its notes is not signed.
create function app.relate_note() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if new.status = 'draft' then
        insert into app.care_relationship (source_id, kind, patient_id, department_id, from_at)
        select new.id, 'note', new.patient_id, v.department_id, new.started_at from app.visit v where v.id = new.visit_id
        on conflict (source_id, kind) do nothing;
    else
        update app.care_relationship r set until_at = clock_timestamp()
        where r.source_id = new.id and r.kind = 'note';
    end if;
    return null;
end $$;
create trigger relate after insert or update of status on app.note
    for each row execute function app.relate_note();

-- Added to a signed note, by whoever signs it with their own name. Never changed: what is wrong gets another one.
create table app.note_addendum (
    id uuid primary key,
    note_id uuid not null references app.note,
    patient_id uuid not null references app.patient,
    author_id uuid not null default auth.uid() references app.staff,
    kind text not null default 'addendum' check (kind in ('addendum', 'late entry', 'amendment')),
    reason text not null check (length(btrim(reason)) between 1 and 500),
    text text not null check (length(btrim(text)) between 1 and 20000),
    written_at timestamptz not null default clock_timestamp(),
    version integer not null default 1
);
create index note_addendum_note on app.note_addendum (note_id, written_at);
call app.fence_of_patient('note_addendum', 'notes', 'create', 'create', '');
grant insert (id, note_id, patient_id, kind, reason, text) on app.note_addendum to app_station;

create function app.check_addendum() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'INSERT' and session_user <> 'deploy' then
        perform auth.require('notes', 'create');
        if new.patient_id <> all (auth.charts()) then
            raise exception 'Open this person''s record first, then write.' using errcode = 'HD403';
        end if;
    end if;
    if tg_op <> 'INSERT' then
        raise exception 'An addendum is not changed. Write another one.' using errcode = 'HD409';
    elsif not exists (select from app.note n
                      where n.id = new.note_id and n.patient_id = new.patient_id and n.status = 'signed') then
        raise exception 'Only a signed note of this person can have an addendum.' using errcode = 'HD422';
    end if;
    return new;
end $$;
create trigger a_check before insert or update or delete on app.note_addendum
    for each row execute function app.check_addendum();

-- A coded diagnosis, of a visit or known from before. `problem`: it stands on the problem list.
create table app.diagnosis (
    id uuid primary key,
    patient_id uuid not null references app.patient,
    visit_id uuid references app.visit,
    note_id uuid references app.note,
    code text collate "C" not null references app.icd10,
    title text not null,
    status text not null default 'active' check (status in ('active', 'resolved', 'entered in error')),
    status_reason text not null default '' check (length(status_reason) <= 500),
    problem boolean not null default false,
    onset_on date check (onset_on between '0001-01-01' and '9999-12-31'),
    resolved_on date check (resolved_on between '0001-01-01' and '9999-12-31'),
    recorded_at timestamptz not null default clock_timestamp(),
    recorded_by uuid default auth.uid(),
    version integer not null default 1,
    check (status <> 'entered in error' or btrim(status_reason) <> ''),
    check ((status = 'resolved') = (resolved_on is not null)),
    check (resolved_on >= onset_on)
);
create index diagnosis_visit on app.diagnosis (visit_id);
create index diagnosis_note on app.diagnosis (note_id);
create unique index diagnosis_problem_once on app.diagnosis (patient_id, code) where problem and status = 'active';
call app.fence_of_patient('diagnosis', 'notes', 'create', 'edit', '');
grant insert (id, patient_id, visit_id, note_id, code, problem, onset_on) on app.diagnosis to app_station;
grant update (status, status_reason, problem, onset_on, resolved_on, version) on app.diagnosis to app_station;

-- The title is the list's; visit and note are this person's, and the note one's own.
create function app.title_diagnosis() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if session_user <> 'deploy' then
        perform auth.require('notes', 'create');
        if new.patient_id <> all (auth.charts()) then
            raise exception 'Open this person''s record first, then write.' using errcode = 'HD403';
        end if;
    end if;
    select c.title into new.title from app.icd10 c where c.code = new.code and c.complete and not c.retired;
    if new.title is null then
        raise exception 'This code is not one of the list that can be used.' using errcode = 'HD422';
    elsif new.visit_id is not null and not exists (
              select from app.visit v where v.id = new.visit_id and v.patient_id = new.patient_id)
          or new.note_id is not null and not exists (
              select from app.note n where n.id = new.note_id and n.patient_id = new.patient_id
                  and n.visit_id is not distinct from new.visit_id
                  and (n.author_id = auth.uid() or session_user = 'deploy')) then
        raise exception 'This visit or note is another person''s.' using errcode = 'HD422';
    end if;
    return new;
end $$;
create trigger a_title before insert on app.diagnosis for each row execute function app.title_diagnosis();
reset role;
alter function app.begin_note owner to his_search;
alter function app.stamp_note owner to his_search;
alter function app.relate_note owner to his_search;
alter function app.check_addendum owner to his_search;
alter function app.title_diagnosis owner to his_search;
