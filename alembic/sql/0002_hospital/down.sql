set role his_search;
drop function app.doctors, app.today, app.staff_name;
reset role;
set role his_owner;
drop table app.staff, app.department, app.hospital;
reset role;
set role his_auth;
drop function auth.doctor_departments, auth.follow_employee_number;
reset role;
