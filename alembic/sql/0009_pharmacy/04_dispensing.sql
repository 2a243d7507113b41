-- Dispensing: what was handed out of which lot for which line. Nothing of it is ever changed; a reversal is an entry.
set role his_auth;
insert into auth.permission (module, act, clinical, meaning) values
    ('dispensings', 'view', true, 'see what was dispensed'),
    ('dispensings', 'create', true, 'dispense what was prescribed'),
    ('dispensings', 'edit', true, 'reverse a dispensing, with a reason');
insert into auth.role_grant (role_id, module, act)
select r.id, 'dispensings', a.act
from (values ('pharmacy', 'view'), ('pharmacy', 'create'), ('pharmacy', 'edit'), ('physician', 'view'), ('nurse', 'view'),
    ('ward_manager', 'view'), ('medical_admin', 'view')) as a (name, act)
join auth.role r on r.name = a.name;
insert into auth.grant_lock (role_id, module, act, reason)
select r.id, p.module, p.act, x.reason
from (values
    ('superadmin', 'administrators do not read records'),
    ('registration', 'clinical data stays with clinicians'),
    ('kiosk_patient', 'a kiosk has its own narrow view'),
    ('wall_board', 'a board has its own narrow view')
) as x (name, reason)
join auth.role r on r.name = x.name
join auth.permission p on p.module = 'dispensings';
reset role;

set role his_owner;
-- One hand-over at the window, or, with `reverses`, the entry that takes one back.
create table app.dispensing (
    id uuid primary key,
    prescription_id uuid not null references app.prescription,
    patient_id uuid references app.patient,
    department_id uuid not null,
    reverses uuid unique references app.dispensing,
    reason text not null default '' check (length(reason) <= 200),
    dispensed_at timestamptz not null default clock_timestamp(),
    dispensed_by uuid not null default auth.uid() references app.staff,
    transaction_id bigint not null default pg_current_xact_id()::text::bigint,
    version integer not null default 1,
    check (reverses is null or reason <> '')
);
create index dispensing_prescription on app.dispensing (prescription_id);
create index dispensing_day on app.dispensing (department_id, dispensed_at);
create index dispensing_by on app.dispensing (dispensed_by);
create index dispensing_patient on app.dispensing (patient_id, dispensed_at);
call app.fence('dispensing', 'patient_id', 'department_id', '');

-- Quantities are in the medicine's counting unit. `skip_reason` says why a lot that expires earlier was left.
create table app.dispensing_item (
    id uuid primary key,
    dispensing_id uuid not null references app.dispensing,
    line_id uuid not null references app.prescription_line,
    lot_id uuid not null references app.lot,
    patient_id uuid references app.patient,
    department_id uuid not null,
    quantity numeric(10, 2) not null check (quantity > 0 and quantity < 'NaN'),
    skip_reason text not null default '' check (length(skip_reason) <= 200),
    version integer not null default 1,
    unique (dispensing_id, line_id, lot_id)
);
create index dispensing_item_line on app.dispensing_item (line_id);
create index dispensing_item_patient on app.dispensing_item (patient_id);
create index dispensing_item_lot on app.dispensing_item (lot_id);
call app.fence('dispensing_item', 'patient_id', 'department_id', '');

create procedure app.police_dispensing(p_table text, p_entry text) language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    execute format($policy$
        create policy read on app.%1$I for select to app_station using (
            (select auth.has('dispensings', 'view')) and (
                patient_id = any ((select auth.charts())::uuid[])
                or exists (select 1 from app.care_relationship r where r.patient_id = %1$I.patient_id)
                or patient_id is null and department_id = any ((select auth.departments())::uuid[])
                or %2$I = any ((select auth.found_dispensings())::uuid[])))$policy$, p_table, p_entry);
    execute format($policy$
        create policy make on app.%1$I for insert to app_station with check (
            department_id = any ((select auth.departments())::uuid[])
            and ((select auth.has('dispensings', 'create')) or (select auth.has('dispensings', 'edit'))))$policy$, p_table);
