set role his_owner;
drop trigger learn_words_insert on app.patient_name;
drop trigger learn_words_update on app.patient_name;
reset role;
set role his_search;
drop function app.similar_people, app.name_part_far, app.date_likeness, app.found, app.hits, app.question, app.dates_meant, app.births_typed, app.fitting, app.numbers_typed,
    app.names_like, app.of_term, app.carriers, app.names_like_one, app.names_typed, app.why, app.words_meant,
    app.word_far, app.exchanged, app.recount_words, app.learn_words;
drop type app.hit, app.meant;
reset role;
set role his_owner;
drop table app.name_word;
drop index app.patient_mrn, app.patient_birth_date, app.patient_email;
alter table app.patient drop column family_key, drop column given_key, drop column phone_digits_rev,
    drop column phone_2_digits_rev;
alter table app.patient_name drop column family_key, drop column given_key, drop column words;
drop function app.digits_reversed, app.word_sounds, app.near_words, app.name_words, app.name_key, app.norm;
reset role;
