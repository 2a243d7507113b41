-- Keys and indexes of the people, and the vocabulary of all words their names are made of.
set role his_owner;

alter table app.patient_name
    add column family_key text collate "C" generated always as (app.name_key(family_name)) stored,
    add column given_key text collate "C" generated always as (app.name_key(given_names)) stored,
    add column words text[] generated always as (app.name_words(family_name, given_names)) stored;
-- a list of 50 names is read from the index alone, not from 50 places of the table
create index patient_name_family on app.patient_name (family_key, given_key) include (patient_id, use, id);
create index patient_name_given on app.patient_name (given_key, family_key) include (patient_id, use, id);
create index patient_name_words on app.patient_name using gin (words) with (fastupdate = off);

alter table app.patient
    add column family_key text collate "C" generated always as (app.name_key(family_name)) stored,
    add column given_key text collate "C" generated always as (app.name_key(given_names)) stored,
    add column phone_digits_rev text collate "C" generated always as (app.digits_reversed(phone)) stored,
    add column phone_2_digits_rev text collate "C" generated always as (app.digits_reversed(phone_2)) stored;
create index patient_name_order on app.patient (family_key, given_key, id);
create index patient_mrn on app.patient ((mrn::text) collate "C");
create index patient_birth_date on app.patient (birth_date);
create index patient_phone_end on app.patient (phone_digits_rev) where phone_digits_rev <> '';
create index patient_phone_2_end on app.patient (phone_2_digits_rev) where phone_2_digits_rev <> '';
create index patient_email on app.patient ((lower(email)) collate "C") where email <> '';

-- The words of all names, so that a misspelling is looked up among some ten thousand words and not a million people.
-- No station reads it. A word may stand twice when two stations bring it at the same moment: that does no harm, and no
-- registration ever waits for another one (a unique word or a live counter would make every Smith wait for the last).
create table app.name_word (
    id bigint generated always as identity primary key,
    word text collate "C" not null,
    near text[] not null generated always as (app.near_words(word)) stored,
    sounds text[] not null generated always as (app.word_sounds(word)) stored,
    uses integer not null default 1,
    unused_since timestamptz
);
create index name_word_word on app.name_word (word) include (uses);
create index name_word_near on app.name_word using gin (near) with (fastupdate = off);
create index name_word_sounds on app.name_word using gin (sounds) with (fastupdate = off);
alter table app.name_word enable row level security;
alter table app.name_word force row level security;

grant select, insert, update, delete on app.name_word to his_search;
reset role;

set role his_search;
create function app.learn_words() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into app.name_word (word)
    select distinct w.word from written n, unnest(n.words) w (word)
    -- a word marked as unused may be dropped any moment, even while this transaction is still under way
    where not exists (select from app.name_word v where v.word = w.word and v.unused_since is null);
    return null;
end $$;

-- Counts the uses of each word afresh, adds missing ones, drops doubles and words that nobody has carried for a day
-- (a day, because a registration still under way may rely on a word that was in use when it began). For the scheduler,
-- and after an import. Returns the number of words.
create function app.recount_words() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    delete from app.name_word v
    where exists (select from app.name_word o where o.word = v.word and o.id < v.id)
       or v.unused_since < clock_timestamp() - interval '1 day';
    with counted as materialized (
        select w.word, count(*)::integer as uses from app.patient_name n, unnest(n.words) w (word) group by w.word
    ), added as (
        insert into app.name_word (word, uses)
        select c.word, c.uses from counted c where not exists (select from app.name_word v where v.word = c.word)
    )
    update app.name_word v set
        uses = coalesce(t.uses, 0),
        unused_since = case when t.uses is null then coalesce(v.unused_since, clock_timestamp()) end
    from app.name_word o left join counted t on t.word = o.word
    where o.id = v.id and (v.uses, v.unused_since is null) is distinct from (coalesce(t.uses, 0), t.uses is not null);
    return (select count(*) from app.name_word);
end $$;
grant execute on function app.learn_words to his_owner;
grant execute on function app.recount_words to scheduler;
reset role;

set role his_owner;
-- two triggers, since a transition table belongs to one kind of event
create trigger learn_words_insert after insert on app.patient_name
    referencing new table as written for each statement execute function app.learn_words();
create trigger learn_words_update after update on app.patient_name
    referencing new table as written for each statement execute function app.learn_words();
reset role;
set role his_search;
select app.recount_words();
reset role;