end $$;
call app.police_dispensing('dispensing', 'id');
call app.police_dispensing('dispensing_item', 'dispensing_id');
drop procedure app.police_dispensing;
grant insert (id, prescription_id, reverses, reason) on app.dispensing to app_station;
grant insert (id, dispensing_id, line_id, lot_id, quantity, skip_reason) on app.dispensing_item to app_station;
grant select on app.dispensing, app.dispensing_item to his_search;

create function app.place_dispensing() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_of app.prescription;
    v_first app.dispensing;
begin
    select * into v_of from app.prescription p where p.id = new.prescription_id for update;
    new.patient_id := v_of.patient_id;
    new.department_id := v_of.department_id;
    if session_user = 'deploy' then
        return new;
    end if;
    perform auth.require('dispensings', case when new.reverses is null then 'create' else 'edit' end);
    if v_of.id is null or v_of.department_id <> all (auth.departments()) then
        raise exception 'This prescription is not for your pharmacy.' using errcode = 'HD403';
    elsif new.reverses is null and v_of.status not in ('issued', 'partly dispensed') then
        raise exception 'This prescription is done already: it is “%”.', v_of.status using errcode = 'HD409';
    end if;
    if new.reverses is not null then
        select * into v_first from app.dispensing d where d.id = new.reverses;
        if v_first.prescription_id is distinct from new.prescription_id or v_first.reverses is not null then
            raise exception 'Only a dispensing of this prescription can be reversed.' using errcode = 'HD422';
        elsif exists (select 1 from app.dispensing d where d.reverses = new.reverses) then
            raise exception 'This dispensing was reversed already.' using errcode = 'HD409';
        end if;
    end if;
    return new;
end $$;
create trigger a_place before insert on app.dispensing for each row execute function app.place_dispensing();

-- Takes the quantity from the lot, or puts it back, and tells the line: all in the transaction of the entry.
create function app.take_from_lot() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_of app.dispensing;
    v_line app.prescription_line;
    v_lot app.lot;
    v_who text;
    v_taken numeric;
