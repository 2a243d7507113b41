"""Insurance cards from words alone: labels left, above, below, misspelt; names, dates, copays. No OCR here."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hisdesk.scanning import labels, values
from hisdesk.scanning.insurance import read_insurance, strength
from hisdesk.scanning.names import Name, split_name
from hisdesk.scanning.ocr import Word

HEIGHT = 600


def laid(lines: Sequence[tuple[int, int, str]], size: int = 20) -> list[Word]:
    """Words of (x, y, text) lines, letters 11 wide, as OCR would give them."""
    words = []
    for x, y, text in lines:
        for word in text.split():
            words.append(Word(word, 0.95, x, y, 11 * len(word), size))
            x += 11 * len(word) + 8
    return words


def read(lines: Sequence[tuple[int, int, str]]) -> dict[str, str | tuple[str, ...]]:
    return {name: seen.value for name, seen in read_insurance(laid(lines), HEIGHT).items()}


def test_labels_on_the_left() -> None:
    fields = read(
        [
            (30, 20, "Lowmere Mutual Insurance"),
            (30, 100, "Member Name: JANE Q PUBLIC"),
            (30, 140, "Member ID: XYZ 1234 56789"),
            (30, 180, "Grp # 40021-B"),
            (500, 100, "RxBIN: 610279"),
            (500, 140, "RxPCN: ADV"),
            (500, 180, "RxGrp: RX1234"),
            (30, 220, "Eff. Date 01/15/2025"),
        ]
    )
    assert fields["payer"] == "Lowmere Mutual Insurance"
    assert (fields["subscriber"], fields["family_name"], fields["given_names"]) == ("JANE Q PUBLIC", "PUBLIC", "JANE Q")
    assert fields["member_number"] == "XYZ 1234 56789"
    assert fields["group_number"] == "40021-B"
    assert (fields["rx_bin"], fields["rx_pcn"], fields["rx_group"]) == ("610279", "ADV", "RX1234")
    assert fields["effective_on"] == "2025-01-15"


@pytest.mark.parametrize("below", [True, False], ids=["values below", "values above"])
def test_values_in_columns(below: bool) -> None:
    columns = [("Subscriber", "JOHN DOE"), ("ID Number", "W123456789"), ("Group No.", "778812"), ("Payer ID", "87726")]
    second = [("RxBIN", "004336"), ("PCN", "MEDDADV"), ("Rx Group", "RX6290"), ("Effective", "03/01/2024")]
    lines = []
    for top, row in ((100, columns), (220, second)):
        for index, (label, value) in enumerate(row):
            lines.append((30 + 240 * index, top + (0 if below else 30), label))
            lines.append((30 + 240 * index, top + (30 if below else 0), value))
    fields = read(lines)
    assert fields["subscriber"] == "JOHN DOE"
    assert fields["member_number"] == "W123456789"
    assert fields["group_number"] == "778812"
    assert fields["payer_id"] == "87726"
    assert (fields["rx_bin"], fields["rx_pcn"], fields["rx_group"]) == ("004336", "MEDDADV", "RX6290")
    assert fields["effective_on"] == "2024-03-01"


def test_member_and_subscriber_may_differ() -> None:
    fields = read(
        [(30, 100, "Member Name: TIM DOE"), (30, 140, "Subscriber Name: DOE, JANE"), (30, 180, "ID# 123456789")]
    )
    assert (fields["given_names"], fields["family_name"]) == ("TIM", "DOE")
    assert fields["subscriber"] == "DOE, JANE"


def test_lists() -> None:
    fields = read(
        [
            (30, 100, "Dependents: ANN DOE, BEN DOE"),
            (30, 300, "PCP/SPEC $20/$40"),
            (300, 300, "ER: $150"),
            (500, 300, "Deductible $1500"),
            (30, 340, "Copay: Urgent Care $50"),
            (30, 400, "Customer Service 1-800-555-0142"),
            (30, 440, "Providers call (888) 555-0143"),
        ]
    )
    assert fields["dependants"] == ("ANN DOE", "BEN DOE")
    assert fields["copays"] == ("PCP $20", "SPEC $40", "ER $150", "Urgent Care $50")
    assert fields["phones"] == ("1-800-555-0142", "(888) 555-0143")


def test_dependants_one_under_the_other_end_at_the_next_label() -> None:
    fields = read(
        [
            (30, 100, "Dependents"),
            (30, 130, "ANN DOE"),
            (30, 160, "BEN DOE"),
            (30, 190, "Plan: Gold PPO"),
            (30, 220, "EVE ROE"),
        ]
    )
    assert fields["dependants"] == ("ANN DOE", "BEN DOE")
    assert fields["plan"] == "Gold PPO"


def test_a_name_without_label_is_found_near_the_number() -> None:
    fields = read([(30, 100, "JOHN Q PUBLIC"), (30, 140, "Identification Number"), (30, 170, "XYZ123456789")])
    assert (fields["subscriber"], fields["member_number"]) == ("JOHN Q PUBLIC", "XYZ123456789")


def test_issuer_numbers_are_not_the_members() -> None:
    fields = read(
        [
            (30, 100, "Health Plan (80840) 911-87726-04"),
            (30, 140, "Member ID: 999887777"),
            (500, 140, "Group Number: 7101"),
        ]
    )
    assert fields["member_number"] == "999887777"
    assert fields["group_number"] == "7101"


def test_print_that_is_no_card_has_no_strength() -> None:
    words = laid(
        [(30, 100, "Dear Sir or Madam,"), (30, 140, "thank you for your letter of 3 March."), (30, 180, "Yours")]
    )
    assert strength(read_insurance(words, HEIGHT)) < 1.0
    assert read_insurance([], HEIGHT) == {}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Member ID", "member_number"), ("MEMBER lD:", "member_number"), ("Subsenber ID", "member_number"),
        ("Identification No.", "member_number"), ("ID#", "member_number"), ("Policy Number", "member_number"),
        ("Group Number", "group_number"), ("Grp #", "group_number"), ("GR0UP NO", "group_number"),
        ("RxB1N", "rx_bin"), ("Rx BIN #", "rx_bin"), ("RxPCN:", "rx_pcn"), ("Rx Grp", "rx_group"),
        ("RXGROUP", "rx_group"),
        ("Payer ID:", "payer_id"), ("EDI", "payer_id"), ("Eff. Date", "effective_on"),
        ("Eftective Date", "effective_on"),
        ("Subscriber Name", "subscriber"), ("Member Name", "member"), ("Covered Dependents:", "dependants"),
        ("Plan Type", "plan"), ("Rx ID", ""), ("Customer Service", ""),
    ],
)  # fmt: skip
def test_spellings(text: str, field: str) -> None:
    words = text.split()
    (found,) = labels.find(words)
    assert (found.field, found.start, found.end) == (field, 0, len(words))


@pytest.mark.parametrize("text", ["RXGRP7", "XYZ123456789", "JOHN PUBLIC", "610279", "$20"])
def test_values_are_no_labels(text: str) -> None:
    assert labels.find(text.split()) == []


def test_everyday_words_are_labels_only_at_the_start_or_before_a_colon() -> None:
    assert labels.find(["Utopia", "Health", "Group"]) == []
    assert [one.field for one in labels.find(["Health", "Group:", "123"])] == ["group_number"]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("01/15/2025", "2025-01-15"), ("1-5-24", "2024-01-05"), ("2025-01-15", "2025-01-15"),
        ("25/12/2024", "2024-12-25"),
        ("Jan 1, 2025", "2025-01-01"), ("01 JAN 2025", "2025-01-01"), ("O1/O1/2025", "2025-01-01"), ("13/13/2025", ""),
        ("555-0142", ""), ("02/30/2024", ""),
    ],
)  # fmt: skip
def test_dates(text: str, iso: str) -> None:
    assert values.parse_date(text.split()) == iso


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("JANE Q PUBLIC", Name("PUBLIC", "JANE Q")), ("PUBLIC, JANE Q", Name("PUBLIC", "JANE Q")),
        ("John van der Berg", Name("van der Berg", "John")), ("MR JOHN DOE JR", Name("DOE", "JOHN", "JR")),
        ("DOE JR, JOHN", Name("DOE", "JOHN", "JR")), ("JOHN DOE, III", Name("DOE", "JOHN", "III")),
        ("O'DONNELL, MARY-ANN", Name("O'DONNELL", "MARY-ANN")), ("Cher", Name("Cher", "")),
    ],
)  # fmt: skip
def test_names(text: str, name: Name) -> None:
    assert split_name(text) == name
