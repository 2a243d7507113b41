"""The demo formulary as rules and checks take it, without a database."""

from __future__ import annotations

from functools import cache
from typing import Any

from hisdesk.hospital.demo import formulary as made
from hisdesk.hospital.demo import interactions
from hisdesk.hospital.medicines.rules import AllergyGroup, CrossReactivity, Formulary, Interaction, Medicine


@cache
def demo() -> Formulary:
    """All of the demo hospital's medicines, groups and pairs."""
    groups: tuple[dict[str, Any], ...] = made.groups()
    crosses: tuple[dict[str, Any], ...] = made.crosses()
    pairs: tuple[dict[str, Any], ...] = interactions.interactions()
    return Formulary(
        tuple(
            Medicine(
                m.id,
                m.name,
                tuple(m.substances),
                tuple(m.also),
                m.atc,
                m.form,
                m.strength_value,
                m.strength_unit,
                m.strength_per,
                m.unit,
                m.pack_size,
                m.route,
                m.max_dose_value,
                m.max_daily_value,
                m.controlled,
            )
            for m in made.medicines()
        ),
        tuple(AllergyGroup(g["id"], g["code"], g["name"], tuple(g["names"]), tuple(g["members"])) for g in groups),
        tuple(CrossReactivity(c["group_id"], c["other_id"], c["severity"], c["effect"]) for c in crosses),
        tuple(Interaction(p["one"], p["other"], p["severity"], p["effect"], p["source"]) for p in pairs),
    )


def medicine(name: str, form: str = "", strength: str = "") -> Medicine:
    """The first demo medicine of that name (form, strength)."""
    return next(
        m
        for m in demo().medicines
        if m.name == name and (not form or m.form == form) and (not strength or m.strength == strength)
    )
