"""Which lots a quantity is taken from."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.errors import Invalid
from hisdesk.hospital.stock.rules import Lot, Take, checked_receipt, passed_over, split

TODAY = dt.date(2026, 3, 17)
MEDICINE = UUID(int=1)


def lot(number: str, days: int, on_hand: int) -> Lot:
    return Lot(uuid4(), MEDICINE, number, TODAY + dt.timedelta(days), Decimal(on_hand))


shelves = st.lists(
    st.builds(lot, st.text("ABC123", min_size=1, max_size=4), st.integers(-40, 400), st.integers(0, 50)), max_size=8
)


@given(shelves, st.integers(1, 150))
def test_a_split_takes_as_much_as_there_is_and_never_more(lots: list[Lot], wanted: int) -> None:
    takes = split(lots, Decimal(wanted), TODAY)
    usable = sum((each.on_hand for each in lots if not each.expired(TODAY)), Decimal(0))
    assert sum(take.quantity for take in takes) == min(usable, Decimal(wanted))
    by_id = {each.id: each for each in lots}
    assert all(0 < take.quantity <= by_id[take.lot_id].on_hand for take in takes)
    assert not any(by_id[take.lot_id].expired(TODAY) for take in takes)


@given(shelves, st.integers(1, 150))
def test_a_split_passes_no_earlier_lot_over(lots: list[Lot], wanted: int) -> None:
    assert passed_over(lots, split(lots, Decimal(wanted), TODAY), TODAY) is None


def test_a_lot_that_would_be_left_is_named() -> None:
    early, late, gone = lot("A", 10, 5), lot("B", 90, 50), lot("C", -1, 9)
    lots = [late, gone, early]
    assert passed_over(lots, [Take(late.id, Decimal(3))], TODAY) == early
    assert passed_over(lots, [Take(late.id, Decimal(3)), Take(early.id, Decimal(4))], TODAY) == early
    assert passed_over(lots, [Take(late.id, Decimal(3)), Take(early.id, Decimal(5))], TODAY) is None
    assert passed_over(lots, [], TODAY) is None


def test_a_lot_may_be_given_on_the_day_it_expires() -> None:
    today, yesterday = lot("A", 0, 5), lot("B", -1, 5)
    assert not today.expired(TODAY) and yesterday.expired(TODAY)


def test_a_delivery_says_what_is_wrong_with_it() -> None:
    assert checked_receipt(" dx-22  91 ", TODAY, Decimal(1), TODAY) == "DX-22 91"
    with pytest.raises(Invalid) as said:
        checked_receipt(" ", TODAY - dt.timedelta(1), Decimal(0), TODAY)
    assert set(said.value.fields) == {"lot_number", "expires_on", "quantity"}
