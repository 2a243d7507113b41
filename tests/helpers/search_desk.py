"""People at desks who ask and read answers, in a hospital of its own, and quick ways to put people into it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg2
import sqlalchemy as sa

from hisdesk.access.action import new_id
from hisdesk.db.database import Bearer, Database
from tests.helpers.hospital import Hospital, Template


@dataclass(frozen=True)
class Token:
    """A session's secret by itself, perhaps a stolen one."""

    token: str = field(repr=False)


@dataclass
class SearchDesk:
    """A person signed in at a station: asks, and reads the answers."""

    db: Database
    bearer: Bearer

    def ask(self, query: str, number_index: bytes | None = None, kind: str = "find") -> UUID:
        """Commits the question."""
        key = new_id()
        with self.db.transaction(self.bearer) as tx:
            tx.exec_driver_sql("select auth.ask(%s, %s, %s, %s)", (key, query, number_index, kind))
        return key

    def answer(self, ask: UUID, most: int = 50) -> list[sa.Row[Any]]:
        with self.db.transaction(self.bearer) as tx:
            return list(tx.exec_driver_sql("select * from app.found(%s, %s)", (ask, most)))

    def find(self, query: str, number_index: bytes | None = None, most: int = 50) -> list[sa.Row[Any]]:
        return self.answer(self.ask(query, number_index), most)

    def similar(self, most: int = 5, **form: str) -> list[sa.Row[Any]]:
        key = self.ask(json.dumps(form), kind="similar")
        with self.db.transaction(self.bearer) as tx:
            return list(tx.exec_driver_sql("select * from app.similar_people(%s, %s)", (key, most)))


@dataclass
class SearchHospital:
    """`connection` is a superuser's in autocommit. `front` and `other` are receptionists at two stations."""

    connection: Any
    url: str
    front: SearchDesk
    other: SearchDesk
    nobody: SearchDesk  # signed in without the permission to find people

    def run(self, statement: str, values: Any = None) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []

    def add(self, family: str, given: str, **more: Any) -> UUID:
        """A person with an official name; `former` and `alias` are (family, given) of further names."""
        key = uuid4()
        former, alias = more.pop("former", None), more.pop("alias", None)
        more.setdefault(
            "mrn", self.run("select b || app.mrn_check_digit(b) from (select nextval('app.mrn_body')::text b) x")[0][0]
        )
        if more.get("status", "active") != "active":
            more["status_reason"] = "moved away"
        self.run("insert into app.mrn_issued (mrn) values (%s)", (more["mrn"],))
        columns = {"id": key, "family_name": family, "given_names": given, **more}
        self._insert("patient", columns)
        for use, name in (("official", (family, given)), ("former", former), ("alias", alias)):
            if name:
                self._insert("patient_name", {"id": uuid4(), "patient_id": key, "use": use, "family_name": name[0],
                                              "given_names": name[1]})  # fmt: skip
        return key

    def _insert(self, table: str, values: dict[str, Any]) -> None:
        places = ", ".join(["%s"] * len(values))
        self.run(
            f"insert into app.{table} ({', '.join(values)}) values ({places})",
            [str(v) if isinstance(v, UUID) else v for v in values.values()],
        )


@contextmanager
def search_hospital(template: Template, *, asks_per_minute: int = 1_000_000) -> Iterator[SearchHospital]:
    """A new hospital without people, thrown away afterwards."""
    with Hospital(template) as hospital:
        url = template.address.url(hospital.name)
        root = psycopg2.connect(url)
        root.autocommit = True
        try:
            hospital.run("update auth.setting set value = %s where name = 'asks_per_minute'", asks_per_minute)
            desks = [
                hospital.desk("registration"),
                hospital.desk("registration", station="FRONT-2"),
                hospital.desk("maintenance"),
            ]
            yield SearchHospital(root, url, *(SearchDesk(desk.db, desk.actor) for desk in desks))
        finally:
            root.close()
