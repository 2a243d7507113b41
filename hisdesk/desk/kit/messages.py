"""The one way to speak to the person: in place first, a toast for what is done, a reference for what is broken."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from hisdesk.desk.kit.bugs import Bug, report
from hisdesk.desk.kit.notices import Notice, Notices, Offer, Toast, announce
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import Invalid, Unavailable, UserError

GENERAL = "general"


class Messages(QObject):
    """Speaks inside one window. GUI thread; from elsewhere emit `anywhere(kind, title, text)`.

    `attach(content)` names the part of the window where toasts lie and where a message without a better place goes.
    A widget with an attribute `notices` (a `Notices`) is a place: the nearest one around the owner is used.
    """

    anywhere = Signal(str, str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._content: QWidget | None = None
        self._fallback: Notices | None = None
        self._toast: Toast | None = None
        self.anywhere.connect(lambda kind, title, text: self.notice(None, kind, title, text))

    def attach(self, content: QWidget) -> None:
        """Uses this part of the window from now on."""
        self._content = content
        self._fallback = Notices(content)
        content.installEventFilter(self)

    def done(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Says what was done, for six seconds; a newer toast replaces it. Never for errors."""
        if self._content is None or not isValid(self._content):
            return
        self.clear_toast()
        self._toast = Toast(text, undo, self._content)
        self._toast.gone.connect(self._toast_gone)
        self._toast.show()
        announce(self._toast, text)

    def error(
        self, owner: QObject | None, text: str, title: str = "", offer: Offer | None = None, *, key: str = GENERAL
    ) -> None:
        """Something did not work: what, and what to do. Stays until it is put away or replaced."""
        if not title:
            title, text = _split(text)
        self.notice(owner, "error", title, text, offer, key=key)

    def attention(
        self, owner: QObject | None, title: str, text: str = "", offer: Offer | None = None, *, key: str = GENERAL
    ) -> None:
        """Something to decide on or to know before going on."""
        self.notice(owner, "attention", title, text, offer, key=key)

    def info(
        self, owner: QObject | None, title: str, text: str = "", offer: Offer | None = None, *, key: str = GENERAL
    ) -> None:
        """Something that is good to know here."""
        self.notice(owner, "info", title, text, offer, key=key)

    def bug(self, owner: QObject | None, reference: str) -> None:
        """The program failed: says so, with the number under which the log has it."""
        text = f"Nothing was lost that was saved before. Tell the helpdesk: reference {reference}."
        self.notice(owner, "error", "Something went wrong in the program", text, key=reference)

    def failure(
        self, owner: QObject | None, error: UserError, title: str = "", again: Callable[[], object] | None = None
    ) -> None:
        """Says an error the way its kind asks for; `again` is offered where trying again may help."""
        if isinstance(error, Bug):
            self.bug(owner, error.reference)
            return
        text = " ".join([str(error), *error.fields.values()]) if isinstance(error, Invalid) else str(error)
        retry = Offer("Try again", again) if again is not None and isinstance(error, Unavailable) else None
        self.error(owner, text, title, retry)

    def notice(
        self,
        owner: QObject | None,
        kind: str,
        title: str,
        text: str = "",
        offer: Offer | None = None,
        *,
        key: str = GENERAL,
    ) -> None:
        """Puts a notice into the nearest place around the owner and speaks it."""
        place = self.place_of(owner)
        if place is None:
            return
        place.put(key, Notice(kind, title, text, offer, place))
        self._settle()
        announce(place, f"{title} {text}".strip(), urgent=kind == "error")

    def clear(self, owner: QObject | None, key: str | None = None) -> None:
        """Takes the owner's notices away, for instance when the person tries again."""
        place = self.place_of(owner)
        if place is not None:
            place.clear(key)

    def clear_toast(self) -> None:
        """Takes the toast away, for instance when the screen changes."""
        if self._toast is not None and isValid(self._toast):
            self._toast.leave()
        self._toast = None

    def place_of(self, owner: QObject | None) -> Notices | None:
        """Where a message of this owner goes; None when there is no window yet."""
        at = owner if owner is not None and isValid(owner) else None
        while at is not None:
            place = getattr(at, "notices", None)
            if isinstance(place, Notices) and isValid(place):
                return place
            at = at.parent()
        return self._fallback if self._fallback is not None and isValid(self._fallback) else None

    def install_excepthook(self) -> None:
        """Also errors that nobody caught on the GUI thread are logged and shown, once each."""
        seen: set[str] = set()

        def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            if issubclass(kind, KeyboardInterrupt):
                sys.__excepthook__(kind, error, trace)
                return
            if isinstance(error, UserError):
                self.failure(None, error)
                return
            bug = report(error)
            if bug.reference not in seen:
                seen.add(bug.reference)
                self.bug(None, bug.reference)

        sys.excepthook = hook

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and watched is self._content:
            self._settle()
        return False

    def _settle(self) -> None:
        """Lays the fallback place over the top of the content."""
        if self._content is None or self._fallback is None or not isValid(self._content):
            return
        margin = theme().space("page_padding")
        width = min(560, self._content.width() - 2 * margin)
        height = self._fallback.heightForWidth(width) if self._fallback.hasHeightForWidth() else 0
        height = max(height, self._fallback.sizeHint().height())
        self._fallback.setGeometry((self._content.width() - width) // 2, margin, width, height)
        self._fallback.raise_()

    def _toast_gone(self) -> None:
        self._toast = None


def _split(text: str) -> tuple[str, str]:
    """A first short sentence becomes the title."""
    first, dot, rest = text.partition(". ")
    return (
        (first, rest)
        if dot and len(first) <= 80
        else (text.removesuffix("."), "")
        if len(text) <= 80
        else (
            "This did not work",
            text,
        )
    )
