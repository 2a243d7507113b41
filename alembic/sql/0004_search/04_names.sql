-- Finding people by name: first as typed, then as meant.
set role his_search;

create type app.hit as (patient_id uuid, rank real, matched text);

-- Why a name row was found, in words; a name that is not the current one is shown, for the list shows the current one.
create function app.why(p_use text, p_name uuid, p_reason text) returns text
language sql stable parallel safe
return case when p_use = 'official' then p_reason else (
    select case p_use when 'former' then 'former name ' when 'preferred' then 'preferred name ' else 'also known as ' end
        || concat_ws(', ', nullif(n.family_name, ''), nullif(n.given_names, ''))
    from app.patient_name n where n.id = p_name) end;

-- Names that begin as typed: "smi", "smith jo", "jo smith", "garcia lopez ma". Every way to cut the words into a family
-- and a given name is one row of `ways`; the longer part chooses the index, so that "s joh" does not read every S.
create function app.names_typed(p_words text[], p_most integer) returns setof app.hit
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    c_end constant text := chr(1114111);
    v_all text := array_to_string(p_words, ' ');
begin
    return query
    select h.patient_id, max(h.rank)::real, (array_agg(h.matched order by h.rank desc))[1] from (
        (select x.patient_id, case when x.family_key = v_all then 0.99 else 0.95 end - case x.use when 'official' then 0 else 0.01 end as rank,
                app.why(x.use, x.id, 'family name') as matched
         from app.patient_name x where x.family_key >= v_all and x.family_key < v_all || c_end
         order by x.family_key, x.given_key limit p_most)
        union all
        (select x.patient_id, case when x.given_key = v_all then 0.89 else 0.85 end,
                app.why(x.use, x.id, 'given name')
         from app.patient_name x where x.given_key >= v_all and x.given_key < v_all || c_end
         order by x.given_key, x.family_key limit p_most)
    ) h group by h.patient_id order by 2 desc limit p_most;
    if cardinality(p_words) = 1 then
        return;
    end if;
    return query
    with ways as materialized (
        select array_to_string(p_words[1:i], ' ') as one, array_to_string(p_words[i + 1:], ' ') as two
        from generate_series(1, cardinality(p_words) - 1) i
    ), pairs as materialized (
        select w.one as family, w.two as given, 0.97 as rank, 'name' as reason from ways w
        union all select w.two, w.one, 0.94, 'given name first' from ways w
    )
    select h.patient_id, (h.rank - case h.use when 'official' then 0 else 0.01 end)::real, app.why(h.use, h.id, h.reason)
    from (
        select p.rank, p.reason, x.* from pairs p cross join lateral (
            select n.patient_id, n.use, n.id from app.patient_name n
            where length(p.family) >= length(p.given)
              and n.family_key >= p.family and n.family_key < p.family || c_end
              and n.given_key >= p.given and n.given_key < p.given || c_end
            order by n.family_key, n.given_key limit p_most) x
        union all
        select p.rank, p.reason, x.* from pairs p cross join lateral (
            select n.patient_id, n.use, n.id from app.patient_name n
            where length(p.family) < length(p.given)
              and n.given_key >= p.given and n.given_key < p.given || c_end
              and n.family_key >= p.family and n.family_key < p.family || c_end
            order by n.given_key, n.family_key limit p_most) x
    ) h order by h.rank desc limit p_most * 2;
end $$;

-- People of whom one name carries the word that was meant: the vocabulary first, then its carriers by index.
create function app.names_like_one(p_word text, p_most integer) returns setof app.hit
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    v_words text[];
    v_fars real[];
begin
    select array_agg(m.word order by m.far), array_agg(m.far order by m.far) into v_words, v_fars
    from app.words_meant(p_word) m;
    return query
    select x.patient_id, (0.8 - 0.1 * m.far)::real, app.why(x.use, x.id,
        case when m.far <= 0.5 then 'part of the name' when m.far = 1.5 then 'sounds alike' else 'similar name' end)
    from unnest(v_words, v_fars) m (word, far) cross join lateral (
        (select n.patient_id, n.use, n.id from app.patient_name n where n.family_key = m.word order by n.family_key, n.given_key limit p_most)
        union all
        (select n.patient_id, n.use, n.id from app.patient_name n where n.given_key = m.word order by n.given_key, n.family_key limit p_most)
    ) x limit p_most * 2;
    -- second and later words of compound names; rare words only, since frequent ones have filled the list already
    return query
    select x.patient_id, (0.75 - 0.1 * m.far)::real,
        app.why(x.use, x.id, case when m.far <= 0.5 then 'part of the name' else 'similar name' end)
    from unnest(v_words[1:8], v_fars) m (word, far) cross join lateral (
        select n.* from app.patient_name n where n.words @> array[m.word] limit p_most) x limit p_most;
