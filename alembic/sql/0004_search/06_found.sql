-- The one search box. `auth.ask` has recorded and committed the question; here is the answer.
set role his_search;

-- What a question holds: dates, a number, an e-mail address, and the words that are left.
create function app.question(p_text text, out dates date[], out digits text, out email text, out words text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    c_date constant text := '\d{4}[-./]\d{1,2}[-./]\d{1,2}(?!\d)'
        '|(?<!\d)\d{1,2}[-./]\d{1,2}[-./]\d{4}(?!\d)'
        '|(?<!\d)\d{1,2}[-. ]{0,2}(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-., ]{1,2}\d{4}(?!\d)'
        '|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2},? \d{4}(?!\d)';
    v_text text := regexp_replace(normalize(left(p_text, 200), NFKC), '\s+', ' ', 'g');
    v_date text;
    v_number text;
begin
    v_text := translate(v_text, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹–−', '01234567890123456789--');
    email := lower((regexp_match(v_text, '[^\s@<>]+@[^\s@<>]*'))[1]);
    if email is not null then
        v_text := replace(lower(v_text), email, ' ');
    end if;
    v_date := (regexp_match(v_text, '(' || c_date || ')', 'i'))[1];
    dates := '{}';
    if v_date is not null then
        dates := app.dates_meant(v_date);
        v_text := replace(v_text, v_date, ' ');
    end if;
    -- words that hold digits are document numbers: they are found by their index only, or not at all
    v_text := regexp_replace(v_text, '\S*([[:alpha:]]\d|\d[[:alpha:]])\S*', ' ', 'g');
    v_number := (regexp_match(v_text, '\+?\(?\d[\d ()./-]*'))[1];
    digits := regexp_replace(replace(coalesce(v_number, ''), '(0)', ''), '\D', '', 'g');
    if v_number like '+%' or digits like '00%' then
        digits := ltrim(digits, '0');
    end if;
    words := (array_remove(string_to_array(app.norm(regexp_replace(v_text, '\d', ' ', 'g')), ' '), ''))[1:6];
end $$;

-- The answers, not yet in order. Raises HD422 when the question is too short to find a person by, unless it was asked
-- by the index of a document as well.
create function app.hits(
    p_dates date[], p_digits text, p_email text, p_words text[], p_most integer, p_by_index boolean) returns app.hit[]
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    c_end constant text := chr(1114111);
    v_letters integer := length(array_to_string(p_words, ''));
    v_hits app.hit[];
begin
    if cardinality(p_dates) > 0 then
        v_hits := array(select h from app.births_typed(p_dates, p_words, p_most) h);
    elsif length(p_digits) >= 4 then
        v_hits := array(select h from app.numbers_typed(p_digits, p_most) h);
        if v_letters > 0 then
            v_hits := array(select row(h.patient_id, h.rank - 0.05 * f.far, h.matched || ' and name')::app.hit
                            from unnest(v_hits) h join app.fitting(array(select u.patient_id from unnest(v_hits) u), p_words) f
                            on f.patient_id = h.patient_id);
        end if;
    elsif length(p_email) >= 3 then
        v_hits := array(
            select row(p.id, case when lower(p.email) = p_email then 1 else 0.8 end, 'e-mail')::app.hit from app.patient p
            where lower(p.email) collate "C" >= p_email and lower(p.email) collate "C" < p_email || c_end and p.email <> ''
            order by lower(p.email) collate "C" limit p_most);
    elsif v_letters < 3 and not p_by_index then
        raise exception '%', case when p_digits <> '' then 'Type at least four digits of a record number, or six of a phone number.'
            else 'Type at least three letters, or a whole name and the birth date.' end using errcode = 'HD422';
    end if;
    if coalesce(cardinality(v_hits), 0) = 0 and v_letters >= 3 then
        v_hits := array(select h from app.names_typed(p_words, p_most) h);
        if cardinality(v_hits) < p_most then
            v_hits := v_hits || array(select h from app.names_like(p_words, p_most) h);
        end if;
        if cardinality(p_dates) > 0 then                              -- nobody of that day: perhaps the day is wrong
            v_hits := array(select row(h.patient_id, h.rank * 0.5, h.matched || ', other birth date')::app.hit
                            from unnest(v_hits) h);
        end if;
    end if;
    return coalesce(v_hits, '{}');
end $$;

create function app.found(p_ask uuid, p_most integer default 50)
returns table (patient_id uuid, mrn text, family_name text, given_names text, title text, birth_date date,
    birth_date_estimated boolean, sex text, status text, phone_end text, matched text, rank real)
language plpgsql security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    v_text text := auth.asked(p_ask);
    v_index bytea := auth.asked_index(p_ask);
    v_most integer := least(greatest(coalesce(p_most, 50), 1), 50);
    v_question record;
    v_hits app.hit[] := '{}';
begin
    perform auth.require('patients', 'view');
    if v_index is not null then
        v_hits := array(
            (select row(i.patient_id, 1.2, 'document number')::app.hit
             from app.patient_identifier i where i.number_index = v_index limit v_most)
            union all
            (select row(i.patient_id, 1.1, 'member number')::app.hit
             from app.insurance_policy i where i.member_number_index = v_index limit v_most));
    end if;
    if cardinality(v_hits) = 0 then
        v_question := app.question(v_text);
        v_hits := app.hits(v_question.dates, v_question.digits, v_question.email, v_question.words, v_most,
                           v_index is not null);
    end if;
    -- one line a person, whoever is not active any more last
    v_hits := array(
        select row(b.patient_id, b.rank, b.matched)::app.hit
        from (select distinct on (h.patient_id) h.* from unnest(v_hits) h order by h.patient_id, h.rank desc) b
        join app.patient p on p.id = b.patient_id
        order by p.status <> 'active' or p.deceased_on is not null, b.rank desc, p.family_key, p.given_key, p.id
        limit v_most);
    perform auth.answered(p_ask, array(select h.patient_id from unnest(v_hits) h));
    return query
    select p.id, p.mrn::text, p.family_name, p.given_names, p.title, p.birth_date, p.birth_date_estimated, p.sex,
        case when p.deceased_on is not null then 'deceased' else p.status end,
        reverse(left(p.phone_digits_rev, 4)), h.matched, h.rank
    from unnest(v_hits) with ordinality h (patient_id, rank, matched, place) join app.patient p on p.id = h.patient_id
    order by h.place;
end $$;
grant execute on function app.found to app_station;
reset role;
