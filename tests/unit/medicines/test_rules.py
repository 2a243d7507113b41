"""Finding medicines, and comparing words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.hospital.medicines.rules import counted, names_any, number, plain
from tests.factories.formulary import demo

NAMES = sorted({m.name for m in demo().medicines if len(m.name) >= 6 and "/" not in m.name and " " not in m.name})


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("amox", "amoxicillin"),
        ("amoxicilin", "amoxicillin"),
        ("amoxycillin", "amoxicillin"),
        ("parcetamol", "paracetamol"),
        ("acetaminophen", "paracetamol"),
        ("wafarin", "warfarin"),
        ("AMOXI 500", "amoxicillin"),
        ("ibuporfen", "ibuprofen"),
        ("co-amoxiclav", "amoxicillin / clavulanic acid"),
    ],
)
def test_a_medicine_is_found_as_it_is_typed(typed: str, first: str) -> None:
    assert demo().found(typed)[0].name == first


def test_a_strength_narrows_the_search() -> None:
    assert {m.strength for m in demo().found("amoxi 500")} == {"500 mg"}


def test_what_is_not_there_is_not_found() -> None:
    assert demo().found("xylophone") == [] == demo().found("  ")


@given(name=st.sampled_from(NAMES), data=st.data())
def test_one_wrong_letter_does_no_harm(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(name) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    typed = data.draw(st.sampled_from([name[:place] + letter + name[place + 1 :], name[:place] + name[place + 1 :]]))
    assert name in {m.name for m in demo().found(typed)[:12]}


@given(st.text())
def test_plain_text_stays_as_it_is(text: str) -> None:
    once = plain(text)
    assert once.startswith(" ") and once.endswith(" ") and "  " not in once


def test_words_are_found_whole_only() -> None:
    assert names_any("Penicillins (rash)", ["penicillin"])
    assert names_any("Pénicilline", ["penicilline"])
    assert not names_any("Statine-free diet", ["statin"])
    assert not names_any("atorvastatin", ["statin"])
    assert not names_any("anything", ["", "  "])


@given(st.decimals("0.001", "99999", places=3))
def test_numbers_have_no_trailing_zeros(value: Decimal) -> None:
    text = number(value)
    assert Decimal(text) == value and not text.startswith(".")
    assert "." not in text or not text.endswith(("0", "."))


def test_strengths_as_on_the_pack() -> None:
    said = {m.name + " " + m.form: m.strength for m in demo().medicines}
    assert said["amoxicillin oral suspension"] == "250 mg in 5 mL"
    assert said["salbutamol inhaler"] == "100 microgram per puff"
    assert said["digoxin tablet"] == "125 microgram"
    assert counted(Decimal(15), "capsule") == "15 capsules" and counted(Decimal(1), "patch") == "1 patch"
    assert counted(Decimal(2), "patch") == "2 patches" and counted(Decimal("7.50"), "mL") == "7.5 mL"
