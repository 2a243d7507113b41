"""Eight pharmacists want the same hundred packs, each for another prescription, all at once and through the action."""

from __future__ import annotations

from decimal import Decimal

from hisdesk.hospital.dispensings.actions import Handed, dispense
from tests.bench.prescribed import PACK, lots, prescribed
from tests.bench.race import CLERKS, ROUNDS, STATIONS, race
from tests.bench.report import Row, row
from tests.factories import prescriptions
from tests.helpers import servers
from tests.helpers.hospital import Hospital, make_template


def measure() -> list[Row]:
    """How many packs were handed out, and how many of those who lost were told who took the pack."""
    address = servers.postgres().address
    if address is None:
        raise RuntimeError("the embedded database has no address")
    with Hospital(make_template(address)) as hospital:
        prescriptions.pharmacy(hospital)
        medicine = prescriptions.medicine(hospital)
        packs = lots(hospital, medicine, ROUNDS, PACK)
        wanted = prescribed(hospital, hospital.desk(), medicine, CLERKS * ROUNDS)
        clerks = [
            hospital.desk("pharmacy", ("PHARM",), station=STATIONS[n % len(STATIONS)], family=f"Clerk{n}")
            for n in range(CLERKS)
        ]

        def take(clerk: int, place: int) -> object:
            prescription, line = wanted[place * CLERKS + clerk]
            return clerks[clerk].do(dispense, prescription, 1, (Handed(line, packs[place], Decimal(PACK)),))

        won, told = race(clerks, ROUNDS, take, "has only 0 left: Alex Clerk")
        handed = hospital.value("select count(*) from app.dispensing_item")
        left = hospital.value("select count(*) from app.lot where on_hand <> 0")
    lost = CLERKS * ROUNDS - ROUNDS
    return [
        row("race_pack", f"{CLERKS} pharmacists want {ROUNDS} packs: packs that two have, or nobody",
            abs(ROUNDS - won) + abs(ROUNDS - int(str(handed))) + int(str(left)), 0, "packs"),
        row("race_pack_told", "who lost and was not told who took the pack", lost - told, 0, "people"),
    ]  # fmt: skip
