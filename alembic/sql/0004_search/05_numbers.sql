-- Finding people by what is not a name: record number, phone, birth date, e-mail, document.
set role his_search;

-- Record numbers that begin with the digits, and phones that end with them. A country code that only one of the two
-- carries, and the zero in front of a national number, do no harm.
create function app.numbers_typed(p_digits text, p_most integer) returns setof app.hit
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    c_end constant text := chr(1114111);
    v_bare text := ltrim(p_digits, '0');
    v_ends text[];
begin
    if length(p_digits) between 4 and 9 then
        return query
        select p.id, case when p.mrn::text = p_digits then 1 else 0.9 end::real, 'record number'
        from app.patient p where p.mrn::text collate "C" >= p_digits and p.mrn::text collate "C" < p_digits || c_end
        order by p.mrn::text collate "C" limit p_most;
        if found and length(p_digits) = 9 then
            return;
        end if;
    end if;
    if length(v_bare) < 6 then
        return;
    end if;
    v_ends := array[reverse(v_bare)];
    if length(v_bare) >= 10 then                                      -- may begin with a country code of 1 to 3 digits
        v_ends := v_ends || array(
            select reverse(ltrim(substr(v_bare, i), '0')) from generate_series(2, 4) i
            where length(ltrim(substr(v_bare, i), '0')) >= 8);
    end if;
    return query
    select h.id, h.rank::real, 'phone ends ' || right(v_bare, 4) from (
        select x.id, case when e.n = 1 then 0.8 else 0.75 end as rank
        from unnest(v_ends) with ordinality e (digits, n) cross join lateral (
            (select p.id from app.patient p where p.phone_digits_rev >= e.digits and p.phone_digits_rev < e.digits || c_end
                and p.phone_digits_rev <> '' and (e.n = 1 or length(p.phone_digits_rev) <= length(e.digits) + 1)
             order by p.phone_digits_rev limit p_most)
            union all
            (select p.id from app.patient p where p.phone_2_digits_rev >= e.digits and p.phone_2_digits_rev < e.digits || c_end
                and p.phone_2_digits_rev <> '' and (e.n = 1 or length(p.phone_2_digits_rev) <= length(e.digits) + 1)
             order by p.phone_2_digits_rev limit p_most)) x
    ) h limit p_most;
end $$;

-- Which of these people carry the typed words in one of their names, and how far off (mean distance of the words).
-- Words of one or two letters must be a whole word of the name.
create function app.fitting(p_people uuid[], p_typed text[]) returns table (patient_id uuid, far real)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
    return query
    with meant as materialized (
        select t.term, m.word, m.far from unnest(p_typed) with ordinality t (typed, term)
            cross join lateral app.words_meant(t.typed) m where length(t.typed) > 2
        union all
        select t.term, t.typed, 0 from unnest(p_typed) with ordinality t (typed, term)
    ), worn as materialized (
        select n.id, n.patient_id, w.word from unnest(p_people) p (id) join app.patient_name n on n.patient_id = p.id
            cross join lateral unnest(n.words || string_to_array(n.family_key || ' ' || n.given_key, ' ')) w (word)
    )
    select x.patient_id, min(x.far)::real from (
        select f.patient_id, avg(f.far) as far from (
            select w.id, w.patient_id, m.term, min(m.far) as far from worn w join meant m on m.word = w.word
            group by w.id, w.patient_id, m.term) f
        group by f.id, f.patient_id having count(*) = cardinality(p_typed)) x
    group by x.patient_id;
end $$;

create function app.births_typed(p_dates date[], p_typed text[], p_most integer) returns setof app.hit
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    v_people uuid[];
begin
    if cardinality(p_typed) = 0 then
        return query
        select p.id, case when p.birth_date = p_dates[1] then 1 else 0.98 end::real,
            'birth date ' || to_char(p.birth_date, 'FMDD Mon YYYY')
        from app.patient p where p.birth_date = any (p_dates)
        order by p.birth_date <> p_dates[1], p.family_key, p.given_key limit p_most;
        return;
    end if;
    v_people := array(select p.id from app.patient p where p.birth_date = any (p_dates) limit 1000);
    return query
    select p.id, (1 - 0.05 * f.far - case when p.birth_date = p_dates[1] then 0 else 0.02 end)::real,
        'birth date ' || to_char(p.birth_date, 'FMDD Mon YYYY') || ' and name'
    from app.fitting(v_people, p_typed) f join app.patient p on p.id = f.patient_id order by 2 desc limit p_most;
end $$;

-- Every date that a text may mean: ISO, 23.6.1984, 23/06/1984, 23-Jun-1984, 23 June 1984, June 23 1984. Where day and
-- month may be taken for each other, both readings, day first.
create function app.dates_meant(p_text text) returns date[]
language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
    c_months constant text := 'janfebmaraprmayjunjulaugsepoctnovdec';
    v text[];
    v_month text;
    v_found date[] := '{}';
    v_read integer[];
begin
    if p_text ~ '^\d{4}\D\d{1,2}\D\d{1,2}$' then
        v := regexp_match(p_text, '^(\d{4})\D(\d{1,2})\D(\d{1,2})$');
        v_read := array[v[1]::integer, v[2]::integer, v[3]::integer];
    elsif p_text ~ '^\d{1,2}\D\d{1,2}\D\d{4}$' then
        v := regexp_match(p_text, '^(\d{1,2})\D(\d{1,2})\D(\d{4})$');
        v_read := array[v[3]::integer, v[2]::integer, v[1]::integer, v[3]::integer, v[1]::integer, v[2]::integer];
        if p_text ~ '\.' then
            v_read := v_read[1:3];                                   -- with dots it is always day, month, year
        end if;
    else
        v_month := lower(left((regexp_match(p_text, '[A-Za-z]+'))[1], 3));
        v := regexp_match(p_text, '(\d{1,2})\D+(\d{4})$');
        if v is null or position(v_month in c_months) % 3 <> 1 then
            return v_found;
        end if;
        v_read := array[v[2]::integer, position(v_month in c_months) / 3 + 1, v[1]::integer];
    end if;
    for i in 0..cardinality(v_read) / 3 - 1 loop
        begin
            v_found := v_found || make_date(v_read[i * 3 + 1], v_read[i * 3 + 2], v_read[i * 3 + 3]);
        exception when datetime_field_overflow then
            null;                                                    -- no such day: not this reading
        end;
    end loop;
    return array(select u.d from unnest(v_found) with ordinality u (d, n) group by u.d order by min(u.n));
end $$;
reset role;