begin
    if session_user <> 'deploy' then
        perform auth.require('dispensings', 'view');
    end if;
    select * into v_of from app.dispensing d where d.id = new.dispensing_id;
    if session_user <> 'deploy' and (v_of.dispensed_by is distinct from auth.uid()
            or v_of.transaction_id <> pg_current_xact_id()::text::bigint) then
        raise exception 'This dispensing is done. Make a new one.' using errcode = 'HD403';
    end if;
    new.patient_id := v_of.patient_id;
    new.department_id := v_of.department_id;
    if session_user = 'deploy' and current_setting('hisdesk.batch', true) = 'on' then
        return new;                       -- an import of the past: lots and lines are stored as they stood afterwards
    end if;
    select * into v_line from app.prescription_line l
    where l.id = new.line_id and l.prescription_id = v_of.prescription_id for update;
    select * into v_lot from app.lot l where l.id = new.lot_id and l.department_id = v_of.department_id for update;
    if v_line.id is null or v_lot.id is null or v_lot.medicine_id <> v_line.medicine_id then
        raise exception 'This lot is not of the medicine that was prescribed.' using errcode = 'HD422';
    end if;
    if v_of.reverses is not null then
        select i.quantity into v_taken from app.dispensing_item i
        where i.dispensing_id = v_of.reverses and i.line_id = new.line_id and i.lot_id = new.lot_id;
        if v_taken is distinct from new.quantity then
            raise exception 'A reversal takes back exactly what was dispensed.' using errcode = 'HD422';
        end if;
        insert into app.stock_move (id, lot_id, department_id, kind, quantity, reason)
        values (gen_random_uuid(), new.lot_id, new.department_id, 'returned', new.quantity, v_of.reason);
        update app.prescription_line l set dispensed_quantity = l.dispensed_quantity - new.quantity, version = l.version + 1
        where l.id = new.line_id;
        return new;
    end if;
    if v_lot.expires_on < app.today() then
        raise exception 'Lot % expired on %. It cannot be dispensed.', v_lot.lot_number, v_lot.expires_on
            using errcode = 'HD422';
    elsif v_line.status not in ('issued', 'partly dispensed') then
        raise exception 'This line is done already: it is “%”.', v_line.status using errcode = 'HD409';
    elsif v_line.dispensed_quantity + new.quantity > v_line.quantity then
        raise exception 'Only % of this line is still to be dispensed.',
            trim_scale(v_line.quantity - v_line.dispensed_quantity) using errcode = 'HD409';
    elsif v_lot.on_hand < new.quantity then
        select concat_ws(' ', nullif(s.title, ''), s.given_names, s.family_name) || ' took '
               || trim_scale(i.quantity) || ' at ' || to_char(d.dispensed_at, 'HH24:MI')
        into v_who from app.dispensing_item i join app.dispensing d on d.id = i.dispensing_id and d.reverses is null
        join app.staff s on s.id = d.dispensed_by
        where i.lot_id = new.lot_id order by d.dispensed_at desc limit 1;
        raise exception 'Lot % has only % left%.', v_lot.lot_number, trim_scale(v_lot.on_hand),
            coalesce(': ' || v_who, '') using errcode = 'HD409';
    end if;
    insert into app.stock_move (id, lot_id, department_id, kind, quantity)
    values (gen_random_uuid(), new.lot_id, new.department_id, 'dispensed', -new.quantity);
    update app.prescription_line l set dispensed_quantity = l.dispensed_quantity + new.quantity, version = l.version + 1
    where l.id = new.line_id;
    return new;
end $$;
create trigger a_take before insert on app.dispensing_item for each row execute function app.take_from_lot();

-- Earliest expiry first, asked at the commit, when all lots of the entry are taken.
create function app.check_expiry_order() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_earlier app.lot;
begin
    if session_user = 'deploy' or new.skip_reason <> ''
            or exists (select 1 from app.dispensing d where d.id = new.dispensing_id and d.reverses is not null) then
        return null;
    end if;
    select e.* into v_earlier from app.lot l
    join app.lot e on e.department_id = l.department_id and e.medicine_id = l.medicine_id
        and e.expires_on < l.expires_on and e.expires_on >= app.today() and e.on_hand > 0
    where l.id = new.lot_id order by e.expires_on limit 1;
    if found then
        raise exception 'Lot % expires earlier, on %. Take it first, or say why not.', v_earlier.lot_number,
            v_earlier.expires_on using errcode = 'HD422';
    end if;
    return null;
end $$;
create constraint trigger check_expiry_order after insert on app.dispensing_item
    deferrable initially deferred for each row execute function app.check_expiry_order();

create function app.check_dispensing() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if (select count(*) from app.dispensing_item i where i.dispensing_id = new.id)
            < greatest(1, (select count(*) from app.dispensing_item i where i.dispensing_id = new.reverses)) then
        raise exception 'Nothing, or not everything, is in this entry.' using errcode = 'HD422';
    end if;
    return null;
end $$;
create constraint trigger check_dispensing after insert on app.dispensing
    deferrable initially deferred for each row execute function app.check_dispensing();
reset role;
alter function app.place_dispensing owner to his_search;
alter function app.take_from_lot owner to his_search;
alter function app.check_expiry_order owner to his_search;
alter function app.check_dispensing owner to his_search;

set role his_audit;
insert into audit.clinical_column (table_name, column_name) values
    ('dispensing', 'reason'), ('dispensing_item', 'lot_id'), ('dispensing_item', 'quantity'),
    ('dispensing_item', 'skip_reason');
reset role;
