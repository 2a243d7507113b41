"""What is typed into a form is kept as it is typed, and offered when the form is opened again. GUI thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.drafts import Damaged, Draft, Drafts
from hisdesk.desk.kit.notices import Notice, Notices, Offer


class FormDrafts:
    """The drafts of one form, which `fill` puts into it. Nothing is kept before `begin`."""

    def __init__(self, notices: Notices, fill: Callable[[Mapping[str, Any]], object]) -> None:
        self._notices, self._fill = notices, fill
        self._drafts: Drafts | None = None
        self.key = ""
        """Under which the present text is kept."""
        self._undecided: list[Draft] = []

    def begin(self, drafts: Drafts, key: str, saved: Mapping[str, Any]) -> None:
        """Keeps what is typed from now on, and offers what was typed last time where it differs from what is saved."""
        self._drafts = drafts
        slots = [key, f"{key} 2"]
        found: list[Draft] = []
        for slot in slots:
            try:
                draft = drafts.find(slot)
            except Damaged as error:
                self._notices.put("draft damaged", Notice("attention", str(error), parent=self._notices))
                continue
            if draft is not None and draft.values != saved:
                found.append(draft)
        taken = {draft.key for draft in found}
        # Typing on without deciding must not overwrite what is still on offer.
        self.key = next((slot for slot in slots if slot not in taken), slots[-1])
        self._undecided = sorted(found, key=lambda draft: draft.typed_at, reverse=True)
        self._offer()

    def end(self) -> None:
        """What was typed stays kept, and is not touched any more."""
        self._drafts, self.key, self._undecided = None, "", []

    def keep(self, values: dict[str, Any], *, dirty: bool, was_dirty: bool) -> None:
        """Keeps these values; when they are those that are saved again, nothing."""
        if self._drafts is None:
            return
        if dirty:
            self._drafts.keep(self.key, values)
        elif was_dirty:
            self._drafts.remove(self.key)
        if self._drafts.failed:
            self._notices.put("draft failed", Notice("attention", self._drafts.failed, parent=self._notices))
        else:
            self._notices.clear("draft failed")

    def remove(self) -> None:
        """What was typed is saved, or thrown away."""
        if self._drafts is not None:
            self._drafts.remove(self.key)

    def _offer(self) -> None:
        self._notices.clear("draft")
        if not self._undecided:
            return
        draft = self._undecided[0]
        typed = draft.typed_at.astimezone()
        at = f"{typed:%H:%M}"
        if typed.date() != dt.datetime.now().astimezone().date():
            at = f"{at} on {show_date(typed.date())}"
        offers = (Offer("Continue", self._continue), Offer("Throw away", self._drop))
        notice = Notice("info", f"Continue what you typed at {at}?", "It was not saved.", offers, self._notices)
        self._notices.put("draft", notice)

    def _continue(self) -> None:
        draft = self._undecided.pop(0)
        self.key = draft.key
        self._fill(draft.values)
        self._offer()

    def _drop(self) -> None:
        if self._drafts is not None:
            self._drafts.remove(self._undecided.pop(0).key)
        self._offer()
