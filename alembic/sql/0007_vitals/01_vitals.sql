-- Vital signs as they were measured, and which oxygen scale of NEWS2 a physician prescribed for a person.
set role his_auth;
insert into auth.permission (module, act, clinical, meaning) values
    ('vitals', 'view', true, 'see vital signs'),
    ('vitals', 'create', true, 'record vital signs'),
    ('vitals', 'edit', true, 'mark vital signs as entered in error'),
    ('vitals', 'approve', true, 'prescribe the oxygen scale of the early warning score');
insert into auth.role_grant (role_id, module, act)
select r.id, split_part(p, '.', 1), split_part(p, '.', 2)
from (values
    ('physician', array['vitals.view', 'vitals.create', 'vitals.edit', 'vitals.approve']),
    ('nurse', array['vitals.view', 'vitals.create', 'vitals.edit']),
    ('therapist', array['vitals.view', 'vitals.create']),
    ('ward_manager', array['vitals.view']),
    ('medical_admin', array['vitals.view'])
) as g (name, permissions)
join auth.role r on r.name = g.name
cross join unnest(g.permissions) as p;
insert into auth.grant_lock (role_id, module, act, reason)
select r.id, p.module, p.act, x.reason
from (values
    ('superadmin', 'administrators do not read records'),
    ('registration', 'clinical data stays with clinicians'),
    ('kiosk_patient', 'a kiosk has its own narrow view'),
    ('wall_board', 'a board has its own narrow view')
) as x (name, reason)
join auth.role r on r.name = x.name
join auth.permission p on p.module = 'vitals';
reset role;

set role his_owner;
-- One round of measuring; what was not measured is null. The limits are those of a living person and of the devices.
-- `news2` is null where the score may not or cannot be given; `measured_at` is when, `recorded_at` when it was written.
create table app.vital_signs (
    id uuid primary key,
    patient_id uuid not null references app.patient,
    measured_at timestamptz not null default clock_timestamp(),
    recorded_at timestamptz not null default clock_timestamp(),
    recorded_by uuid default auth.uid(),
    respiratory_rate_per_min smallint check (respiratory_rate_per_min between 0 and 80),
    oxygen_saturation_percent smallint check (oxygen_saturation_percent between 40 and 100),
    oxygen_given boolean,
    oxygen_flow_l_per_min numeric(4, 1) check (oxygen_flow_l_per_min between 0 and 80),
    systolic_mmhg smallint check (systolic_mmhg between 30 and 300),
    diastolic_mmhg smallint check (diastolic_mmhg between 10 and 200),
    pulse_per_min smallint check (pulse_per_min between 0 and 300),
    consciousness text not null default ''
        check (consciousness in ('', 'alert', 'new confusion', 'voice', 'pain', 'unresponsive')),
    temperature_celsius numeric(3, 1) check (temperature_celsius between 20 and 45),
    pain smallint check (pain between 0 and 10),
    weight_kg numeric(5, 2) check (weight_kg between 0.2 and 500),
    height_cm numeric(4, 1) check (height_cm between 20 and 260),
    pregnant boolean,
    oxygen_scale smallint not null default 1 check (oxygen_scale in (1, 2)),
    news2 smallint check (news2 between 0 and 20),
    news2_single_3 boolean not null default false,
    note text not null default '' check (length(note) <= 500),
    status text not null default 'final' check (status in ('final', 'entered in error')),
    status_reason text not null default '' check (length(status_reason) <= 200),
    version integer not null default 1,
    check (diastolic_mmhg is null or systolic_mmhg is null or diastolic_mmhg < systolic_mmhg),
    check (measured_at between '1900-01-01' and recorded_at + interval '5 min'),
    check (status = 'final' or status_reason <> ''),
    check (num_nonnulls(respiratory_rate_per_min, oxygen_saturation_percent, systolic_mmhg, pulse_per_min,
        temperature_celsius, pain, weight_kg, height_cm) > 0 or consciousness <> ''),
    check (news2 is null or (num_nulls(respiratory_rate_per_min, oxygen_saturation_percent, oxygen_given, systolic_mmhg,
        pulse_per_min, temperature_celsius) = 0 and consciousness <> '' and pregnant is not true))
);
call app.fence_of_patient('vital_signs', 'vitals', 'create', 'edit', '');
create index vital_signs_latest on app.vital_signs (patient_id, measured_at desc);
grant insert (id, patient_id, measured_at, respiratory_rate_per_min, oxygen_saturation_percent, oxygen_given,
    oxygen_flow_l_per_min, systolic_mmhg, diastolic_mmhg, pulse_per_min, consciousness, temperature_celsius, pain,
    weight_kg, height_cm, pregnant, oxygen_scale, news2, news2_single_3, note) on app.vital_signs to app_station;
grant update (status, status_reason, version) on app.vital_signs to app_station;

-- The scale for people with hypercapnic respiratory failure is a physician's decision; the latest row stands.
create table app.oxygen_scale (
    id uuid primary key,
    patient_id uuid not null references app.patient,
    scale smallint not null check (scale in (1, 2)),
    reason text not null check (length(reason) between 1 and 200),
    prescribed_at timestamptz not null default clock_timestamp(),
    prescribed_by uuid default auth.uid(),
    version integer not null default 1
);
call app.fence_of_patient('oxygen_scale', 'vitals', 'approve', 'approve', '');
grant insert (id, patient_id, scale, reason) on app.oxygen_scale to app_station;

-- Whoever writes a score writes it on the scale that stands; an early warning score is not for children.
create function app.check_vital_signs() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if session_user <> 'deploy' then
        perform auth.require('vitals', 'create');
        if new.patient_id <> all (auth.charts()) then      -- first: what follows tells of the person
            raise exception 'Open this person''s record first, then record.' using errcode = 'HD403';
        end if;
    end if;
    if new.oxygen_scale <> coalesce((select s.scale from app.oxygen_scale s where s.patient_id = new.patient_id
                                     order by s.prescribed_at desc, s.id desc limit 1), 1) then
        raise exception 'The oxygen scale was changed meanwhile. Read again, then save.' using errcode = 'HD409';
    elsif new.news2 is not null and exists (
            select 1 from app.patient p where p.id = new.patient_id
            and coalesce(p.birth_date, new.measured_at::date) > (new.measured_at - interval '16 years')::date) then
        raise exception 'NEWS2 is not for people under 16.' using errcode = 'HD422';
    end if;
    return new;
end $$;
create trigger a_check before insert on app.vital_signs for each row execute function app.check_vital_signs();
grant select on app.oxygen_scale, app.vital_signs to his_search;
reset role;
alter function app.check_vital_signs owner to his_search;

set role his_audit;
insert into audit.clinical_column (table_name, column_name)
select 'vital_signs', c from unnest(array['respiratory_rate_per_min', 'oxygen_saturation_percent', 'oxygen_given',
    'oxygen_flow_l_per_min', 'systolic_mmhg', 'diastolic_mmhg', 'pulse_per_min', 'consciousness', 'temperature_celsius',
    'pain', 'weight_kg', 'height_cm', 'pregnant', 'oxygen_scale', 'news2', 'news2_single_3', 'note', 'status_reason']) c;
insert into audit.clinical_column (table_name, column_name) values ('oxygen_scale', 'scale'), ('oxygen_scale', 'reason');
reset role;
