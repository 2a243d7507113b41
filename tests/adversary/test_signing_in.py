"""Guessing passwords: rolled back, replayed, in parallel, and telling names that exist from those that don't."""

from __future__ import annotations

import hashlib
import hmac
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from hisdesk.access.sign_in import client_key
from hisdesk.errors import Denied
from tests.adversary.attacker import Attacker, attacker
from tests.helpers.hospital import PASSWORD, Hospital


def proof(who: Attacker, challenge: tuple[object, str, memoryview], password: str) -> bytes:
    """What the program computes."""
    key = client_key(password, challenge[1])
    stored = hashlib.sha256(key).digest()
    station = str(who.value("select session_user::text"))
    mask = hmac.new(stored, bytes(challenge[2]) + station.encode(), hashlib.sha256).digest()
    return bytes(a ^ b for a, b in zip(key, mask, strict=True))


def challenge(who: Attacker, name: str) -> tuple[object, str, memoryview]:
    return who.sql("select id, salt, nonce from auth.challenge(%s)", name)[0]  # type: ignore[return-value]


def attempt(who: Attacker, name: str, password: str) -> object:
    given = challenge(who, name)
    return who.value("select auth.attempt(%s, %s)", given[0], proof(who, given, password))


def answer(who: Attacker, key: object) -> tuple[str, str | None]:
    row = who.sql("select outcome, token from auth.login(%s)", key)[0]
    return row[0], row[1]


def guess(who: Attacker, name: str, word: str = "wrong") -> str:
    return answer(who, attempt(who, name, word))[0]


def failures(hospital: Hospital, name: str) -> object:
    return hospital.value("select coalesce(sum(failures), 0) from auth.failure where name = %s", name)


@pytest.fixture
def name(hospital: Hospital) -> str:
    return hospital.account("physician", name="victim")


def test_a_guess_rolled_back_has_counted_already(hospital: Hospital, name: str) -> None:
    with attacker(hospital) as who:
        key = attempt(who, name, "wrong")
        who.sql("begin")
        assert answer(who, key) == ("refused", None)
        who.sql("rollback")
    assert failures(hospital, name) == 1


@pytest.mark.parametrize("way", ["begin", "savepoint"])
def test_an_attempt_is_not_answered_in_its_own_transaction(hospital: Hospital, name: str, way: str) -> None:
    with attacker(hospital) as who:
        given = challenge(who, name)
        who.sql("begin")
        if way == "savepoint":
            who.sql("savepoint a")
        key = who.value("select auth.attempt(%s, %s)", given[0], proof(who, given, PASSWORD))
        if way == "savepoint":
            who.sql("release a")
        who.refused("select auth.login(%s)", key, code="HD422")
        who.sql("rollback")


def test_an_attempt_that_was_rolled_back_does_not_exist(hospital: Hospital, name: str) -> None:
    with attacker(hospital) as who:
        given = challenge(who, name)
        who.sql("begin")
        key = who.value("select auth.attempt(%s, %s)", given[0], proof(who, given, PASSWORD))
        who.sql("rollback")
        who.refused("select auth.login(%s)", key, code="HD422")


def test_a_proof_seen_once_opens_nothing_again(hospital: Hospital, name: str) -> None:
    with attacker(hospital) as who, attacker(hospital, "FRONT-1") as elsewhere:
        given = challenge(who, name)
        seen = proof(who, given, PASSWORD)
        key = who.value("select auth.attempt(%s, %s)", given[0], seen)
        assert answer(who, key)[0] == "ok"
        who.refused("select auth.login(%s)", key, code="HD422")
        who.refused("select auth.attempt(%s, %s)", given[0], seen, code="23505")  # one attempt for a challenge
        fresh = challenge(who, name)
        assert answer(who, who.value("select auth.attempt(%s, %s)", fresh[0], seen))[0] == "refused"
        elsewhere.refused("select auth.attempt(%s, %s)", challenge(who, name)[0], seen, code="HD422")


def test_another_stations_attempt_is_not_answered(hospital: Hospital, name: str) -> None:
    with attacker(hospital) as who, attacker(hospital, "FRONT-1") as thief:
        key = attempt(who, name, PASSWORD)
        thief.refused("select auth.login(%s)", key, code="HD422")


def test_what_the_server_keeps_is_no_proof(hospital: Hospital, name: str) -> None:
    """Whoever reads the table of accounts cannot sign in with what stands there."""
    stored = hospital.value("select stored_key from auth.account where name = %s", name)
    assert isinstance(stored, memoryview)
    with attacker(hospital) as who:
        given = challenge(who, name)
        station = str(who.value("select session_user::text"))
        mask = hmac.new(bytes(stored), bytes(given[2]) + station.encode(), hashlib.sha256).digest()
        forged = bytes(a ^ b for a, b in zip(bytes(stored), mask, strict=True))
        assert answer(who, who.value("select auth.attempt(%s, %s)", given[0], forged))[0] == "refused"


def test_five_wrong_words_lock_the_name_here_even_for_the_right_one(hospital: Hospital, name: str) -> None:
    with attacker(hospital) as who:
        assert [guess(who, name) for _ in range(7)] == ["refused"] * 5 + ["locked"] * 2
        assert guess(who, name, PASSWORD) == "locked"
    with pytest.raises(Denied, match="locked at this station"):
        hospital.sign_in(name, "FRONT-2")


def test_one_station_cannot_lock_everybody_out_elsewhere(hospital: Hospital, name: str) -> None:
    with attacker(hospital, "FRONT-2") as who:
        for _ in range(30):
            guess(who, name)
    assert hospital.sign_in(name, "FRONT-1").actor.user_name == name


