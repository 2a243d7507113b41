set role his_owner;
drop table app.clinical_order;
reset role;
set role his_search;
drop function app.order_departments, app.check_order, app.stamp_order, app.see_order, app.relate_order;
reset role;
set role his_audit;
delete from audit.clinical_column where table_name = 'clinical_order';
reset role;
set role his_auth;
drop function auth.staffed;
delete from auth.relationship_kind where module = 'orders';
delete from auth.grant_lock where module = 'orders';
delete from auth.role_grant where module = 'orders'
    or act = 'view' and module in ('patients', 'allergies')
       and role_id in (select r.id from auth.role r where r.name in ('laboratory', 'radiology'));
delete from auth.permission where module = 'orders';
reset role;
