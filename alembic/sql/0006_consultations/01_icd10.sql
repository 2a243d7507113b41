-- The list of diagnosis codes (ICD-10-CM), filled at set-up, and finding a code by a few letters, typos among them.
set role his_owner;

-- No station reads it: app.find_icd10 answers. A code that a newer edition leaves out stays, `retired`: records name it.
create table app.icd10 (
    code text collate "C" primary key check (code ~ '^[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?$'),
    title text not null check (length(title) between 1 and 300),
    complete boolean not null,          -- a heading of finer codes is not a diagnosis that can be coded
    retired boolean not null default false,
    words text[] not null,              -- plain lower-case words, without those that say nothing (app.norm is too slow)
    weight integer not null             -- plain titles of short codes come before long ones
);
create index icd10_words on app.icd10 using gin (words) with (fastupdate = off) where complete and not retired;
create index icd10_compact on app.icd10 ((replace(code, '.', '')));

create table app.icd10_word (
    word text collate "C" primary key,
    uses integer not null
);
create index icd10_word_alike on app.icd10_word using gin (word ext.gin_trgm_ops) with (fastupdate = off);
grant select on app.icd10, app.icd10_word to his_search;

-- Takes over an edition of the list, a JSON array of its rows. Returns how many codes stand now.
create function app.load_icd10(p_codes jsonb) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into app.icd10 as c (code, title, complete, words, weight)
    select n.code, n.title, n.complete, n.words, n.weight
    from jsonb_populate_recordset(null::app.icd10, p_codes) n
    on conflict (code) do update set title = excluded.title, complete = excluded.complete, retired = false,
        words = excluded.words, weight = excluded.weight
    where (c.title, c.complete, c.retired, c.words, c.weight)
        is distinct from (excluded.title, excluded.complete, false, excluded.words, excluded.weight);
    update app.icd10 c set retired = true
    where not c.retired and c.code not in (select n.code from jsonb_to_recordset(p_codes) n (code text) where n.code <> '');
    delete from app.icd10_word;
    insert into app.icd10_word (word, uses)
    select w.word, count(*) from app.icd10 c, unnest(c.words) w (word)
    where c.complete and not c.retired group by w.word;
    return (select count(*) from app.icd10 c where not c.retired);
end $$;
grant execute on function app.load_icd10 to deploy;
reset role;

set role his_search;
-- The words of the list that a typed word may mean: those that begin with it, else those a slip or two away from it.
create function app.icd10_words_meant(p_typed text, p_slips boolean) returns text[]
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
declare
    v_begin text[];
    v_length integer := length(p_typed);
    v_exchanged text[] := app.exchanged(p_typed);
begin
    if v_length < 3 then
        return array[p_typed];
    end if;
    select array_agg(b.word) into v_begin from (
        select w.word from app.icd10_word w
        where w.word >= p_typed and w.word < p_typed || chr(1114111)
        order by w.word = p_typed desc, w.uses desc limit 60) b;
    if v_begin is not null and not p_slips or v_length = 3 then
        return coalesce(v_begin, '{}');
    end if;
    return coalesce(v_begin, '{}') || array(
        select n.word from (
            select f.word, f.far, min(f.far) over () as least from (
                select w.word, case when w.word = any (v_exchanged) then 1
                                    else ext.levenshtein_less_equal(w.word, p_typed, 3) end as far
                from app.icd10_word w where w.word operator(ext.%) p_typed
                union all
                -- a slip in the first letters of a longer word
                select w.word, 1 from app.icd10_word w
                where w.word >= left(p_typed, 1) and w.word < left(p_typed, 1) || chr(1114111)
                  and length(w.word) >= v_length
                  and (left(w.word, v_length) = any (v_exchanged)
                       or ext.levenshtein_less_equal(left(w.word, v_length), p_typed, 1) <= 1)) f) n
        where n.far = n.least and n.far <= case when v_length < 6 then 2 else 3 end limit 40);
end $$;

-- Codes that begin with what was typed, or whose titles hold all its words; plain titles first. Any signed-in person.
create function app.find_icd10(p_typed text, p_most integer default 20) returns table (code text, title text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_code text := upper(regexp_replace(left(p_typed, 100), '[ .]', '', 'g'));
    v_terms text[] := (array(
        select distinct left(w, 40) from unnest(string_to_array(app.norm(left(p_typed, 100)), ' ')) w
        where w <> '' and w <> all ('{a,an,and,by,due,encounter,for,in,of,on,or,other,s,the,to,with}'::text[])))[1:6];
    v_most integer := least(greatest(p_most, 1), 50);
    v_term text;
    v_sets text[];
    v_meant text;
    v_which text;
    v_count integer;
    v_found boolean := false;
begin
    perform auth.enter();
    if v_code ~ '^[A-Z][0-9A-Z]{1,6}$' and v_code ~ '[0-9]' then
        return query select c.code, c.title from app.icd10 c
        where replace(c.code, '.', '') >= v_code and replace(c.code, '.', '') < v_code || chr(1114111)
          and c.complete and not c.retired
        order by replace(c.code, '.', '') limit v_most;
        if found then
            return;
        end if;
    end if;
    if cardinality(v_terms) = 0 or length(p_typed) < 2 then
        return;
    end if;
    -- first as typed, a misspelt word for what it may mean; then with every word perhaps misspelt
    for v_slips in 0..1 loop
        v_sets := '{}';
        foreach v_term in array v_terms loop
            v_sets := v_sets || app.icd10_words_meant(v_term, v_slips = 1)::text;
        end loop;
        v_meant := (select string_agg(format('c.words && %L::text[]', s), ' and ') from unnest(v_sets) s);
        -- whole words before beginnings
        foreach v_which in array array[
            format('c.words @> %L::text[]', v_terms), format('%s and not c.words @> %L::text[]', v_meant, v_terms)]
        loop
            return query execute format('select c.code, c.title from app.icd10 c
                where c.complete and not c.retired and %s order by c.weight, c.code limit %s', v_which, v_most);
            get diagnostics v_count = row_count;
            v_most := v_most - v_count;
            if v_most = 0 then
                return;
            end if;
            v_found := v_found or v_count > 0;
        end loop;
        if v_found then
            return;
        end if;
    end loop;
end $$;
grant execute on function app.find_icd10 to app_station;
grant execute on function app.icd10_words_meant to his_owner;
reset role;
