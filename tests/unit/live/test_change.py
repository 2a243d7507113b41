"""A change survives its journey, and nothing else passes for one."""

import json
from contextlib import suppress
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.embedded.broker_files import covers
from hisdesk.live.change import Change
from hisdesk.live.topics import HEARTBEAT, department_topic, hospital_topic, may_hear, patient_topic, topics_of

changes = st.builds(
    Change,
    table=st.from_regex(r"[a-z][a-z_]{0,30}", fullmatch=True),
    key=st.uuids(),
    operation=st.sampled_from(["I", "U"]),
    version=st.integers(0, 2**31 - 1),
    department_id=st.none() | st.uuids(),
    patient_id=st.none() | st.uuids(),
    at=st.integers(0, 2**53),
)


@given(changes)
def test_what_is_sent_is_what_is_read(change: Change) -> None:
    assert Change.parse(change.payload()) == change


@given(changes)
def test_the_payload_is_compact_and_holds_the_contracts_fields_only(change: Change) -> None:
    payload = change.payload()
    assert b" " not in payload
    assert list(json.loads(payload)) == ["t", "k", "o", "v", "d", "p", "a"]


def good() -> dict[str, object]:
    return {"t": "visit", "k": str(uuid4()), "o": "I", "v": 1, "d": None, "p": str(uuid4()), "a": 1}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"t": 5}, {"t": "visit; drop"}, {"t": ""}, {"k": None}, {"k": "no uuid"}, {"k": 7}, {"o": "X"}, {"o": None},
        {"o": []}, {"v": "1"}, {"v": True}, {"v": 1.5}, {"d": "x"}, {"p": 3}, {"a": None}, {"a": "now"},
    ],
)  # fmt: skip
def test_a_wrong_field_is_refused(spoilt: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Change.parse(json.dumps(good() | spoilt).encode())


@pytest.mark.parametrize("field", ["t", "k", "o", "v", "d", "p", "a"])
def test_a_missing_field_is_refused(field: str) -> None:
    fields = good()
    del fields[field]
    with pytest.raises(ValueError):
        Change.parse(json.dumps(fields).encode())


@pytest.mark.parametrize(
    "payload", [b"", b"null", b"[]", b"1", b"{", b"\xff\xfe", b'{"t":"visit"' + b" " * 2000 + b"}"]
)
def test_other_messages_are_refused(payload: bytes) -> None:
    with pytest.raises(ValueError):
        Change.parse(payload)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_change_or_a_value_error(payload: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(Change.parse(payload), Change)


def change_for(department: UUID | None, patient: UUID | None) -> Change:
    return Change("visit", uuid4(), "U", 2, department, patient, 0)


def test_a_row_with_both_keys_goes_to_both_topics() -> None:
    department, patient = uuid4(), uuid4()
    assert topics_of(change_for(department, patient)) == {
        f"hisdesk/v1/department/{department}/visit",
        f"hisdesk/v1/patient/{patient}/visit",
    }
    assert topics_of(change_for(department, None)) == {department_topic(department, "visit")}
    assert topics_of(change_for(None, patient)) == {patient_topic(patient, "visit")}
    assert topics_of(change_for(None, None)) == {hospital_topic("visit")} == {"hisdesk/v1/hospital/visit"}


def test_a_board_hears_about_the_departments_that_it_shows_and_about_nobody() -> None:
    own = uuid4()
    assert may_hear("board", [own]) == [f"hisdesk/v1/department/{own}/#", HEARTBEAT]
    assert may_hear("board") == [HEARTBEAT]


def test_a_desk_hears_whatever_the_relay_publishes() -> None:
    both, neither = change_for(uuid4(), uuid4()), change_for(None, None)
    rules = may_hear("desk")
    assert all(any(covers(rule, topic) for rule in rules) for topic in topics_of(both) | topics_of(neither))
    assert HEARTBEAT in rules
