"""A station folder on a real database with a hundred people waiting, for the figures that need somebody signed in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.helpers.hospital import Hospital

ROWS = 100
NAME, PASSWORD = "bench", "violet harbour tea"


@dataclass(frozen=True)
class Bench:
    """Where the children find everything: the station's folder, and a plain login for the bare operation."""

    folder: Path
    bare_url: str

    def child(self, module: str, what: str) -> dict[str, Any]:
        """Runs `python -m module what` against this station; its last line is JSON."""
        import json

        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "BENCH_STATION": str(self.folder),
            "BENCH_URL": self.bare_url,
        }
        done = subprocess.run(
            [sys.executable, "-m", module, what], capture_output=True, text=True, env=environment, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer


@contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    """A hospital with one receptionist (password at its real cost) and a hundred people in the queue."""
    # Here and not above: the measured processes read the names in this file and must load nothing else with them.
    from hisdesk.access.enrolment import NewPerson, create_person
    from hisdesk.access.sign_in import new_credential
    from tests.factories.people import registered
    from tests.factories.visits import added
    from tests.helpers import servers
    from tests.helpers.hospital import Hospital, make_template

    address = servers.postgres().address
    if address is None:
        raise RuntimeError("the embedded database has no address")
    with Hospital(make_template(address)) as hospital:
        person = NewPerson(NAME, "Brightwater", "Nora", ("registration",), ("CARD",))
        create_person(hospital.deploy, person, new_credential(PASSWORD), must_change=False)
        desk, clinic = hospital.desk("registration"), hospital.department("CARD")
        for _ in range(ROWS):
            added(desk, clinic, patient_id=registered(desk).patient_id)
        hospital.run("analyze")
        enrol(hospital, "FRONT-1", folder)
        yield Bench(folder, address.url(hospital.name))


def enrol(hospital: Hospital, code: str, folder: Path) -> None:
    """Writes what a station of this hospital keeps, so that a process of its own can begin with it; no broker."""
    from hisdesk.config import BrokerAddress, DatabaseAddress, Secrets, Station, write_station

    at, enrolled = hospital.address, hospital.template.stations[code]
    station = Station(
        code,
        "Made-up Hospital",
        DatabaseAddress(at.host, at.port, hospital.name, enrolled.role_name),
        BrokerAddress("127.0.0.1", 1, "nobody"),
        Secrets(enrolled.password, "nobody", enrolled.private_key),
    )
    write_station(folder, station)
