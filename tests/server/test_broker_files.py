"""Who may hear what, written down: the users file and Mosquitto's two files."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.embedded.broker_files import (
    UsersFile,
    covers,
    digest,
    mosquitto_files,
    mosquitto_password,
)

level = st.sampled_from(["a", "b", "c"])
wild = st.lists(st.sampled_from(["a", "b", "c", "+"]), min_size=1, max_size=4)
filters = st.tuples(wild, st.sampled_from([[], ["#"]])).map(lambda parts: "/".join(parts[0] + parts[1]))
topics = st.lists(level, min_size=1, max_size=5).map("/".join)


def matches(rule: str, topic: str) -> bool:
    """MQTT's own matching of one topic, written the slow and plain way."""
    if rule == "#":
        return True
    first, _, rest = rule.partition("/")
    head, _, tail = topic.partition("/")
    if first not in ("+", head):
        return False
    if not rest and not tail:
        return True
    if rest == "#" and not tail:
        return True
    return bool(rest and tail) and matches(rest, tail)


@given(filters, topics)
def test_covers_agrees_with_matching_for_plain_topics(rule: str, topic: str) -> None:
    assert covers(rule, topic) == matches(rule, topic)


@given(filters, filters, topics)
def test_a_covered_filter_matches_nothing_outside_the_rule(rule: str, wanted: str, topic: str) -> None:
    if covers(rule, wanted) and matches(wanted, topic):
        assert matches(rule, topic)


@pytest.mark.parametrize(
    ("rule", "wanted", "allowed"),
    [
        ("hisdesk/v1/department/1/#", "hisdesk/v1/department/1/visit", True),
        ("hisdesk/v1/department/1/#", "hisdesk/v1/department/1/#", True),
        ("hisdesk/v1/department/1/#", "hisdesk/v1/department/2/visit", False),
        ("hisdesk/v1/department/1/#", "hisdesk/v1/department/+/visit", False),
        ("hisdesk/v1/department/1/#", "hisdesk/v1/department/#", False),
        ("hisdesk/v1/department/1/#", "#", False),
        ("hisdesk/v1/department/1/#", "+/v1/department/1/visit", False),
        ("hisdesk/v1/department/+/visit", "hisdesk/v1/department/+/visit", True),
        ("hisdesk/v1/heartbeat", "hisdesk/v1/heartbeat", True),
        ("hisdesk/v1/heartbeat", "hisdesk/v1/heartbeat/x", False),
        ("#", "$SYS/broker/clients", False),
        ("#", "anything/at/all", True),
    ],
)
def test_examples(rule: str, wanted: str, allowed: bool) -> None:
    assert covers(rule, wanted) is allowed


def test_the_file_holds_no_password_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    users = UsersFile(tmp_path / "users.json")
    password = users.add("ws_1", "station", ["hisdesk/v1/heartbeat"])
    text = users.path.read_text()
    assert password not in text
    assert json.loads(text)["ws_1"]["secret"] == digest(password)
    assert users.path.stat().st_mode & 0o777 == 0o600
    assert users.read()["ws_1"].hears == ("hisdesk/v1/heartbeat",)
    assert not users.read()["ws_1"].publishes


def test_another_program_sees_changes_and_enrolling_again_changes_the_password(tmp_path: Path) -> None:
    mine, other = UsersFile(tmp_path / "users.json"), UsersFile(tmp_path / "users.json")
    first = mine.add("ws_1", "station", [])
    assert other.read()["ws_1"].secret == digest(first)
    second = other.add("ws_1", "station", [])
    other.add("relay", "relay", ["#"])
    assert mine.read()["ws_1"].secret == digest(second) != digest(first)
    mine.add("ws_1", "station", ["hisdesk/v1/hospital/#"])
    assert other.read()["ws_1"].hears == ("hisdesk/v1/hospital/#",)
    other.remove("ws_1")
    assert set(mine.read()) == {"relay"}


def test_a_broken_file_keeps_the_last_good_users(tmp_path: Path) -> None:
    users = UsersFile(tmp_path / "users.json")
    users.add("ws_1", "station", [])
    assert set(users.read()) == {"ws_1"}
    users.path.write_text("{ half a fi")
    assert set(users.read()) == {"ws_1"}


BAD_NAMES = ["", "a b", "a:b", "a\nuser relay", "#", "+", "a/b", "ws-1", "ärzte"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_could_forge_a_rule_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError):
        UsersFile(tmp_path / "users.json").add(name, "station", [])
    assert not (tmp_path / "users.json").exists()


@pytest.mark.parametrize("topic", ["", "a b", "a\ntopic write #"])
def test_a_topic_that_could_forge_a_rule_is_refused(tmp_path: Path, topic: str) -> None:
    with pytest.raises(ValueError):
        UsersFile(tmp_path / "users.json").add("ws_1", "station", [topic])
    assert not (tmp_path / "users.json").exists()


def test_mosquittos_password_can_be_checked_by_hand() -> None:
    _, kind, rounds, salt, key = mosquitto_password("secret").split("$")
    assert kind == "7"
    again = hashlib.pbkdf2_hmac("sha512", b"secret", base64.b64decode(salt), int(rounds))
    assert base64.b64decode(key) == again


def test_mosquittos_files_let_only_the_relay_write(tmp_path: Path) -> None:
    users = UsersFile(tmp_path / "users.json")
    users.add("ws_1", "station", ["hisdesk/v1/heartbeat", "hisdesk/v1/patient/#"])
    users.add("relay", "relay", ["hisdesk/v1/heartbeat"])
    passwords, rules = mosquitto_files(users.read().values())
    assert [line.split(":") for line in passwords.splitlines()] == [
        [name, users.read()[name].mosquitto] for name in ("relay", "ws_1")
    ]
    relay, station = rules.split("\n\n")
    assert relay.splitlines() == ["user relay", "topic read hisdesk/v1/heartbeat", "topic write hisdesk/v1/#"]
    assert station.splitlines() == [
        "user ws_1", "topic read hisdesk/v1/heartbeat", "topic read hisdesk/v1/patient/#"
    ]  # fmt: skip


def test_mosquitto_takes_the_password_that_the_user_was_given(tmp_path: Path) -> None:
    users = UsersFile(tmp_path / "users.json")
    password = users.add("ws_1", "station", [])
    _, _, rounds, salt, key = users.read()["ws_1"].mosquitto.split("$")
    again = hashlib.pbkdf2_hmac("sha512", password.encode(), base64.b64decode(salt), int(rounds))
    assert base64.b64decode(key) == again
