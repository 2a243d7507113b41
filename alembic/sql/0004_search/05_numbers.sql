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

-- How well the typed words fit any name of a person: the mean distance of the words, 9 when one has no counterpart.
-- Words of one or two letters must be a whole word of the name.
create function app.name_fits(p_patient uuid, p_typed text[]) returns real
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
    return (
        select min(x.far) from (
            select case when max(f.far) >= 9 then 9 else avg(f.far) end as far
            from app.patient_name n cross join lateral (
                select t.n, min(app.word_far(t.typed, w.word)) as far
                from unnest(p_typed) with ordinality t (typed, n)
                    cross join unnest(n.words || string_to_array(n.family_key || ' ' || n.given_key, ' ')) w (word)
                group by t.n) f
            where n.patient_id = p_patient group by n.id) x);
end $$;

create function app.births_typed(p_dates date[], p_typed text[], p_most integer) returns setof app.hit
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
    return query
    select x.id, (1 - 0.05 * x.far - case when x.birth_date = p_dates[1] then 0 else 0.02 end)::real,
        'birth date ' || to_char(x.birth_date, 'FMDD Mon YYYY') || case when cardinality(p_typed) > 0 then ' and name' else '' end
    from (
        select p.id, p.birth_date, p.family_key, p.given_key,
            case when cardinality(p_typed) = 0 then 0 else app.name_fits(p.id, p_typed) end as far
        from app.patient p where p.birth_date = any (p_dates)
    ) x where x.far < 2.5
    order by x.far, x.birth_date <> p_dates[1], x.family_key, x.given_key limit p_most;
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
    return array(select distinct on (d) d from unnest(v_found) with ordinality u (d, n) order by d, n);
end $$;
reset role;
