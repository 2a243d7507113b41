-- The warning before a person is registered twice.
set role his_search;

-- How far a typed family or given name is from a stored one: as `word_far`; 0.5 too when one is part of the other
-- ("garcia" and "garcia lopez"), 1.75 for an initial.
create function app.name_part_far(p_typed text, p_stored text) returns real
language sql immutable strict parallel safe
return case
    when p_typed = p_stored then 0
    when p_typed = '' or p_stored = '' then 9
    when replace(p_typed, ' ', '') = replace(p_stored, ' ', '') then 0
    when string_to_array(p_typed, ' ') <@ string_to_array(p_stored, ' ')
        or string_to_array(p_stored, ' ') <@ string_to_array(p_typed, ' ') then 0.5
    when (length(p_typed) = 1 or length(p_stored) = 1) and left(p_typed, 1) = left(p_stored, 1) then 1.75
    -- the cut keeps the costly measures off what only begins alike
    else case app.word_far(left(replace(p_typed, ' ', ''), 40), left(replace(p_stored, ' ', ''), 40))
        when 0.5 then 2 else app.word_far(left(replace(p_typed, ' ', ''), 40), left(replace(p_stored, ' ', ''), 40)) end
end;

-- What two birth dates have in common, in words; null when nothing.
create function app.date_likeness(p_one date, p_two date) returns text
language sql immutable strict parallel safe
return case
    when p_one = p_two then 'same birth date'
    when to_char(p_one, 'YYYYMMDD') = to_char(p_two, 'YYYYDDMM') then 'day and month swapped'
    when (select count(*) from generate_series(1, 8) i
          where substr(to_char(p_one, 'YYYYMMDD'), i, 1) <> substr(to_char(p_two, 'YYYYMMDD'), i, 1)) = 1
        then case when to_char(p_one, 'MMDD') = to_char(p_two, 'MMDD') then 'year differs by one digit'
                  when extract(month from p_one) = extract(month from p_two) then 'day differs by one digit'
                  else 'month differs by one digit' end
    when to_char(p_one, 'YYYYMMDD') = any (app.exchanged(to_char(p_two, 'YYYYMMDD'))) then 'two digits of the birth date swapped'
end;

-- People who may be the one in the form. The question asked (kind 'similar') is a JSON object with family_name,
-- given_names, birth_date (ISO), sex, phone; all may be missing. What is known on both sides is weighed: names, birth
-- date and phone speak for, a different date or sex against; the same family name alone is nobody's double.
create function app.similar_people(p_ask uuid, p_most integer default 5)
returns table (patient_id uuid, mrn text, family_name text, given_names text, birth_date date, sex text, status text,
    phone_end text, street text, city text, likelihood text, reasons text[])
language plpgsql security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    c_end constant text := chr(1114111);
    v_form jsonb := auth.asked(p_ask, 'similar')::jsonb;
    v_family text := app.name_key(coalesce(v_form ->> 'family_name', ''));
    v_given text := app.name_key(coalesce(v_form ->> 'given_names', ''));
    v_born date := nullif(v_form ->> 'birth_date', '')::date;
    v_sex text := coalesce(nullif(v_form ->> 'sex', ''), 'unknown');
    v_phone text := left(app.digits_reversed(coalesce(v_form ->> 'phone', '')), 7);
    v_words text[] := array_remove(array[split_part(v_family, ' ', 1), split_part(v_given, ' ', 1)], '');
    v_near uuid[];
