"""`hisdesk scan`: the exact JSON, the table, one bad file among good ones, exit codes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from hisdesk.commands.scan import main
from hisdesk.scanning import specimens

PERSON = specimens.Person(
    "TENBRUIN", "OSRIC JALE", date(1984, 6, 23), "M", "U4418207K", date(2021, 11, 9), date(2031, 11, 9)
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cards")
    specimens.travel_document(specimens.td3(PERSON), PERSON).save(root / "passport.png")
    values = {"payer": "Lowmere Mutual", "subscriber": "JANE DOE", "member_number": "LM7731", "group_number": "40021",
              "copays": ["PCP $20", "ER $150"], "rx_bin": "610279"}  # fmt: skip
    specimens.insurance_card(values).save(root / "insurance.jpg", quality=92)
    (root / "letter.jpg").write_text("no picture")
    return root


def test_json_has_one_object_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(folder / name) for name in ("passport.png", "letter.jpg", "insurance.jpg")]
    assert main([*files, "--json"]) == 1  # one of them is not readable
    passport, letter, insurance = json.loads(capsys.readouterr().out)
    assert [passport["file"], letter["file"], insurance["file"]] == files
    assert set(passport) == {"file", "kind", "fields", "messages"}
    assert passport["kind"] == "passport"
    number = passport["fields"]["document_number"]
    assert set(number) == {"value", "confidence", "source", "check", "box"}
    assert (number["value"], number["source"], number["check"]) == ("U4418207K", "mrz", True)
    assert len(number["box"]) == 4 and all(isinstance(pixel, int) for pixel in number["box"])
    assert passport["fields"]["family_name"]["check"] is None
    assert (letter["kind"], letter["fields"]) == ("unknown", {})
    assert "not a picture" in letter["messages"][0]
    assert insurance["kind"] == "insurance_card"
    assert insurance["fields"]["copays"]["value"] == ["PCP $20", "ER $150"]
    assert insurance["fields"]["member_number"]["value"] == "LM7731"


def test_table_and_success(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder / "passport.png")]) == 0
    shown = capsys.readouterr().out
    assert "passport" in shown.splitlines()[0]
    assert any("document number" in line and "U4418207K" in line and "checked" in line for line in shown.splitlines())


def test_a_missing_file_is_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["/nowhere/card.png", "--json"]) == 1
    assert "no such file" in json.loads(capsys.readouterr().out)[0]["messages"][0]
