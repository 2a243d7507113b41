-- What was dispensed over the years, to anybody: found by a question that is committed first, and printed again.
set role his_auth;
insert into auth.permission (module, act, clinical, meaning) values
    ('dispensing_history', 'view', true, 'search what the own pharmacies dispensed over the years, to anybody');
insert into auth.role_grant (role_id, module, act)
select r.id, 'dispensing_history', 'view' from auth.role r where r.name = 'pharmacy';
insert into auth.grant_lock (role_id, module, act, reason)
select r.id, 'dispensing_history', 'view', x.reason
from (values
    ('superadmin', 'administrators do not read records'),
    ('registration', 'clinical data stays with clinicians'),
    ('kiosk_patient', 'a kiosk has its own narrow view'),
    ('wall_board', 'a board has its own narrow view')
) as x (name, reason)
join auth.role r on r.name = x.name;
reset role;

set role his_search;
-- The answer to a committed question, a JSON object with any of patient (a name with slips, an MRN, a birth date), mrn,
-- medicines (keys), lot, number (of the prescription), since and until (days); at most 500 entries a page, the latest
-- first, from (p_at, p_id) on, which are left out; upward the nearest above them, the nearest first. Names are looked
-- for among the 500 people whom they fit best.
create function app.dispensings_found(p_ask uuid, p_most integer default 100, p_at timestamptz default null,
    p_id uuid default null, p_upward boolean default false)
returns table (id uuid, prescription_id uuid, number bigint, patient_id uuid, family text, given text, honorific text,
    mrn text, dispensed_at timestamptz, dispensed_by text, reverses uuid, reversed boolean, reason text, items jsonb)
language plpgsql security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
    v_filter jsonb := auth.asked(p_ask, 'dispensings');
    v_departments uuid[] := auth.departments();
    v_zone text := coalesce((select h.time_zone from app.hospital h), 'UTC');
    v_since timestamptz := coalesce((v_filter ->> 'since')::timestamp at time zone v_zone, '-infinity');
    v_until timestamptz := coalesce(((v_filter ->> 'until')::date + 1)::timestamp at time zone v_zone, 'infinity');
    v_lot text := nullif(btrim(v_filter ->> 'lot'), '');
    v_question record;
    v_people uuid[];
    v_prescriptions uuid[];
    v_lots uuid[];
    v_found uuid[];
begin
    perform auth.require('dispensing_history', 'view');
    if v_filter ? 'patient' then
        v_question := app.question(v_filter ->> 'patient');
        v_people := array(select h.patient_id from unnest(app.hits(v_question.dates, v_question.digits,
            v_question.email, v_question.words, 500, false)) h);
        v_prescriptions := array(        -- and who came without a record, by the name that was given
            select r.id from app.prescription r
            where r.patient_id is null and r.department_id = any (v_departments) and cardinality(v_question.words) > 0
              and (select bool_and(strpos(app.norm(r.anonymous_name), w.word) > 0)
                   from unnest(v_question.words) w (word)));
    end if;
    if v_lot is not null or v_filter ? 'medicines' then
        v_lots := array(
            select l.id from app.lot l
            where l.department_id = any (v_departments)
              and (v_lot is null or l.lot_number in (v_lot, upper(v_lot)))
              and (not v_filter ? 'medicines' or l.medicine_id in (
                  select m.key::uuid from jsonb_array_elements_text(v_filter -> 'medicines') m (key))));
    end if;
    v_found := array(
        select d.id from app.dispensing d
        where d.department_id = any (v_departments) and d.dispensed_at >= v_since and d.dispensed_at < v_until
          and (p_at is null or case when p_upward then (d.dispensed_at, d.id) > (p_at, p_id)
                                    else (d.dispensed_at, d.id) < (p_at, p_id) end)
          and (v_people is null or d.patient_id = any (v_people) or d.prescription_id = any (v_prescriptions))
          and (not v_filter ? 'number' or d.prescription_id = (
              select r.id from app.prescription r where r.number = (v_filter ->> 'number')::bigint))
          -- an array, not exists: under an "or" only that is looked up by an index
          and (v_lots is null or d.id = any (array(
              select i.dispensing_id from app.dispensing_item i where i.lot_id = any (v_lots))))
        order by case when p_upward then d.dispensed_at end, case when p_upward then d.id end,
            d.dispensed_at desc, d.id desc
        limit least(greatest(coalesce(p_most, 100), 1), 501));
    perform auth.answered(p_ask, v_found);
    return query
    select d.id, d.prescription_id, r.number, d.patient_id, coalesce(p.family_name, r.anonymous_name, ''),
        coalesce(p.given_names, ''), coalesce(p.title, ''), coalesce(p.mrn::text, ''), d.dispensed_at,
        coalesce(btrim(concat_ws(' ', nullif(s.title, ''), s.given_names, s.family_name)), ''), d.reverses,
        exists (select from app.dispensing b where b.reverses = d.id), d.reason,
        (select jsonb_agg(jsonb_build_array(m.name, i.quantity::text, m.unit, t.lot_number,
                m.strength_value::text, m.strength_unit, m.strength_per::text)
                          order by m.name, t.lot_number)
         from app.dispensing_item i join app.lot t on t.id = i.lot_id join app.medicine m on m.id = t.medicine_id
         where i.dispensing_id = d.id)
    from unnest(v_found) with ordinality f (id, place)
    join app.dispensing d on d.id = f.id
    join app.prescription r on r.id = d.prescription_id
    left join app.patient p on p.id = d.patient_id
    left join app.staff s on s.id = d.dispensed_by
    order by f.place;
