set role his_owner;
drop table app.care_relationship, app.op_done, app.outbox;
drop procedure app.fence;
drop function app.op_start, app.op_finish, app.next_version;
reset role;
set role his_search;
drop function app.serves;
reset role;
set role his_auth;
drop function auth.setting;
drop table auth.relationship_kind, auth.opening, auth.ask, auth.station_key, auth.data_key, auth.session, auth.failure,
    auth.attempt, auth.challenge, auth.meter, auth.account_department, auth.account_role, auth.grant_lock,
    auth.role_grant, auth.permission, auth.role, auth.account, auth.station_department, auth.station, auth.secret,
    auth.setting;
drop function auth.accounts, auth.answered, auth.last_session, auth.ask, auth.asked, auth.asked_index, auth.attempt,
    auth.challenge, auth.change_grants, auth.change_password, auth.charts, auth.check_credential, auth.close,
    auth.close_others, auth.create_account, auth.departments, auth.device_departments, auth.device_login, auth.enter,
    auth.found_dispensings, auth.grid, auth.has, auth.hmac_sha256, auth.keep_an_administrator, auth.kinds, auth.login, auth.me,
    auth.my_station, auth.open, auth.open_new, auth.random32, auth.require, auth.roles, auth.set_account,
    auth.set_password, auth.sid, auth.sign_out, auth.signed_in, auth.spend, auth.station_code, auth.station_keys,
    auth.station_role, auth.stations, auth.touch, auth.account_figures,
    auth.station_figures, auth.uid, auth.whoami, auth.xor;
reset role;
set role his_audit;
drop table audit.log, audit.clinical_column;
drop function audit.entries, audit.export, audit.hashed, audit.figures, audit.own,
    audit.last_change, audit.masked, audit.note, audit.record;
reset role;
