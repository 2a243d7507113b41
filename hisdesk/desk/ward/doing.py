"""Presenting a dialog of the bed board, and writing what it gave. GUI thread.

Somebody else may have been faster: the answer then says who, and the board reads again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject

from hisdesk.access.action import Action
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.ward.board import Board
from hisdesk.errors import Conflict, UserError


class Doing(QObject):
    """What every command of one board needs. `dialog` is the last one that was presented."""

    def __init__(self, desk: Desk, board: Board) -> None:
        super().__init__(board)
        self.desk, self.board = desk, board
        self.dialog: Dialog | None = None

    def present(self, dialog: Dialog) -> None:
        """Opens a dialog over the board."""
        self.dialog = dialog
        dialog.present()

    def write(
        self,
        action: Action[..., Any],
        key: UUID | None,
        *more: object,
        said: str,
        failed: str,
        undo: Callable[[Any], object] | None = None,
    ) -> None:
        """Does an action on a row. `said` when it is done, with `undo` of its result; `failed` above the reason."""

        def done(result: Any) -> None:
            self.board.read_again()
            self.desk.messages.done(said, partial(undo, result) if undo is not None else None)

        def not_done(error: UserError) -> None:
            if isinstance(error, Conflict):
                self.desk.messages.attention(self.board, failed, str(error))
                self.board.read_again()
            else:
                self.desk.messages.failure(self.board, error, failed)

        self.board.notices.clear()
        self.desk.tasks.write(self, action, key, *more, on_done=done, on_error=not_done, slot=str(key))
