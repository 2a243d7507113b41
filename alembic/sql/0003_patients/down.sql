set role his_owner;
drop table app.allergy_declaration, app.allergy, app.document, app.emergency_contact, app.insurance_policy,
    app.patient_identifier, app.patient_name, app.patient, app.mrn_issued;
drop sequence app.mrn_body;
drop procedure app.fence_of_patient;
drop function app.any_of, app.check_patient_status, app.next_mrn, app.new_mrn, app.mrn_check_digit;
reset role;
set role his_search;
drop function app.patient_exists, app.registered_today, app.mrn_of, app.patient_of_mrn;
reset role;