end $$;

-- Whether this session may print an entry, and whose it is: its own pharmacy's, of somebody whom it knows, or found by
-- its own search.
create function app.dispensing_to_print(p_dispensing uuid) returns app.dispensing
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_entry app.dispensing;
begin
    perform auth.require('dispensings', 'view');
    select * into v_entry from app.dispensing d
    where d.id = p_dispensing and d.department_id = any (auth.departments())
      and (d.patient_id is null or d.patient_id = any (auth.charts())
           or app.serves(d.patient_id, auth.departments(), auth.kinds()) or d.id = any (auth.found_dispensings()));
    if v_entry.id is null then
        raise exception 'This dispensing is not one of your pharmacy''s.' using errcode = 'HD403';
    end if;
    return v_entry;
end $$;

-- What stands on labels and receipt: the entry, and every line of the prescription with its lots in this entry and what
-- was handed out of it up to then. Numbers with digits behind the point are texts.
create function app.dispensing_paper(p_dispensing uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_entry app.dispensing := app.dispensing_to_print(p_dispensing);
begin
    return (
        select jsonb_build_object(
            'hospital', coalesce((select h.name from app.hospital h), ''), 'pharmacy', w.name, 'location', w.location,
            'number', r.number, 'signed_at', r.signed_at, 'dispensed_at', v_entry.dispensed_at,
            'reversal', v_entry.reverses is not null, 'reason', v_entry.reason,
            'prescriber', jsonb_build_array(b.title, b.given_names, b.family_name),
            'pharmacist', jsonb_build_array(s.title, s.given_names, s.family_name),
            'patient', jsonb_build_array(coalesce(p.family_name, r.anonymous_name), coalesce(p.given_names, ''),
                coalesce(p.title, ''), coalesce(p.mrn::text, '')),
            'lines', (
                select jsonb_agg(jsonb_build_object(
                    'name', m.name, 'form', m.form, 'unit', m.unit, 'strength', jsonb_build_array(
                        m.strength_value::text, m.strength_unit, m.strength_per::text),
                    'sig', jsonb_build_array(l.dose_value::text, l.dose_unit, l.route, l.frequency, l.frequency_count,
                        l.as_needed, l.days),
                    'instructions', l.instructions, 'quantity', l.quantity::text,
                    'cancelled', l.status = 'cancelled',
                    'given', (select coalesce(sum(case when d.reverses is null then i.quantity else -i.quantity end), 0)
                        from app.dispensing_item i join app.dispensing d on d.id = i.dispensing_id
                        where i.line_id = l.id
                          and (d.dispensed_at, d.id) <= (v_entry.dispensed_at, v_entry.id))::text,
                    'lots', (select coalesce(jsonb_agg(jsonb_build_array(t.lot_number, t.expires_on, i.quantity::text)
                            order by t.expires_on, t.lot_number), '[]')
                        from app.dispensing_item i join app.lot t on t.id = i.lot_id
                        where i.line_id = l.id and i.dispensing_id = v_entry.id)) order by l.position)
                from app.prescription_line l join app.medicine m on m.id = l.medicine_id
                where l.prescription_id = r.id))
        from app.prescription r
        join app.department w on w.id = r.department_id
        left join app.patient p on p.id = r.patient_id
        left join app.staff b on b.id = r.prescriber_id
        left join app.staff s on s.id = v_entry.dispensed_by
        where r.id = v_entry.prescription_id);
end $$;

-- Labels and receipts that are printed again: two packs with the same label, so it is known who printed it.
create function app.note_dispensing_print(p_dispensing uuid, p_paper text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_entry app.dispensing := app.dispensing_to_print(p_dispensing);
begin
    perform audit.note('printed', 'dispensing', v_entry.id, v_entry.patient_id,
        jsonb_build_object('paper', left(p_paper, 20)));
end $$;
grant execute on function app.dispensings_found, app.dispensing_paper, app.note_dispensing_print to app_station;
reset role;
