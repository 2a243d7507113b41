-- Stock by lot: what a pharmacy has of a medicine, until when it may be given, and every movement of it.
set role his_auth;
insert into auth.permission (module, act, clinical, meaning) values
    ('stock', 'view', false, 'see the stock of the own pharmacies'),
    ('stock', 'create', false, 'receive lots'),
    ('stock', 'edit', false, 'count, correct and discard stock');
insert into auth.role_grant (role_id, module, act)
select r.id, 'stock', a.act
from (values ('pharmacy', 'view'), ('pharmacy', 'create'), ('pharmacy', 'edit'), ('facility_head', 'view')) as a (name, act)
join auth.role r on r.name = a.name;
insert into auth.grant_lock (role_id, module, act, reason)
select r.id, p.module, p.act, x.reason
from (values ('kiosk_patient', 'a kiosk has its own narrow view'), ('wall_board', 'a board has its own narrow view'))
    as x (name, reason)
join auth.role r on r.name = x.name
join auth.permission p on p.module = 'stock';
reset role;

set role his_owner;
-- `on_hand` is the sum of the movements, in the medicine's counting unit; only they change it.
create table app.lot (
    id uuid primary key,
    department_id uuid not null references app.department,
    medicine_id uuid not null references app.medicine,
    lot_number text not null check (length(lot_number) between 1 and 40),
    expires_on date not null check (expires_on between '2000-01-01' and '2199-12-31'),
    on_hand numeric(10, 2) not null default 0 check (on_hand >= 0 and on_hand < 'NaN'),
    first_received_at timestamptz not null default clock_timestamp(),
    version integer not null default 1,
    unique (department_id, medicine_id, lot_number)
);
create index lot_medicine on app.lot (medicine_id);
create index lot_number on app.lot (department_id, lot_number);
create index lot_shelf on app.lot (department_id, medicine_id, expires_on);
call app.fence('lot', '', 'department_id', '');
create policy read on app.lot for select to app_station using (
    (select auth.has('stock', 'view')) and department_id = any ((select auth.departments())::uuid[]));
create policy make on app.lot for insert to app_station with check (
    (select auth.has('stock', 'create')) and department_id = any ((select auth.departments())::uuid[]));
grant insert (id, department_id, medicine_id, lot_number, expires_on) on app.lot to app_station;

-- Entries are never changed: what was wrong is put right by another entry.
create table app.stock_move (
    id uuid primary key,
    lot_id uuid not null references app.lot,
    department_id uuid not null,
    kind text not null check (kind in ('received', 'dispensed', 'returned', 'counted', 'discarded')),
    quantity numeric(10, 2) not null check (quantity <> 0 and quantity < 'NaN'),
    reason text not null default '' check (length(reason) <= 200),
    moved_at timestamptz not null default clock_timestamp(),
    moved_by uuid default auth.uid(),
    version integer not null default 1,
    check (case kind when 'received' then quantity > 0 when 'returned' then quantity > 0
                     when 'dispensed' then quantity < 0 when 'discarded' then quantity < 0 else true end),
    check (kind not in ('counted', 'discarded') or reason <> '')
);
create index stock_move_lot on app.stock_move (lot_id, moved_at);
call app.fence('stock_move', '', 'department_id', '');
create policy read on app.stock_move for select to app_station using (
    (select auth.has('stock', 'view')) and department_id = any ((select auth.departments())::uuid[]));
create policy make on app.stock_move for insert to app_station with check (
    department_id = any ((select auth.departments())::uuid[])
    and case kind when 'received' then (select auth.has('stock', 'create'))
                  when 'counted' then (select auth.has('stock', 'edit'))
                  when 'discarded' then (select auth.has('stock', 'edit')) else false end);
grant insert (id, lot_id, kind, quantity, reason) on app.stock_move to app_station;

-- When a medicine is to be ordered again: at so much that has not expired, or less. None: nobody said.
create table app.reorder_level (
    id uuid primary key,
    department_id uuid not null references app.department,
    medicine_id uuid not null references app.medicine,
    quantity numeric(10, 2) not null check (quantity >= 0 and quantity < 'NaN'),
    version integer not null default 1,
    unique (department_id, medicine_id)
);
create index reorder_level_medicine on app.reorder_level (medicine_id);
call app.fence('reorder_level', '', 'department_id', '');
create policy read on app.reorder_level for select to app_station using (
    (select auth.has('stock', 'view')) and department_id = any ((select auth.departments())::uuid[]));
create policy make on app.reorder_level for insert to app_station with check (
    (select auth.has('stock', 'edit')) and department_id = any ((select auth.departments())::uuid[]));
create policy change on app.reorder_level for update to app_station using (
    (select auth.has('stock', 'edit')) and department_id = any ((select auth.departments())::uuid[]));
grant insert (id, department_id, medicine_id, quantity) on app.reorder_level to app_station;
grant update (quantity, version) on app.reorder_level to app_station;
grant select, update on app.lot to his_search;
grant select, insert on app.stock_move to his_search;

-- A movement takes its place and changes the lot, which waits in line for the one before.
create function app.move_stock() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_lot app.lot;
begin
    if session_user <> 'deploy' then
        perform auth.require('stock', 'view');
    end if;
    select * into v_lot from app.lot l where l.id = new.lot_id for update;
    if not found or session_user <> 'deploy' and v_lot.department_id <> all (auth.departments()) then
        raise exception 'This lot is not on your shelves.' using errcode = 'HD403';
    end if;
    new.department_id := v_lot.department_id;
    if v_lot.on_hand + new.quantity < 0 then
        raise exception 'Lot % has only % left.', v_lot.lot_number, trim_scale(v_lot.on_hand) using errcode = 'HD409';
    end if;
    update app.lot l set on_hand = l.on_hand + new.quantity, version = l.version + 1 where l.id = new.lot_id;
    return new;
end $$;
create trigger a_move before insert on app.stock_move for each row execute function app.move_stock();
reset role;
alter function app.move_stock owner to his_search;
