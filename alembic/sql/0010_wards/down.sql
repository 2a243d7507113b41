drop trigger follow_duty on app.staff;
set role his_owner;
drop table app.cleaning_task, app.discharge_item, app.stay, app.admission_request, app.related_person, app.bed, app.room;
drop function app.guard_bed, app.guard_request, app.guard_cleaning;
revoke insert on app.patient, app.patient_name from his_search;
revoke update (version) on app.staff from his_search;
reset role;
set role his_search;
drop function app.bed_board, app.bed_waiting, app.register_newborn, app.place_bed, app.check_request, app.reserve_bed,
    app.hold_bed, app.relate_request, app.place_stay, app.stamp_stay, app.relate_stay, app.settle_stay, app.settle_bed,
    app.stamp_item, app.nearest_cleaner, app.offer_cleaning, app.offer_waiting, app.ask_cleaning, app.stamp_cleaning,
    app.follow_cleaning, app.decline_cleaning, app.give_cleaning, app.cleaners, app.follow_duty;
reset role;
set role his_audit;
delete from audit.clinical_column where table_name in ('admission_request', 'stay', 'discharge_item');
reset role;
set role his_auth;
drop function auth.cleaners;
delete from auth.relationship_kind where module in ('beds', 'admissions');
delete from auth.grant_lock where module in ('beds', 'admissions', 'cleaning');
delete from auth.role_grant where module in ('beds', 'admissions', 'cleaning');
delete from auth.permission where module in ('beds', 'admissions', 'cleaning');
reset role;
