-- What a name is compared by: plain lower-case words, whatever alphabet, accents and punctuation it is written with.
set role his_owner;

-- Compatibility forms folded, accents and case gone, everything that is not a letter or digit one space. The classes
-- are spelled out, because [[:alnum:]] means different things under different locale providers.
create function app.norm(p_text text) returns text
language sql immutable strict parallel safe
return case
    when p_text ~ '^[A-Za-z]+( [A-Za-z]+)*$' then lower(p_text)              -- most names: spares the work below
    else btrim(regexp_replace(
        lower(ext.unaccent('ext.unaccent'::regdictionary, regexp_replace(
            translate(normalize(p_text, NFKC), 'أإآٱىةکیəƏ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', 'اااايهكيeE01234567890123456789'),
            -- marks that only decorate: accents left over, Hebrew and Arabic vowel signs, tatweel, invisible characters
            '[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf-\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]+',
            '', 'g'))),
        '[\u0001-\u002f\u003a-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u02b9-\u02df\u055a-\u055f\u058a\u05be\u05c0\u05c3\u05f3\u05f4\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u0965\u2000-\u206f\u2070-\u20cf\u2190-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u303d\u30a0\u30fb\ue000-\uf8ff\ufe10-\ufe6f\uff00-\uff0f\ufff0-\uffff\U0001f000-\U0001ffff\U000f0000-\U0010ffff]+',
        ' ', 'g'))
end;

-- The key that names are sorted and looked up by; cut, so that an index can hold any name. It runs as its owner, since
-- a station that writes a name computes it and may call no function of an extension.
create function app.name_key(p_text text) returns text
language sql immutable strict parallel safe security definer set search_path = pg_catalog, pg_temp
return left(app.norm(p_text), 100);

-- The words of a name as people may type them: each word, compound names also written together ("o brien", "obrien";
-- "xiao ming", "xiaoming"), and names written without spaces (Chinese, Japanese, Korean) whole. Initials are left out.
create function app.name_words(p_family text, p_given text) returns text[]
language sql immutable parallel safe security definer set search_path = pg_catalog, pg_temp
return (
    with parts (family, given) as (
        select left(app.norm(coalesce(p_family, '')), 100), left(app.norm(coalesce(p_given, '')), 100)
    )
    select coalesce(array_agg(distinct left(w.word, 40)), '{}')
    from parts p,
        unnest((string_to_array(p.family, ' '))[1:8] || (string_to_array(p.given, ' '))[1:8]
            || replace(p.family, ' ', '')
            || case when p.given ~ '^\S{1,6} \S{1,6}$' then replace(p.given, ' ', '') else '' end
            || case when p.family ~ '[\u2e80-\ud7ff]' then replace(p.family || p.given, ' ', '') else '' end) w (word)
    where length(w.word) > 1 or w.word ~ '[\u2e80-\ud7ff]'
);

-- The word itself and the word with any one letter left out. Two words that share one of these are at most an
-- insertion, deletion, replacement or exchange of neighbours apart (or nearly so: the search measures again).
create function app.near_words(p_word text) returns text[]
language sql immutable strict parallel safe
return (
    select array_agg(distinct case when i = 0 then p_word else overlay(p_word placing '' from i for 1) end)
    from generate_series(0, case when length(p_word) between 2 and 24 then length(p_word) else 0 end) i
);

-- How a word sounds: English metaphone, first and alternative reading, also of the word in English spelling where it is
-- Polish, German or Scandinavian ("kowalczyk" as "kovalchyk"). None for other alphabets.
create function app.word_sounds(p_word text) returns text[]
language sql immutable strict parallel safe
return case when p_word ~ '^[a-z]{3,}$' then array(
    select distinct s from unnest(array[p_word, replace(replace(replace(replace(replace(replace(
            p_word, 'sch', 'sh'), 'cz', 'ch'), 'sz', 'sh'), 'rz', 'zh'), 'w', 'v'), 'j', 'y')]) w,
        unnest(array[ext.dmetaphone(w), ext.dmetaphone_alt(w)]) s where s <> '')
    else '{}'::text[] end;

-- A phone number's digits from the end, so that any end part of it is a beginning.
create function app.digits_reversed(p_phone text) returns text
language sql immutable strict parallel safe
return reverse(left(regexp_replace(replace(p_phone, '(0)', ''), '[^0-9]', '', 'g'), 30));

-- generated columns are computed with the rights of whoever writes the row
grant execute on function app.name_key, app.name_words, app.digits_reversed to app_station, his_auth, his_search;
grant execute on function app.norm, app.near_words, app.word_sounds to his_search;
reset role;
