-- What a typed word may mean: words of the vocabulary that are near it, sound like it or begin with it.
set role his_search;

-- The word with each pair of neighbouring letters exchanged.
create function app.exchanged(p_word text) returns text[]
language sql immutable strict parallel safe
return array(
    select left(p_word, i - 1) || substr(p_word, i + 1, 1) || substr(p_word, i, 1) || substr(p_word, i + 2)
    from generate_series(1, least(length(p_word), 40) - 1) i
);

-- How far a typed word is from a name's word: 0 the same, 0.5 its beginning, 1 one slip of the finger, 1.5 sounds alike,
-- 2 two slips in a longer word, 9 another word. One or two letters are the same word or another one.
create function app.word_far(p_typed text, p_word text) returns real
language sql immutable strict parallel safe
return case
    when p_typed = p_word then 0
    when length(p_typed) < 3 then 9
    when starts_with(p_word, p_typed) then 0.5
    when ext.levenshtein_less_equal(p_typed, p_word, 1) <= 1 then 1
    when length(p_typed) = length(p_word) and p_word = any (app.exchanged(p_typed)) then 1
    when app.word_sounds(p_typed) && app.word_sounds(p_word)
        and ext.levenshtein_less_equal(p_typed, p_word, 3) <= least(3, length(p_typed) / 2) then 1.5
    when length(p_typed) > 5 and ext.levenshtein_less_equal(p_typed, p_word, 2) <= 2 then 2
    else 9
end;

-- At most 40 words, the nearest first. Every word one slip away is found; the other ways in are cut at a few hundred.
create function app.words_meant(p_typed text) returns table (word text, far real)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    v_typed text := left(p_typed, 40);
    v_near text[] := app.near_words(left(p_typed, 40));
    v_sounds text[] := app.word_sounds(left(p_typed, 40));
    v_exchanged text[] := app.exchanged(left(p_typed, 40));
    v_heads text[] := array(select left(left(p_typed, 40), i) from generate_series(4, length(p_typed) - 1) i);
begin
    return query
    with candidate as materialized (
        select v.word, v.uses,
            case when v.word = v_typed then 0
                 when ext.levenshtein_less_equal(v.word, v_typed, 1) <= 1 then 1
                 when v.word = any (v_exchanged) then 1
                 when length(v_typed) > 5 then 2 else 9 end as far
        from app.name_word v where v.near && v_near
        union all
        (select v.word, v.uses, 0.5 from app.name_word v
         where length(v_typed) > 2 and v.word > v_typed and v.word < v_typed || chr(1114111)
         order by v.uses desc limit 20)
        union all
        (select v.word, v.uses, 1.5 from app.name_word v
         where v.sounds && v_sounds
           and ext.levenshtein_less_equal(v.word, v_typed, 3) <= least(3, length(v_typed) / 2)
         limit 300)
        union all
        select v.word, v.uses, 1.5 from app.name_word v where v.word = any (v_heads)
    )
    select c.word, min(c.far)::real from candidate c where c.far < 9
    group by c.word order by min(c.far), max(c.uses) desc limit 40;
end $$;
reset role;