end $$;

-- Candidates for the typed words: which typed word (1, 2, …), a word it may mean, and how far that is.
create type app.meant as (terms integer[], words text[], fars real[]);

-- The candidates of one typed word that are near enough.
create function app.of_term(p_meant app.meant, p_term integer, p_far real) returns text[]
language sql immutable parallel safe
return array(select m.word from unnest((p_meant).terms, (p_meant).words, (p_meant).fars) m (term, word, far)
             where m.term = p_term and (m.far <= p_far and m.far <> 0.5 or p_far > 1));

-- People of whom one name carries, for each of the first `p_count` typed words (but `p_left_out`), a word that is meant.
create function app.carriers(
    p_meant app.meant, p_count integer, p_left_out integer, p_far real, p_first text, p_most integer) returns app.hit[]
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set enable_nestloop = off as $$
declare
    v_sets integer[] := array_remove((array[1, 2, 3, 4])[1:p_count], p_left_out);
    v_1 text[] := app.of_term(p_meant, v_sets[1], p_far);
    v_2 text[] := app.of_term(p_meant, v_sets[2], p_far);
    v_3 text[] := case when v_sets[3] is null then v_1 else app.of_term(p_meant, v_sets[3], p_far) end;
    v_4 text[] := case when v_sets[4] is null then v_2 else app.of_term(p_meant, v_sets[4], p_far) end;
begin
    return array(
        with people as materialized (
            select n.id, n.patient_id, n.use, n.words, n.family_key from app.patient_name n
            where n.words && v_1 and n.words && v_2 and n.words && v_3 and n.words && v_4
            limit 2000
        ), fits as (
            select f.id, sum(f.far) as far from (
                select w.id, m.term, min(m.far) as far
                from (select p.id, unnest(p.words) as word from people p) w
                join unnest((p_meant).terms, (p_meant).words, (p_meant).fars) m (term, word, far) on m.word = w.word
                group by w.id, m.term) f
            group by f.id
        ), best as (
            -- of two equally near names the shorter one, and the one that begins with the same letter
            select p.id, p.patient_id, p.use, f.far, f.far + 0.05 * cardinality(p.words)
                + case when left(p.family_key, 1) = left(p_first, 1) then 0 else 0.1 end as weight
            from fits f join people p on p.id = f.id order by 5 limit p_most
        )
        select row(b.patient_id, 0.9 - 0.06 * b.weight - case b.use when 'official' then 0 else 0.01 end,
            app.why(b.use, b.id, case when b.far < 1 then 'all words' else 'similar name' end))::app.hit
        from best b);
end $$;

-- People whose name is like the typed words, in any order: first with words one slip away, which decides for frequent
-- names; then, where that found few, also with what sounds alike or is unfinished. When no name has them all, one word
-- may be wrong altogether (three or more were typed), or two words are really one ("mc donald").
create function app.names_like(p_words text[], p_most integer) returns setof app.hit
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    c_few constant integer := 10;
    -- initials say too little to look up; a single Chinese character is a word
    v_typed text[] := (array(select w from unnest(p_words) w where length(w) > 1 or w ~ '[\u2e80-\ud7ff]'))[1:4];
    v_count integer := cardinality(v_typed);
    v_meant app.meant;
    v_hits app.hit[];
begin
    if v_count < 2 then
        return query select * from app.names_like_one(coalesce(v_typed[1], array_to_string(p_words, '')), p_most);
        return;
    end if;
    select array_agg(t.term::integer), array_agg(m.word), array_agg(m.far) into v_meant.terms, v_meant.words, v_meant.fars
    from unnest(v_typed) with ordinality t (typed, term) cross join lateral app.words_meant(t.typed) m;
    v_hits := app.carriers(v_meant, v_count, 0, 1, v_typed[1], p_most);
    if cardinality(v_hits) < c_few then
        v_hits := app.carriers(v_meant, v_count, 0, 2, v_typed[1], p_most);
    end if;
    if cardinality(v_hits) = 0 and v_count > 2 then
        for v_left_out in 1..v_count loop
            v_hits := v_hits || array(
                select row(c.patient_id, c.rank - 0.25, case when c.matched in ('all words', 'similar name')
                    then 'most of the words' else c.matched end)::app.hit
                from unnest(app.carriers(v_meant, v_count, v_left_out, 2, v_typed[1], p_most)) c);
        end loop;
    elsif cardinality(v_hits) = 0 then
        v_hits := array(select h from app.names_like_one(array_to_string(v_typed, ''), p_most) h);
    end if;
    return query select * from unnest(v_hits);
end $$;
reset role;
