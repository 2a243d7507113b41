"""Servers and databases for all tests. Nothing starts before a test asks for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from tests.helpers import servers
from tests.helpers.hospital import Desk, Hospital, Template, make_template

settings.register_profile("hisdesk", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("hisdesk")


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest) -> Template:
    """A migrated database with departments and stations, on this process's embedded server.

    `HISDESK_TEST_POSTGRES=15` runs every database test on Debian's PostgreSQL 15 in its place.
    """
    if os.environ.get("HISDESK_TEST_POSTGRES") == "15":
        found: Template = request.getfixturevalue("template_15")
        return found
    server = servers.postgres()
    assert server.address is not None
    return make_template(server.address)


@pytest.fixture(scope="session")
def template_15() -> Iterator[Template]:
    """The same on Debian's PostgreSQL 15."""
    with servers.debian_postgres() as server:
        yield make_template(server.address)


@pytest.fixture
def hospital(template: Template) -> Iterator[Hospital]:
    """A fresh copy of the template for one test."""
    with Hospital(template) as copy:
        yield copy


@pytest.fixture(scope="module")
def module_hospital(template: Template) -> Iterator[Hospital]:
    """A copy shared by a module's tests, which must not depend on each other's rows."""
    with Hospital(template) as copy:
        yield copy


@pytest.fixture
def signed_in(hospital: Hospital) -> Callable[..., Desk]:
    """`signed_in(role, departments=("CARD",), station="FRONT-1")`: a new member of staff at a desk."""
    return hospital.desk
