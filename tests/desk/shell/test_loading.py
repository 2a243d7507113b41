"""While a program is loaded no garbage collection may stop its windows."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from hisdesk.desk.shell.loading import uncollected


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_nothing_is_collected_meanwhile_and_what_was_loaded_is_not_looked_through_again() -> None:
    collections: list[int] = []

    def note(_phase: str, info: dict[str, int]) -> None:
        collections.append(info["generation"])

    before = gc.get_freeze_count()
    gc.callbacks.append(note)
    try:
        with uncollected():
            loaded = [[number] for number in range(10 * gc.get_threshold()[0])]
            assert collections == []
    finally:
        gc.callbacks.remove(note)
    assert gc.get_freeze_count() - before >= len(loaded)
    assert gc.isenabled()


def test_collecting_goes_on_when_loading_failed() -> None:
    with pytest.raises(ImportError), uncollected():
        raise ImportError("no module named so")
    assert gc.isenabled()