def test_nor_by_waiting_out_its_own_lock_again_and_again(hospital: Hospital, name: str) -> None:
    with attacker(hospital, "FRONT-2") as who:
        for _ in range(6):
            for _ in range(5):
                guess(who, name)
            hospital.run("update auth.failure set locked_until = clock_timestamp() - interval '1 s'")
            hospital.run("delete from auth.meter")
    assert hospital.sign_in(name, "FRONT-1").actor.user_name == name


def test_many_stations_together_are_slowed_down(hospital: Hospital, name: str) -> None:
    hospital.run(
        """insert into auth.failure (name, station, failures, last_at)
           select %s, 'st_' || n, 4, clock_timestamp() from generate_series(1, 5) n""",
        name,
    )
    with attacker(hospital) as who:
        assert guess(who, name, PASSWORD) == "locked"
        hospital.run("update auth.failure set last_at = last_at - interval '31 s'")
        assert guess(who, name, PASSWORD) == "ok"


def test_parallel_guesses_get_no_more_tries(hospital: Hospital, name: str) -> None:
    def run(_: int) -> str:
        with attacker(hospital) as who:
            return guess(who, name)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(run, range(16)))
    assert outcomes.count("refused") <= 5
    assert set(outcomes) == {"refused", "locked"}


def test_a_right_word_clears_the_count_of_the_own_name_only(hospital: Hospital, name: str) -> None:
    own = hospital.account("nurse", name="insider")
    with attacker(hospital) as who:
        for _ in range(4):
            guess(who, name)
        assert guess(who, own, PASSWORD) == "ok"
        assert failures(hospital, name) == 4
        assert guess(who, name) == "refused"
        assert guess(who, name) == "locked"


def test_names_that_exist_look_like_names_that_do_not(hospital: Hospital, name: str) -> None:
    shape = re.compile(r"\$2b\$12\$[./A-Za-z0-9]{21}[.Oeu]")
    hospital.run("update auth.account set salt = '$2b$12$' || substr(salt, 8)")  # as the program stores it
    with attacker(hospital) as who:
        real, made_up, again = challenge(who, name), challenge(who, "nobody"), challenge(who, "nobody")
        assert shape.fullmatch(real[1]) and shape.fullmatch(made_up[1])
        assert made_up[1] == again[1] and made_up[1] != challenge(who, "nobody2")[1]
        assert len(bytes(real[2])) == len(bytes(made_up[2])) == 32
        assert [guess(who, "nobody") for _ in range(6)] == ["refused"] * 5 + ["locked"]


def test_a_deactivated_account_answers_like_a_wrong_word(hospital: Hospital, name: str) -> None:
    hospital.run("update auth.account set disabled = true where name = %s", name)
    with attacker(hospital) as who:
        assert guess(who, name, PASSWORD) == "refused"


def test_upper_case_spaces_and_the_employee_number_share_one_count(hospital: Hospital, name: str) -> None:
    hospital.run("update auth.account set employee_number = 'e77' where name = %s", name)
    with attacker(hospital) as who:
        for typed in (name, name.upper(), f" {name} ", "E77", "e77"):
            assert guess(who, typed) == "refused"
        assert guess(who, name, PASSWORD) == "locked"


def test_challenges_have_a_measure(hospital: Hospital, name: str) -> None:
    hospital.run("update auth.setting set value = 2 where name = 'challenges_per_minute'")
    with attacker(hospital) as who, attacker(hospital, "FRONT-1") as other:
        challenge(who, name), challenge(who, "nobody")
        who.refused("select auth.challenge(%s)", name, code="HD429")
        challenge(other, name)


def test_an_old_challenge_is_worth_nothing(hospital: Hospital, name: str) -> None:
    with attacker(hospital) as who:
        given = challenge(who, name)
        hospital.run("update auth.challenge set made_at = made_at - interval '2 min'")
        who.refused("select auth.attempt(%s, %s)", given[0], proof(who, given, PASSWORD), code="HD422")


def test_a_new_password_needs_the_old_one_proved_and_committed(hospital: Hospital, name: str) -> None:
    desk = hospital.sign_in(name, "FRONT-2")
    salt, stored = "$2b$12$abcdefghijklmnopqrstuu", b"k" * 32
    change = "select auth.change_password(%s, %s, %s)"
    with attacker(hospital) as who:
        who.carry(desk.actor)
        assert who.value(change, attempt(who, name, "wrong"), salt, stored) is False
        other = hospital.account("nurse", name="insider")
        assert who.value(change, attempt(who, other, PASSWORD), salt, stored) is False  # one's own word for another's
        given = challenge(who, name)
        who.sql("begin")
        key = who.value("select auth.attempt(%s, %s)", given[0], proof(who, given, PASSWORD))
        who.refused(change, key, salt, stored, code="HD422")
        who.sql("rollback")
        who.refused(change, attempt(who, name, PASSWORD), "$2b$04$abcdefghijklmnopqrstuu", stored, code="HD422")
        assert who.value(change, attempt(who, name, PASSWORD), salt, stored) is True


def test_sign_ins_and_refusals_are_in_the_audit(hospital: Hospital, name: str) -> None:
    with attacker(hospital) as who:
        guess(who, name)
        guess(who, name, PASSWORD)
    with hospital.superuser().connect() as connection:
        verbs = connection.exec_driver_sql(
            "select verb, station::text from audit.log where table_name = 'account' and verb <> 'created' order by id"
        ).all()
    station = hospital.template.stations["FRONT-2"].role_name
    assert [tuple(v) for v in verbs if v[0] in ("refused", "signed in")] == [
        ("refused", station),
        ("signed in", station),
    ]
