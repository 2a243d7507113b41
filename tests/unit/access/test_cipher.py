"""A stored value opens in its own cell only, with its own key only."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.access.cipher import FieldCipher, Unreadable, new_private_key, normalised, public_key, unwrap, wrap

CIPHER = FieldCipher({1: b"k" * 32}, {1: b"i" * 32})
ROW = UUID("01980000-0000-7000-8000-000000000001")


@given(st.binary(max_size=2000))
def test_what_was_encrypted_comes_back(plaintext: bytes) -> None:
    stored = CIPHER.encrypt("document", "content_enc", ROW, plaintext)
    assert CIPHER.decrypt("document", "content_enc", ROW, stored) == plaintext
    assert len(plaintext) < 8 or plaintext not in stored


@pytest.mark.parametrize(
    ("table", "column", "row"),
    [
        ("insurance_policy", "number_enc", ROW),
        ("patient_identifier", "member_number_enc", ROW),
        ("patient_identifier", "number_enc", uuid4()),
    ],
)
def test_a_value_moved_to_another_cell_does_not_open(table: str, column: str, row: UUID) -> None:
    stored = CIPHER.encrypt_text("patient_identifier", "number_enc", ROW, "U4418207K")
    with pytest.raises(Unreadable, match="altered"):
        CIPHER.decrypt(table, column, row, stored)


@given(st.integers(min_value=0, max_value=10_000), st.integers(min_value=1, max_value=255))
def test_a_single_altered_byte_is_noticed(place: int, difference: int) -> None:
    stored = bytearray(CIPHER.encrypt("t", "c", ROW, b"U4418207K"))
    stored[place % len(stored)] ^= difference
    with pytest.raises(Unreadable):
        CIPHER.decrypt("t", "c", ROW, bytes(stored))


def test_the_key_version_is_bound() -> None:
    both = FieldCipher({1: b"k" * 32, 2: b"k" * 32}, {1: b"i" * 32})
    stored = both.encrypt("t", "c", ROW, b"x")
    assert stored[:2] == b"\x00\x02"
    with pytest.raises(Unreadable, match="altered"):
        both.decrypt("t", "c", ROW, b"\x00\x01" + stored[2:])


def test_an_unknown_key_version_says_so() -> None:
    with pytest.raises(Unreadable, match="key that this station does not have"):
        CIPHER.decrypt("t", "c", ROW, b"\x00\x09" + bytes(40))


def test_older_keys_still_decrypt() -> None:
    stored = CIPHER.encrypt("t", "c", ROW, b"old")
    newer = FieldCipher({1: b"k" * 32, 2: b"n" * 32}, {1: b"i" * 32})
    assert newer.decrypt("t", "c", ROW, stored) == b"old"


def test_keys_do_not_show_in_messages() -> None:
    assert "kkkk" not in repr(CIPHER)
    assert "iiii" not in repr(CIPHER)


def test_a_wrapped_key_opens_for_its_station_and_purpose_only() -> None:
    station, other = new_private_key(), new_private_key()
    wrapped = wrap(public_key(station), b"d" * 32, "data 1")
    assert unwrap(station, wrapped, "data 1") == b"d" * 32
    for private, context in ((other, "data 1"), (station, "index 1"), (station, "data 2")):
        with pytest.raises(Unreadable, match="enrol the station again"):
            unwrap(private, wrapped, context)


def test_the_blind_index_ignores_spacing_and_case_but_not_the_number() -> None:
    assert CIPHER.number_index("lm-7731 0924") == CIPHER.number_index("LM77310924")
    assert CIPHER.number_index("LM77310924") != CIPHER.number_index("LM77310925")
    assert FieldCipher({1: b"k" * 32}, {1: b"j" * 32}).number_index("A1") != CIPHER.number_index("A1")


@given(st.text())
def test_a_compared_number_is_capitals_and_digits(text: str) -> None:
    assert all(c.isascii() and (c.isdigit() or c.isupper()) for c in normalised(text))
