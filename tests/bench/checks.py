"""The checks of a prescription: ten lines against thirty medicines that the person takes, and eight allergies."""

from __future__ import annotations

import random
from decimal import Decimal
from uuid import uuid4

from hisdesk.hospital.medicines.checks import Facts, KnownAllergy, Taken, checked
from hisdesk.hospital.medicines.rules import Medicine
from tests.bench.report import Row, percentile, row, timed
from tests.factories.formulary import demo

ROUNDS = 200
ALLERGENS = ("Penicillins", "sulfa drugs", "Ibuprofen", "Codeine", "Latex", "Heparin", "Iodine", "Peanuts")


def measure() -> list[Row]:
    """p95 of two hundred different prescriptions, the first one left out, with the demo formulary."""
    draw = random.Random(5)
    formulary = demo()
    allergies = tuple(KnownAllergy(uuid4(), substance) for substance in ALLERGENS)

    def taken(medicine: Medicine) -> Taken:
        return Taken(uuid4(), medicine.id, Decimal(1), medicine.unit, Decimal(3))

    times = []
    for _ in range(ROUNDS + 1):
        lines = [taken(m) for m in draw.sample(formulary.medicines, 10)]
        current = tuple(taken(m) for m in draw.sample(formulary.medicines, 30))
        facts = Facts("known", allergies, current, 50)
        times.append(timed(lambda lines=lines, facts=facts: checked(formulary, facts, lines)) * 1000)  # type: ignore[misc]
    what = "checks of 10 lines against 30 medicines and 8 allergies, p95"
    return [row("checks", what, percentile(times[1:], 0.95), 30.0, "ms")]
