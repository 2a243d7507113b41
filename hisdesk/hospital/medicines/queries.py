"""The formulary, read as a whole and kept by whoever asks. medicines.view, or it is empty."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.hospital.medicines.rules import AllergyGroup, CrossReactivity, Formulary, Interaction, Medicine

_ALL = """
select
    (select json_agg(json_build_array(m.id, m.name, m.substances, m.also, m.atc, m.form, m.strength_value::text,
        m.strength_unit, m.strength_per::text, m.unit, m.pack_size::text, m.route, m.max_dose_value::text,
        m.max_daily_value::text, m.controlled, m.active) order by m.name, m.form, m.strength_value, m.id)
     from app.medicine m),
    (select json_agg(json_build_array(g.id, g.code, g.name, g.names, g.members) order by g.name)
     from app.allergy_group g where g.active),
    (select json_agg(json_build_array(c.group_id, c.other_id, c.severity, c.effect))
     from app.cross_reactivity c where c.active),
    (select json_agg(json_build_array(i.one, i.other, i.severity, i.effect, i.source))
     from app.interaction i where i.active)
"""


def formulary(tx: sa.Connection) -> Formulary:
    """Everything, medicines taken out of use too, since somebody may still take them. One statement."""
    medicines, groups, crosses, interactions = tx.exec_driver_sql(_ALL).one()
    return Formulary(
        tuple(_medicine(row) for row in medicines or ()),
        tuple(AllergyGroup(UUID(r[0]), r[1], r[2], tuple(r[3]), tuple(r[4])) for r in groups or ()),
        tuple(CrossReactivity(UUID(r[0]), UUID(r[1]), r[2], r[3]) for r in crosses or ()),
        tuple(Interaction(*r) for r in interactions or ()),
    )


def _medicine(row: list[Any]) -> Medicine:
    key, name, substances, also, atc, form, value, unit, per, counted, pack, route, most, daily, controlled, active = (
        row
    )
    return Medicine(
        UUID(key),
        name,
        tuple(substances),
        tuple(also),
        atc,
        form,
        Decimal(value),
        unit,
        Decimal(per),
        counted,
        _decimal(pack),
        route,
        _decimal(most),
        _decimal(daily),
        controlled,
        active,
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
