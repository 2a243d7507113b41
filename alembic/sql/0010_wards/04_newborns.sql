-- A newborn gets a number of its own, is linked to the mother and lies in a cot at her bed.
set role his_owner;
grant insert on app.patient, app.patient_name, app.related_person to his_search;

create function app.register_newborn(p_patient uuid, p_request uuid, p_stay uuid, p_mother_stay uuid, p_sex text,
    p_born_on date, out mrn text, out family_name text, out given_names text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_stay app.stay;
    v_mother app.patient;
    v_request app.admission_request;
begin
    perform auth.require('admissions', 'edit');
    select * into v_stay from app.stay s
    where s.id = p_mother_stay and s.until_at is null and not s.cot and s.department_id = any (auth.departments());
    select * into v_mother from app.patient p where p.id = v_stay.patient_id;
    select * into v_request from app.admission_request r where r.id = v_stay.request_id;
    if v_stay.id is null then
        raise exception 'The mother is not in a bed of your wards.' using errcode = 'HD403';
    elsif v_mother.sex = 'male' then
        raise exception 'A newborn is registered at the mother''s bed.' using errcode = 'HD422';
    elsif p_sex not in ('female', 'male', 'other', 'unknown') then
        raise exception 'Choose the newborn''s sex.' using errcode = 'HD422';
    elsif p_born_on is null or p_born_on > app.today() or p_born_on < app.today() - 28 then
        raise exception 'A newborn was born in the last 28 days.' using errcode = 'HD422';
    elsif not auth.spend(auth.uid()::text, 'relate', auth.setting('relations_per_hour'), 3600) then
        raise exception 'Too many people added in a short time. Wait some minutes, then go on.' using errcode = 'HD429';
    end if;
    mrn := app.new_mrn();
    family_name := case when v_mother.family_name <> '' then v_mother.family_name else v_mother.given_names end;
    given_names := btrim('Baby of ' || case when v_mother.family_name <> '' then v_mother.given_names else '' end);
    insert into app.patient (id, mrn, family_name, given_names, birth_date, sex, private_on_boards)
    values (p_patient, register_newborn.mrn, register_newborn.family_name, register_newborn.given_names, p_born_on,
            p_sex, v_mother.private_on_boards);
    insert into app.patient_name (id, patient_id, use, family_name, given_names)
    values (gen_random_uuid(), p_patient, 'official', register_newborn.family_name, register_newborn.given_names);
    insert into app.related_person (id, patient_id, related_id, relationship)
    values (gen_random_uuid(), p_patient, v_mother.id, 'mother');
    insert into app.admission_request (id, patient_id, mother_id, department_id, doctor_id, reason, expected_days)
    values (p_request, p_patient, v_mother.id, v_stay.department_id, v_request.doctor_id, 'Newborn', 3);
    insert into app.stay (id, request_id, bed_id) values (p_stay, p_request, v_stay.bed_id);
end $$;
grant execute on function app.register_newborn to app_station;
reset role;
alter function app.register_newborn owner to his_search;
