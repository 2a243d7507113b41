set role his_search;
drop function app.note_dispensing_print, app.dispensing_paper, app.dispensing_to_print, app.dispensings_found;
reset role;
set role his_owner;
drop table app.dispensing_item, app.dispensing, app.stock_move, app.reorder_level, app.lot;
reset role;
set role his_search;
drop function app.check_dispensing, app.check_expiry_order, app.take_from_lot, app.place_dispensing, app.move_stock;
reset role;
set role his_auth;
delete from auth.grant_lock where module in ('stock', 'dispensings', 'dispensing_history');
delete from auth.role_grant where module in ('stock', 'dispensings', 'dispensing_history');
delete from auth.permission where module in ('stock', 'dispensings', 'dispensing_history');
reset role;
set role his_audit;
delete from audit.clinical_column where table_name in ('dispensing', 'dispensing_item');
reset role;
set role his_owner;
drop table app.prescription_draft, app.prescription_override, app.prescription_line, app.prescription;
drop table app.interaction, app.cross_reactivity, app.allergy_group, app.medicine;
drop function app.stamp_draft, app.guard_line;
reset role;
set role his_search;
drop function app.relate_prescription, app.follow_lines, app.check_prescription, app.check_line, app.allergy_stops, app.allergy_substances,
    app.place_override, app.place_line, app.place_prescription, app.pharmacies;
reset role;
set role his_owner;
drop function app.names_any, app.is_member, app.plain_words;
reset role;

set role his_auth;
drop function auth.pharmacy_departments, auth.confirmed, auth.confirm;
drop table auth.confirmation;
delete from auth.relationship_kind where module = 'prescriptions';
delete from auth.grant_lock where module in ('prescriptions', 'medicines');
delete from auth.role_grant where module in ('prescriptions', 'medicines')
    or role_id in (select r.id from auth.role r where r.name = 'pharmacy') and module in ('patients', 'allergies');
delete from auth.permission where module in ('prescriptions', 'medicines');
reset role;

set role his_audit;
delete from audit.clinical_column where table_name in ('prescription_line', 'prescription_override');
reset role;
