-- What a station may call without and with a session. Nothing else in auth and audit can be reached.
set role his_auth;
grant execute on function auth.challenge, auth.attempt, auth.login, auth.device_login, auth.my_station to app_station;
grant execute on function auth.sid, auth.uid, auth.whoami, auth.signed_in, auth.has, auth.require, auth.enter, auth.departments,
    auth.device_departments, auth.kinds, auth.charts, auth.found_dispensings to app_station, his_owner, his_audit, his_search;
grant execute on function auth.touch, auth.sign_out, auth.me, auth.ask, auth.open, auth.close,
    auth.open_new, auth.station_keys, auth.create_account, auth.set_account, auth.set_password, auth.change_password,
    auth.change_grants, auth.accounts, auth.roles, auth.grid, auth.stations, auth.account_figures,
    auth.station_figures to app_station;
grant execute on function auth.asked, auth.asked_index, auth.answered, auth.spend, auth.setting to his_search;
grant execute on function auth.asked, auth.station_code, auth.station_role to his_audit;
grant execute on function auth.close_others, auth.spend, auth.setting to his_owner;
reset role;

-- The schema's version stands on the sign-in window; the table is made before the first migration runs.
grant select on app.schema_version to app_station;