begin
    perform auth.require('patients', 'create');
    v_near := array(
        select h.patient_id from app.names_like(v_words, 200) h where cardinality(v_words) = 2
        union
        select h.patient_id from app.names_typed(array[v_family, v_given], 50) h where v_family <> '' and v_given <> ''
        union
        (select p.id from app.patient p where p.birth_date = v_born limit 200)
        union
        (select p.id from app.patient p where extract(day from v_born) <= 12 and p.birth_date = make_date(
            extract(year from v_born)::integer, extract(day from v_born)::integer,
            least(extract(month from v_born)::integer, 12)) limit 200)
        union
        (select p.id from app.patient p where length(v_phone) = 7 and p.phone_digits_rev >= v_phone
            and p.phone_digits_rev < v_phone || c_end and p.phone_digits_rev <> '' order by p.phone_digits_rev limit 20)
        union
        (select p.id from app.patient p where length(v_phone) = 7 and p.phone_2_digits_rev >= v_phone
            and p.phone_2_digits_rev < v_phone || c_end and p.phone_2_digits_rev <> '' order by p.phone_2_digits_rev limit 20));
    return query
    with name as materialized (
        select n.patient_id, n.use, n.id,
            app.name_part_far(v_family, n.family_key) as family, app.name_part_far(v_given, n.given_key) as given,
            app.name_part_far(v_family, n.given_key) as family_2, app.name_part_far(v_given, n.family_key) as given_2
        from unnest(v_near) c (id) join app.patient_name n on n.patient_id = c.id
    ), closest as (
        select distinct on (n.patient_id) n.*, n.family_2 + n.given_2 + 0.3 < n.family + n.given as turned
        from name n order by n.patient_id, least(n.family + n.given, n.family_2 + n.given_2 + 0.3)
    ), weighed as (
        select p.*, c.use, c.turned, c.id as name_id,
            case when c.turned then c.family_2 else c.family end as family_far,
            case when c.turned then c.given_2 else c.given end as given_far,
            app.date_likeness(v_born, p.birth_date) as dates,
            length(v_phone) = 7 and (starts_with(p.phone_digits_rev, v_phone) or starts_with(p.phone_2_digits_rev, v_phone))
                as same_phone
        from closest c join app.patient p on p.id = c.patient_id
    ), scored as (
        select w.*,
            case when w.family_far < 9 then 4 - w.family_far else -4 end
            + case when w.given_far < 9 then 4 - w.given_far else -5 end
            + case when v_born is null or w.birth_date is null then 0 when w.dates = 'same birth date' then 6
                   when w.dates = 'day and month swapped' then 5 when w.dates is not null then 4
                   when w.birth_date_estimated and abs(w.birth_date - v_born) < 1100 then 1 else -5 end
            + case when w.same_phone then 4 else 0 end
            + case when v_sex <> w.sex and 'unknown' not in (v_sex, w.sex) then -2 else 0 end as points
        from weighed w
    ), best as (
        select s.* from scored s where s.points >= 7 order by s.points desc, s.id limit least(greatest(p_most, 1), 20)
    ), noted as materialized (
        select auth.answered(p_ask, array(select b.id from best b))
    )
    select b.id, b.mrn::text, b.family_name, b.given_names, b.birth_date, b.sex,
        case when b.deceased_on is not null then 'deceased' else b.status end, reverse(left(b.phone_digits_rev, 4)),
        b.street, b.city,
        case when b.points >= 12.5 then 'very likely' when b.points >= 10 then 'likely' else 'possible' end,
        array_remove(array[
            case when b.family_far = 0 and b.given_far = 0 then case when b.turned then 'same names, swapped' else 'same name' end
                 when b.turned and b.family_far < 9 and b.given_far < 9 then 'names swapped' end,
            case when b.family_far = 0 and b.given_far > 0 then 'same family name'
                 when b.family_far = 0.5 then 'family name is part of the other'
                 when b.family_far = 1.5 then 'family name sounds alike'
                 when b.family_far = 1.75 then 'initial of the family name'
                 when b.family_far between 1 and 2 then 'family name nearly the same' end,
            case when b.given_far = 0 and b.family_far > 0 then 'same given name'
                 when b.given_far = 0.5 then 'given name is part of the other'
                 when b.given_far = 1.5 then 'given name sounds alike'
                 when b.given_far = 1.75 then 'initial of the given name'
                 when b.given_far between 1 and 2 then 'given name nearly the same' end,
            case when b.use <> 'official' and b.family_far < 9 then app.why(b.use, b.name_id, '') end,
            b.dates,
            case when b.same_phone then 'phone ends ' || reverse(left(v_phone, 4)) || ' on both' end,
            case when v_sex <> b.sex and 'unknown' not in (v_sex, b.sex) then 'but the sex differs' end,
            case when b.dates is null and b.birth_date <> v_born then 'but the birth date differs' end], null)
    from best b cross join noted order by b.points desc, b.id;
end $$;
grant execute on function app.similar_people to app_station;
reset role;
