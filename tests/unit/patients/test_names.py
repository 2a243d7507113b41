"""Names on the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.hospital.patients import names


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        (("Smith", "John", "Mr"), "SMITH, John (Mr)"),
        (("Smith", "John"), "SMITH, John"),
        (("Smith",), "SMITH"),
        (("Smith", "Baby of Joan"), "Baby of SMITH, Joan"),
        (("Joan", "Baby of"), "Baby of JOAN"),
        (("", "Madonna"), "Madonna"),
        (("", "", "Dr"), "Dr"),
        (("", ""), ""),
        (("Strauß", "Jürgen"), "STRAUß, Jürgen"),
        (("O'Brien", "Siobhán"), "O'BRIEN, Siobhán"),
        (("الراشد", "فاطمة"), "الراشد, فاطمة"),
        (("王", "小明"), "王, 小明"),
        (("Smith\u202e", "Jo\x00hn\n Paul"), "SMITH, John Paul"),
        (("<b>Bold</b>", "%s {0}"), "<B>BOLD</B>, %s {0}"),
    ],
)
def test_display(parts: tuple[str, ...], shown: str) -> None:
    assert names.display(*parts) == shown


@given(st.text(), st.text(), st.text())
def test_any_text_is_shown_on_one_line_without_direction_marks(family: str, given_names: str, title: str) -> None:
    shown = names.display(family, given_names, title)
    assert not set("\r\n\t\x00\u202a\u202e\u2066\u2069") & set(shown)
    assert shown == shown.strip()


@given(st.text(max_size=400))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = names.clean(text)
    assert names.clean(once) == once
    assert len(once) <= 200
